"""The area of the ID module 身份证感应区: an ID card is laid on it, and a click lifts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.bench.card_face import RATIO, face
from ui.bench.card_place import Doing
from ui.bench.place_panel import BODY_WIDTH, PlacePanel
from ui.bench.tray import TrayCard
from ui.metrics import Space
from ui.style import Style
from ui.theme import Role

_EDGE: Final = 4
"""Of the area around a card."""
_FROM_ABOVE: Final = 14
"""How much higher a card is before it lies."""
_WAVES: Final = (9.0, 17.0, 25.0)
_EIGHTH: Final = 45 * 16
"""Of a circle, as Qt counts arcs."""


class IdArea(PlacePanel):
    WORDS: ClassVar[Mapping[Doing, str]] = {
        Doing.EMPTY: "空",
        Doing.HELD: "有证",
        Doing.READING: "正在读",
        Doing.UNHEARD: "没有接上",
    }
    INVITATION = "点一张身份证，\n放上来"
    PULL = "拿走"
    REFUSAL = "这里只放身份证"

    def __init__(self, style: Style, height: int) -> None:
        super().__init__(style, "身份证感应区", height)

    def takes(self, card: TrayCard) -> bool:
        return card.look.is_laid

    def _card_rect(self, out: float) -> QRectF:
        size = self._face_size()
        left = BODY_WIDTH + self._style.space(Space.TIGHT) + _EDGE
        top = (self.height() - size.height()) / 2 - _FROM_ABOVE * out
        return QRectF(left, top, size.width(), size.height())

    def _told_from(self) -> float:
        return self._card_rect(0.0).right() + _EDGE

    def _face_size(self) -> QSize:
        height = self.height() - 2 * (self._style.space(Space.TIGHT) + _EDGE)
        return QSize(round(height * RATIO), height)

    def _paint_card(self, painter: QPainter, card: TrayCard) -> None:
        self._paint_area(painter)
        corner = self._card_rect(self._out).topLeft()
        painter.drawPixmap(corner, face(card, self._face_size(), self.devicePixelRatioF()))

    def _paint_mouth(self, painter: QPainter) -> None:
        if self._card is None:
            self._paint_area(painter)
            self._paint_waves(painter)

    def _paint_area(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._style.colour(Role.ACCENT), 1.5))
        painter.setBrush(self._style.colour(Role.ACCENT_TINT))
        area = self._card_rect(0.0).adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
        painter.drawRoundedRect(area, 8, 8)

    def _paint_waves(self, painter: QPainter) -> None:
        pen = QPen(self._style.colour(Role.ACCENT), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = self._card_rect(0.0).center() - QPointF(_WAVES[1], 0)
        for radius in _WAVES:
            around = QRectF(middle - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius))
            painter.drawArc(around, -_EIGHTH, 2 * _EIGHTH)
