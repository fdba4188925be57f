"""The few things that every page is made of and that are only seen: words, panels and pictures."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.conversation.signs import Icon
from ui.icons import AnyIcon, pixmap
from ui.metrics import Scale, Space
from ui.style import Style
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


def joined(text: str) -> str:
    """With what keeps together what belongs together."""
    return _TOGETHER.sub(_JOINER, text)


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
        self.setText(joined(text))
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
