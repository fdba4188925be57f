"""The tray: the cards lie in it like in a wallet, each half under the next, and are taken out by a click."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QEnterEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QScrollArea, QWidget

from ui.bench.card_face import FACE, TOLD, face
from ui.bench.look import slim_scroll_bars
from ui.bench.tray import TrayCard
from ui.parts import Label
from ui.style import Style
from ui.theme import Role

CARD_MIME: Final = "application/x-bianmin-card"
"""A dragged card: its place in the tray, in decimal digits."""
_GAP: Final = 14
_PITCH: Final = TOLD + 3
_FEWEST_COLUMNS: Final = 2
_LIFT: Final = 3
_HEADING: Final = 24


class CardTile(QAbstractButton):
    """A card in the tray, or the empty place of one that is in a reader, or lies on the area."""

    def __init__(self, style: Style, card: TrayCard, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self.card = style, card
        self._away = False
        self._pressed_at = QPoint()
        self.setFixedSize(FACE.width(), FACE.height() + _LIFT)
        self.setAccessibleName(card.holder)
        self.setAccessibleDescription(card.story)
        self.setToolTip(card.story)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def away(self) -> bool:
        return self._away

    def show_away(self, *, away: bool) -> None:
        self._away = away
        self.setEnabled(not away)
        self.update()

    def picture(self) -> QPixmap:
        return face(self.card, FACE, self.devicePixelRatioF())

    def sizeHint(self) -> QSize:
        return self.size()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        distance = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if event.buttons() & Qt.MouseButton.LeftButton and distance >= QApplication.startDragDistance():
            self._drag()

    def _drag(self) -> None:
        carried = QMimeData()
        carried.setData(CARD_MIME, str(self.card.place).encode())
        drag = QDrag(self)
        drag.setMimeData(carried)
        drag.setPixmap(self.picture())
        drag.setHotSpot(self._pressed_at)
        self.setDown(False)
        drag.exec(Qt.DropAction.MoveAction)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._away:
            self._paint_place(painter)
            return
        lifted = (self.underMouse() and not self.isDown()) or self.hasFocus()
        top = 0 if lifted else _LIFT
        # Its shadow on the card that lies under it.
        for above, strength in ((2, 10), (1, 22)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(20, 33, 61, strength))
            painter.drawRoundedRect(QRectF(0, top - above, FACE.width(), 30), 8, 8)
        painter.drawPixmap(0, top, self.picture())
        if lifted:
            painter.setPen(QPen(self._style.colour(Role.ACCENT), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(1, top + 1, FACE.width() - 2, FACE.height() - 2), 8, 8)

    def _paint_place(self, painter: QPainter) -> None:
        place = QRectF(0.5, _LIFT + 0.5, FACE.width() - 1, FACE.height() - 1)
        painter.setPen(QPen(self._style.colour(Role.LINE), 1, Qt.PenStyle.DashLine))
        painter.setBrush(self._style.colour(Role.PAPER))
        painter.drawRoundedRect(place, 8, 8)
        painter.setPen(self._style.colour(Role.QUIET))
        painter.setFont(self._style.font())
        painter.drawText(
            place.adjusted(0, 0, 0, TOLD - FACE.height()),
            Qt.AlignmentFlag.AlignCenter,
            f"{self.card.holder}\n{'在感应区上' if self.card.look.is_laid else '在读卡器里'}",
        )


class _Wallet(QWidget):
    """All tiles, laid out in columns that overlap downwards."""

    def __init__(self, style: Style, cards: tuple[TrayCard, ...]) -> None:
        super().__init__()
        self.tiles = tuple(CardTile(style, card, self) for card in cards)
        self._headings = {
            card.place: Label(style, card.heading, bold=True, role=Role.QUIET, wrap=False, parent=self)
            for card in cards
            if card.heading
        }
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        pitch = FACE.width() + _GAP
        columns = max(_FEWEST_COLUMNS, (self.width() + _GAP) // pitch)
        column, top, bottom = 0, 0, 0
        for tile in self.tiles:
            heading = self._headings.get(tile.card.place)
            if heading is not None:
                top = bottom + (_GAP if bottom else 0)
                heading.setGeometry(0, top, self.width(), _HEADING)
                column, top = 0, top + _HEADING
            elif column == columns:
                column, top = 0, top + _PITCH
            tile.move(column * pitch, top)
            column += 1
            bottom = top + FACE.height() + _LIFT
        self.setMinimumHeight(bottom)


class CardTray(QScrollArea):
    """The cards of the tray; those that are away leave their places empty."""

    picked = Signal(int)
    """The place of a card that was clicked."""

    def __init__(self, style: Style, cards: tuple[TrayCard, ...]) -> None:
        super().__init__()
        self._wallet = _Wallet(style, cards)
        for tile in self._wallet.tiles:
            tile.clicked.connect(lambda _checked=False, place=tile.card.place: self.picked.emit(place))
        self.setStyleSheet(slim_scroll_bars())
        self.setWidget(self._wallet)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        for ground in (self._wallet, self.viewport()):
            ground.setAutoFillBackground(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(FACE.height() + _LIFT)

    def tile(self, place: int) -> CardTile:
        return self._wallet.tiles[place]

    def show_away(self, place: int, *, away: bool) -> None:
        """Leave the card's place empty, or put it back."""
        self.tile(place).show_away(away=away)

    def place_in(self, window: QWidget, place: int) -> QRect:
        """Where the card lies, within the window; at the tray's edge where it is scrolled out of sight."""
        view = self.viewport()
        top = self.tile(place).mapTo(window, QPoint(0, _LIFT))
        highest = view.mapTo(window, QPoint(0, 0)).y()
        lowest = highest + view.height() - FACE.height()
        return QRect(QPoint(top.x(), min(max(top.y(), highest), max(lowest, highest))), FACE)
