"""What can be touched, and what it tells the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.icons import AnyIcon, pixmap
from ui.metrics import Scale, Space
from ui.parts import Label, joined, paint_focus, paint_panel, picture
from ui.style import Style, may_be_heard
from ui.theme import Role


class Kind(Enum):
    """What a thing to touch is, and so how it looks."""

    PRIMARY = "primary"
    """The one thing that most people will touch here."""
    SECONDARY = "secondary"
    TILE = "tile"
    QUIET = "quiet"
    CHOSEN = "chosen"
    """The one that holds now, among several; or a switch that is on."""


@dataclass(frozen=True, slots=True)
class _Look:
    ground: Role
    pressed: Role
    edge: Role | None
    words: Role


_LOOKS = {
    Kind.PRIMARY: _Look(Role.ACCENT, Role.ACCENT_PRESSED, None, Role.ON_ACCENT),
    Kind.SECONDARY: _Look(Role.SURFACE, Role.ACCENT_TINT, Role.ACCENT, Role.ACCENT),
    Kind.TILE: _Look(Role.SURFACE, Role.ACCENT_TINT, Role.LINE, Role.INK),
    Kind.QUIET: _Look(Role.SURFACE, Role.ACCENT_TINT, Role.LINE, Role.INK),
    Kind.CHOSEN: _Look(Role.ACCENT_TINT, Role.SURFACE, Role.ACCENT, Role.ACCENT),
}


TOUCHED = QEvent.Type(QEvent.registerEventType())
"""Sent to the window by what is touched without answering: turning a page says that somebody is here."""


class Fingered(QEvent):
    """Sent to the window by what a finger touched, before anything comes of it."""

    TYPE = QEvent.Type(QEvent.registerEventType())

    def __init__(self) -> None:
        super().__init__(self.TYPE)
        self.too_soon = False
        """The window says that nothing may come of it."""


class OwnWords(QEvent):
    """Sent to the window by what changed under a key: said to who goes by the arrows, and to nobody else."""

    TYPE = QEvent.Type(QEvent.registerEventType())

    def __init__(self, words: str) -> None:
        super().__init__(self.TYPE)
        self.words = words


def tell_own(widget: QWidget, words: str) -> None:
    QCoreApplication.sendEvent(widget.window(), OwnWords(words))


def tell_touched(widget: QWidget) -> None:
    QCoreApplication.sendEvent(widget.window(), QEvent(TOUCHED))


class Button(QPushButton):
    """What a finger touches, and the arrows come to; no key presses it by itself.

    `public`: what it says of itself may be heard by anybody.
    """

    def __init__(self, *, public: bool = False) -> None:
        super().__init__()
        self.public = public
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        fingered = Fingered()
        QCoreApplication.sendEvent(self.window(), fingered)
        if not fingered.too_soon:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are the window's: what a scanner types must press nothing."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class Touch(Button):
    """Something to touch: a word, perhaps an icon and a hint. Never smaller than a target."""

    def __init__(
        self,
        style: Style,
        label: str,
        kind: Kind,
        on_touch: Callable[[], None],
        *,
        icon: AnyIcon | None = None,
        trailing: AnyIcon | None = None,
        hint: str = "",
        unavailable: str = "",
        big: bool = False,
        snug: bool = False,
        name: str = "",
    ) -> None:
        """`big`: of a page's own actions; `snug`: of the frame, where many stand in a row, or a low tile."""
        self.label, self.hint = label, unavailable or hint
        super().__init__(public=all(may_be_heard(words) for words in (label, self.hint, name)))
        self._style, self.kind = style, kind
        self._least = QSize(style.metrics.target, style.metrics.target)
        self.setEnabled(not unavailable)
        self.setAccessibleName(name or label)
        self.setAccessibleDescription(self.hint)
        self.clicked.connect(lambda _checked: on_touch())
        # Painted over what lies beneath, so the page need not be painted first.
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._row = QHBoxLayout(self)
        self._told: Label | None = None
        self._sign: QLabel | None = None
        self._lay_out(icon, trailing, big=big, snug=snug)

    def relabel(self, label: str, icon: AnyIcon | None = None) -> None:
        """Other words on the same thing, and another icon where it has one; its finger, or the arrows, stay
        on it."""
        self.label, self.public = label, may_be_heard(label)
        self.setAccessibleName(label)
        if self._told is not None:
            self._told.say(label)
        if self._sign is not None and icon is not None:
            ink = self._style.theme[_LOOKS[self.kind].words]
            self._sign.setPixmap(pixmap(icon, self._sign.width(), ink))

    def _lay_out(self, icon: AnyIcon | None, trailing: AnyIcon | None, *, big: bool, snug: bool) -> None:
        style, look = self._style, _LOOKS[self.kind]
        tile = self.kind is Kind.TILE
        words = look.words if self.isEnabled() else Role.QUIET
        row = self._row
        sideways = style.space(Space.APART if big else Space.TIGHT if snug and not tile else Space.NEAR)
        upright = style.space(Space.APART if tile and not snug else Space.TIGHT)
        row.setContentsMargins(sideways, upright, sideways, upright)
        row.setSpacing(style.space(Space.NEAR if tile else Space.TIGHT))
        if not tile:
            row.addStretch(1)
        if icon is not None:
            colour = Role.ACCENT if tile and self.isEnabled() else words
            side = style.metrics.icon if tile or big else style.metrics.em()
            self._sign = picture(style, icon, colour, side)
            row.addWidget(self._sign)
        column = QVBoxLayout()
        column.setSpacing(0)
        align = Qt.AlignmentFlag.AlignLeft if tile else Qt.AlignmentFlag.AlignHCenter
        scale = Scale.LEAD if big or tile else Scale.TEXT
        bold = tile or self.kind in (Kind.PRIMARY, Kind.CHOSEN)
        column.addStretch(1)
        if self.label:
            self._told = Label(style, self.label, scale=scale, bold=bold, role=words, wrap=tile, align=align)
            column.addWidget(self._told)
        if self.hint:
            quiet = Role.QUIET if tile or not self.isEnabled() else words
            column.addWidget(Label(style, self.hint, role=quiet, wrap=tile, align=align))
        column.addStretch(1)
        row.addLayout(column, 1 if tile else 0)
        if trailing is not None:
            row.addWidget(picture(style, trailing, words, style.metrics.em()))
        if not tile:
            row.addStretch(1)
        for child in self.findChildren(QLabel):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint().expandedTo(self._least)

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize().expandedTo(self._least)

    def at_least(self, width: int, height: int) -> None:
        """A larger target than it must be."""
        self._least = self._least.expandedTo(QSize(width, height))
        self.setMinimumSize(self._least)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), _LOOKS[self.kind]
        ground = look.pressed if self.isDown() else look.ground
        edge = look.edge
        if not self.isEnabled():
            # Where every ground is black, what cannot be touched has no edge.
            high = self._style.theme.contrast.high
            ground, edge = Role.SUNK, None if high else Role.LINE
        paint_panel(painter, self._style, QRectF(self.rect()), ground, edge, thick=edge is Role.ACCENT)
        if self.hasFocus():
            paint_focus(painter, self._style, QRectF(self.rect()), look.words)


def touch_width(style: Style, label: str, *, bold: bool = False, icon: bool = False) -> int:
    """How wide a `Touch` of one line wants to be, without making one."""
    beside = style.metrics.em() + style.space(Space.TIGHT) if icon else 0
    # A label may want a pixel or two more than its letters.
    wide = style.width(joined(label), bold=bold) + 2 * style.space(Space.NEAR) + beside + 2
    return max(style.metrics.target, wide)
