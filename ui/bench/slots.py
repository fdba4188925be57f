"""The reader slots: a card slides in from the right, and a click pulls it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    Property,
    QEasingCurve,
    QPoint,
    QPropertyAnimation,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFontMetricsF,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from ui.bench.card_face import RATIO, face
from ui.bench.cards import CARD_MIME
from ui.bench.lamp import BODY_SHADE, Lamp
from ui.bench.reader import Doing
from ui.bench.tray import TrayCard
from ui.metrics import Space
from ui.parts import Kind, Touch
from ui.style import Style
from ui.theme import Role

_WORDS: Final = {
    Doing.EMPTY: "空",
    Doing.HELD: "有卡",
    Doing.READING: "正在读",
    Doing.UNHEARD: "没有读卡服务",
}
_LAMP: Final = {
    Doing.EMPTY: Lamp.DARK,
    Doing.HELD: Lamp.GOOD,
    Doing.READING: Lamp.BUSY,
    Doing.UNHEARD: Lamp.ATTENTION,
}
_BODY_WIDTH: Final = 104
_SLIDE_MS: Final = 260
_HIDDEN: Final = 0.25
"""The part of a card that is inside the reader when it is in."""


class SlotPanel(QWidget):
    """One reader. It draws what it is shown and knows no device."""

    pull_wanted = Signal()
    dropped = Signal(int)
    """A card was dropped here: its place in the tray."""

    def __init__(self, style: Style, name: str, height: int) -> None:
        super().__init__()
        self._style, self._name = style, name
        self._doing = Doing.EMPTY
        self._card: TrayCard | None = None
        self._out = 0.0
        self._slide = QPropertyAnimation(self, b"out", self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._pull = Touch(style, "拔卡", Kind.SECONDARY, self.pull_wanted.emit, name=f"{name}拔卡")
        self._pull.setParent(self)
        self._pull.hide()
        self.setFixedHeight(height)
        self.setMinimumWidth(_BODY_WIDTH + self._face_size().width() + 100)
        self.setAcceptDrops(True)
        self.setAccessibleName(name)

    @property
    def card(self) -> TrayCard | None:
        return self._card

    def words(self) -> str:
        """What the reader's state is called."""
        return _WORDS[self._doing]

    def show_doing(self, doing: Doing) -> None:
        self._doing = doing
        self.setAccessibleDescription(self.words())
        self.update()

    def show_card(self, card: TrayCard | None, *, sliding: bool) -> None:
        """The card is in, or nothing is; `sliding` in from where `card_rect` says."""
        self._card = card
        self._pull.setVisible(card is not None)
        self.setCursor(Qt.CursorShape.ArrowCursor if card is None else Qt.CursorShape.PointingHandCursor)
        self._slide.stop()
        if sliding and card is not None:
            self._slide.setStartValue(1.0)
            self._slide.setEndValue(0.0)
            self._slide.start()
        else:
            self._set_out(0.0)

    @property
    def slide(self) -> QPropertyAnimation:
        """The way in; tells when it is over."""
        return self._slide

    def card_rect(self, window: QWidget, *, out: float) -> QRect:
        """Where the card is, within the window; `out` 1: before the slot, 0: in it."""
        rect = self._card_rect(out).toRect()
        return QRect(self.mapTo(window, rect.topLeft()), rect.size())

    def _get_out(self) -> float:
        return self._out

    def _set_out(self, out: float) -> None:
        self._out = out
        self.update()

    out = Property(float, _get_out, _set_out)

    def _face_size(self) -> QSize:
        height = self.height() - 2 * self._style.space(Space.TIGHT)
        return QSize(round(height * RATIO), height)

    def _card_rect(self, out: float) -> QRectF:
        size = self._face_size()
        left = _BODY_WIDTH - size.width() * _HIDDEN * (1 - out)
        return QRectF(left, (self.height() - size.height()) / 2, size.width(), size.height())

    def resizeEvent(self, _event: object) -> None:
        hint = self._pull.sizeHint()
        left = self.width() - hint.width() - self._style.space(Space.APART)
        self._pull.setGeometry(QRect(QPoint(left, (self.height() - hint.height()) // 2), hint))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._card is not None and self.rect().contains(event.position().toPoint()):
            self.pull_wanted.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(CARD_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        place = bytes(event.mimeData().data(CARD_MIME).data())
        if place.isdigit():
            event.acceptProposedAction()
            self.dropped.emit(int(place))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        if self._card is not None:
            self._paint_card(painter, self._card)
            self._paint_holder(painter, self._card)
        self._paint_body(painter)
        if self._card is None:
            self._paint_invitation(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        edge = QPen(self._style.colour(Role.LINE), 1)
        painter.setPen(edge)
        painter.setBrush(self._style.colour(Role.SURFACE))
        radius = self._style.metrics.radius + 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_card(self, painter: QPainter, card: TrayCard) -> None:
        rect = self._card_rect(self._out)
        painter.save()
        painter.setClipRect(QRectF(_BODY_WIDTH - 6, 0, self.width(), self.height()))
        painter.drawPixmap(rect.topLeft(), face(card, self._face_size(), self.devicePixelRatioF()))
        painter.restore()
        shade = QLinearGradient(_BODY_WIDTH, 0, _BODY_WIDTH + 10, 0)
        shade.setColorAt(0, QColor(20, 33, 61, 90))
        shade.setColorAt(1, QColor(20, 33, 61, 0))
        painter.fillRect(QRectF(_BODY_WIDTH, rect.top(), 10, rect.height()), shade)

    def _paint_body(self, painter: QPainter) -> None:
        """The reader itself, with its lamp and what it is doing."""
        body = QRectF(0, 0, _BODY_WIDTH, self.height())
        radius = self._style.metrics.radius + 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.INK))
        painter.drawRoundedRect(body, radius, radius)
        painter.setBrush(QColor(BODY_SHADE))
        slit = QRectF(_BODY_WIDTH - 6, self._style.space(Space.TIGHT) - 2, 4, 0)
        slit.setBottom(self.height() - slit.top())
        painter.drawRoundedRect(slit, 2, 2)
        left, middle = self._style.space(Space.APART), self.height() / 2
        painter.setPen(self._style.colour(Role.ON_ACCENT))
        painter.setFont(self._style.font(bold=True))
        words = QRectF(left, middle - 24, _BODY_WIDTH - left - 8, 22)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_LAMP[self._doing].on_dark))
        painter.drawEllipse(QRectF(left, middle + 9, 8, 8))
        painter.setPen(self._style.colour(Role.ON_ACCENT))
        painter.setFont(self._style.font())
        words = QRectF(left + 14, middle + 2, _BODY_WIDTH - left - 14 - 8, 22)
        text = self.words()
        if QFontMetricsF(painter.font()).horizontalAdvance(text) > words.width():
            words.setHeight(40)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, int(flags), text)

    def _paint_holder(self, painter: QPainter, card: TrayCard) -> None:
        gap = self._style.space(Space.APART)
        left = self._card_rect(0.0).right() + gap
        room = QRectF(left, 0, self._pull.x() - left - gap, self.height())
        painter.setPen(self._style.colour(Role.INK))
        painter.setFont(self._style.font(bold=True))
        name = QFontMetricsF(painter.font()).elidedText(
            card.holder, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_invitation(self, painter: QPainter) -> None:
        painter.setPen(self._style.colour(Role.QUIET))
        painter.setFont(self._style.font())
        room = QRectF(self.rect()).adjusted(_BODY_WIDTH, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "点一张卡片，放进来")
