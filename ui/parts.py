"""The few things that every page is made of: words, panels, pictures and what can be touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kiosk.conversation.signs import Icon
from ui.icons import AnyIcon, pixmap
from ui.metrics import Scale, Space
from ui.style import Style, may_be_heard
from ui.theme import Role

_JOINER = "\u2060"
_TOGETHER = re.compile(
    r"(?<=\d)(?=[年月日个点分秒元岁号])|(?<=[￥第共])(?=\d)"
    r"|(?<=\w)(?=\*\w)|(?<=[^\W\d]\*)(?=\w)"
)
"""A number and its unit, a masked name."""
_SHORT_LINE = 0.3
"""Of the width: a last line shorter than this is mended."""
_LAST_LINE_MISSES = (0.2, 0.35, 0.5, 0.65)
"""How much of a line the last may lack; tried from the evenest on, for words do not break everywhere."""


@lru_cache(maxsize=64)
def _palette(rgba: int) -> QPalette:
    """In which words have that colour; what it does not name is the window's."""
    made = QPalette()
    made.setColor(QPalette.ColorRole.WindowText, QColor.fromRgba(rgba))
    return made


class Label(QLabel):
    """Words that are only read: plain text, nothing in it can be selected or followed.

    A number and its unit stay on one line, and so does a masked name; `words` is the text without the
    joiners that see to it.
    """

    def __init__(
        self,
        style: Style,
        text: str,
        *,
        scale: Scale = Scale.TEXT,
        bold: bool = False,
        role: Role = Role.INK,
        wrap: bool = True,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setFont(style.font(scale, bold=bold))
        # On a button a label would take the button's own role, which is not ours.
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        self.dye(style.colour(role))
        self.setWordWrap(wrap)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.say(text)

    @property
    def words(self) -> str:
        return self.text().replace(_JOINER, "")

    def dye(self, colour: QColor) -> None:
        self.setPalette(_palette(colour.rgba()))

    def say(self, text: str) -> None:
        self.setText(_TOGETHER.sub(_JOINER, text))
        self.setAccessibleName(text)


def picture(style: Style, icon: AnyIcon, role: Role, side: int | None = None) -> QLabel:
    """An icon; the words beside it say what it means, so it has no name of its own."""
    size = style.metrics.icon if side is None else side
    label = QLabel()
    label.setPixmap(pixmap(icon, size, style.theme[role]))
    label.setFixedSize(size, size)
    return label


def paint_panel(
    painter: QPainter, style: Style, rect: QRectF, ground: Role, edge: Role | None, *, thick: bool = False
) -> None:
    """A rounded surface; with an edge where it must be told from the page without colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = style.metrics.line * (2 if thick else 1)
    painter.setPen(Qt.PenStyle.NoPen if edge is None else QPen(style.colour(edge), width))
    painter.setBrush(style.colour(ground))
    inset = 0.0 if edge is None else width / 2
    radius = style.metrics.radius
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


_FOCUS_MM = 1.0


def paint_focus(painter: QPainter, style: Style, rect: QRectF, ink: Role) -> None:
    """The ring of what the arrows have come to: apart from its edge, in the colour of its words."""
    thick = style.metrics.px(_FOCUS_MM)
    inset = 2.0 * thick
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(style.colour(ink), thick))
    radius = max(1.0, style.metrics.radius - inset)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


class Panel(QWidget):
    """A surface with rounded corners on which things lie."""

    def __init__(
        self,
        style: Style,
        ground: Role = Role.SURFACE,
        edge: Role | None = Role.LINE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style, self._ground = style, ground
        # In high contrast every ground is black: the edge alone shows where a panel ends.
        self._edge = Role.LINE if edge is None and style.theme.contrast.high else edge

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_panel(painter, self._style, QRectF(self.rect()), self._ground, self._edge)


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
FINGERED = QEvent.Type(QEvent.registerEventType())
"""Sent to the window by what a finger touched, before anything comes of it."""


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
        QCoreApplication.sendEvent(self.window(), QEvent(FINGERED))
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
    wide = style.width(_TOGETHER.sub(_JOINER, label), bold=bold) + 2 * style.space(Space.NEAR) + beside + 2
    return max(style.metrics.target, wide)


_ICON_IN_DISC = 0.5


class Mark(QWidget):
    """An icon on a tinted square: the sign of a whole page."""

    def __init__(self, style: Style, icon: Icon, ink: Role, ground: Role) -> None:
        super().__init__()
        self._style, self._ground = style, ground
        self._side = style.metrics.icon + 2 * style.space(Space.TIGHT)
        self.setFixedSize(self._side, self._side)
        sign = picture(style, icon, ink)
        sign.setParent(self)
        sign.move(style.space(Space.TIGHT), style.space(Space.TIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        high = self._style.theme.contrast.high
        paint_panel(painter, self._style, QRectF(self.rect()), self._ground, Role.LINE if high else None)


class GreatSign(QWidget):
    """An icon on a tinted disc, seen from across the room: what has happened, before a word is read."""

    def __init__(self, style: Style, icon: Icon, ink: Role, ground: Role, side: int) -> None:
        super().__init__()
        self._style, self._ground = style, ground
        self.setFixedSize(side, side)
        within = round(side * _ICON_IN_DISC)
        sign = picture(style, icon, ink, within)
        sign.setParent(self)
        sign.move((side - within) // 2, (side - within) // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = self._style.theme.contrast.high
        edge = QPen(self._style.colour(Role.LINE), self._style.metrics.line)
        painter.setPen(edge if high else Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(self._ground))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))


def balance(label: QLabel, width: int) -> None:
    """Fixes a width of at most `width` at which no line is left with a word or two, and the height for it.

    In a layout the label must then be aligned to a side.
    """
    high = label.heightForWidth(width)
    lines = round(high / label.fontMetrics().lineSpacing())
    whole = label.fontMetrics().horizontalAdvance(label.text())
    last = whole - (lines - 1) * width
    if lines > 1 and last < width * _SHORT_LINE:
        narrower = (int(whole / (lines - missing)) for missing in _LAST_LINE_MISSES)
        width = next(
            (tried for tried in narrower if tried < width and label.heightForWidth(tried) == high), width
        )
    label.setFixedSize(width, high)


def height_of(widget: QWidget, width: int) -> int:
    """The height that `widget` needs at `width`, in pixels."""
    if widget.hasHeightForWidth():
        return widget.heightForWidth(width)
    return widget.sizeHint().height()


def discard(widget: QWidget) -> None:
    """Gone from the screen now, from memory when Qt comes round to it."""
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
