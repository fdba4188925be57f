"""The reader slots: a card slides in from the right, and a click pulls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from ui.bench.card_face import face
from ui.bench.card_place import Doing
from ui.bench.lamp import BODY_SHADE
from ui.bench.place_panel import BODY_WIDTH, PlacePanel
from ui.bench.tray import TrayCard
from ui.metrics import Space

_HIDDEN: Final = 0.25
"""The part of a card that is inside the reader when it is in."""


class SlotPanel(PlacePanel):
    """One reader."""

    WORDS: ClassVar[Mapping[Doing, str]] = {
        Doing.EMPTY: "空",
        Doing.HELD: "有卡",
        Doing.READING: "正在读",
        Doing.UNHEARD: "没有读卡服务",
    }
    INVITATION = "点一张卡片，放进来"
    PULL = "拔卡"
    REFUSAL = "身份证放在感应区，不插进来"

    def takes(self, card: TrayCard) -> bool:
        return not card.look.is_laid

    def _card_rect(self, out: float) -> QRectF:
        size = self._face_size()
        left = BODY_WIDTH - size.width() * _HIDDEN * (1 - out)
        return QRectF(left, (self.height() - size.height()) / 2, size.width(), size.height())

    def _paint_card(self, painter: QPainter, card: TrayCard) -> None:
        rect = self._card_rect(self._out)
        painter.save()
        painter.setClipRect(QRectF(BODY_WIDTH - 6, 0, self.width(), self.height()))
        painter.drawPixmap(rect.topLeft(), face(card, self._face_size(), self.devicePixelRatioF()))
        painter.restore()
        shade = QLinearGradient(BODY_WIDTH, 0, BODY_WIDTH + 10, 0)
        shade.setColorAt(0, QColor(20, 33, 61, 90))
        shade.setColorAt(1, QColor(20, 33, 61, 0))
        painter.fillRect(QRectF(BODY_WIDTH, rect.top(), 10, rect.height()), shade)

    def _paint_mouth(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(BODY_SHADE))
        slit = QRectF(BODY_WIDTH - 6, self._style.space(Space.TIGHT) - 2, 4, 0)
        slit.setBottom(self.height() - slit.top())
        painter.drawRoundedRect(slit, 2, 2)
