"""What a place for a card looks like at the bench: its body with a lamp and words, and the card in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from PySide6.QtCore import (
    Property,
    QEasingCurve,
    QPoint,
    QPropertyAnimation,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from ui.bench.card_face import RATIO
from ui.bench.card_place import Doing
from ui.bench.cards import CARD_MIME
from ui.bench.lamp import Lamp
from ui.bench.tray import TrayCard
from ui.metrics import Space
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch

BODY_WIDTH: Final = 104
_LAMP: Final = {
    Doing.EMPTY: Lamp.DARK,
    Doing.HELD: Lamp.GOOD,
    Doing.READING: Lamp.BUSY,
    Doing.UNHEARD: Lamp.ATTENTION,
}
_SLIDE_MS: Final = 260
_REFUSAL_MS: Final = 3000


class PlacePanel(QWidget):
    """It draws what it is shown and knows no device. The kinds say where a card lies, and how it is drawn."""

    pull_wanted = Signal()
    dropped = Signal(int)
    """A card was dropped here: its place in the tray."""

    WORDS: ClassVar[Mapping[Doing, str]]
    """What the state is called."""
    INVITATION: ClassVar[str]
    PULL: ClassVar[str]
    REFUSAL: ClassVar[str]
    """Said of a card that is not for this place."""

    def __init__(self, style: Style, name: str, height: int) -> None:
        super().__init__()
        self._style, self._name = style, name
        self._doing = Doing.EMPTY
        self._card: TrayCard | None = None
        self._out = 0.0
        self._slide = QPropertyAnimation(self, b"out", self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._refusing = QTimer(self, interval=_REFUSAL_MS, singleShot=True)
        self._refusing.timeout.connect(self.update)
        self._pull = Touch(style, self.PULL, Kind.SECONDARY, self.pull_wanted.emit, name=f"{name}{self.PULL}")
        self._pull.setParent(self)
        self._pull.hide()
        self.setFixedHeight(height)
        self.setMinimumWidth(BODY_WIDTH + self._face_size().width() + 100)
        self.setAcceptDrops(True)
        self.setAccessibleName(name)

    def takes(self, card: TrayCard) -> bool:
        """Whether the card is for a place of this kind."""
        raise NotImplementedError

    def _card_rect(self, out: float) -> QRectF:
        """Where the card is; `out` 1: before it is in, 0: in."""
        raise NotImplementedError

    def _paint_card(self, painter: QPainter, card: TrayCard) -> None:
        raise NotImplementedError

    def _paint_mouth(self, painter: QPainter) -> None:
        """What of the place shows whether a card is there or not."""
        raise NotImplementedError

    @property
    def card(self) -> TrayCard | None:
        return self._card

    @property
    def refusing(self) -> bool:
        """It says just now that a card was not for it."""
        return self._refusing.isActive()

    def words(self) -> str:
        """What the place's state is called."""
        return self.WORDS[self._doing]

    def show_doing(self, doing: Doing) -> None:
        self._doing = doing
        self.setAccessibleDescription(self.words())
        self.update()

    def refuse(self) -> None:
        """Say for a while that the card is not for this place."""
        self._refusing.start()
        self.update()

    def show_card(self, card: TrayCard | None, *, sliding: bool) -> None:
        """The card is in, or nothing is; `sliding` in from where `card_rect` says."""
        self._card = card
        self._refusing.stop()
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
        """Where the card is, within the window; `out` 1: before the place, 0: in it."""
        rect = self._card_rect(out).toRect()
        return QRect(self.mapTo(window, rect.topLeft()), rect.size())

    def _get_out(self) -> float:
        return self._out

    def _set_out(self, out: float) -> None:
        self._out = out
        self.update()

    out = Property(float, _get_out, _set_out)

    def _told_from(self) -> float:
        """Where the words beside the card begin, or where those beside nothing do."""
        return BODY_WIDTH if self._card is None else self._card_rect(0.0).right()

    def _face_size(self) -> QSize:
        height = self.height() - 2 * self._style.space(Space.TIGHT)
        return QSize(round(height * RATIO), height)

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
        self._paint_body(painter)
        self._paint_mouth(painter)
        self._paint_told(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        edge = QPen(self._style.colour(Role.LINE), 1)
        painter.setPen(edge)
        painter.setBrush(self._style.colour(Role.SURFACE))
        radius = self._style.metrics.radius + 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_body(self, painter: QPainter) -> None:
        """The device itself, with its lamp and what it is doing."""
        body = QRectF(0, 0, BODY_WIDTH, self.height())
        radius = self._style.metrics.radius + 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.INK))
        painter.drawRoundedRect(body, radius, radius)
        left, middle = self._style.space(Space.APART), self.height() / 2
        painter.setPen(self._style.colour(Role.ON_ACCENT))
        painter.setFont(self._style.font(bold=True))
        words = QRectF(left, middle - 24, BODY_WIDTH - left - 8, 22)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_LAMP[self._doing].on_dark))
        painter.drawEllipse(QRectF(left, middle + 9, 8, 8))
        painter.setPen(self._style.colour(Role.ON_ACCENT))
        painter.setFont(self._style.font())
        words = QRectF(left + 14, middle + 2, BODY_WIDTH - left - 14 - 8, 22)
        text = self.words()
        if QFontMetricsF(painter.font()).horizontalAdvance(text) > words.width():
            words.setHeight(40)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, int(flags), text)

    def _paint_told(self, painter: QPainter) -> None:
        """Beside the card whose it is, beside nothing what to do; either way that a card is not for here."""
        gap, style = self._style.space(Space.APART), self._style
        card = self._card
        left = self._told_from()
        right = self.width() if card is None else self._pull.x()
        room = QRectF(left + gap, 0, right - left - 2 * gap, self.height())
        refusing = self.refusing
        painter.setPen(style.colour(Role.PROBLEM if refusing else Role.QUIET if card is None else Role.INK))
        painter.setFont(style.font(bold=card is not None and not refusing))
        across = Qt.AlignmentFlag.AlignHCenter if card is None else Qt.AlignmentFlag.AlignLeft
        flags = across | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        words = self.REFUSAL if refusing else self.INVITATION if card is None else card.holder
        painter.drawText(room, int(flags), words)
