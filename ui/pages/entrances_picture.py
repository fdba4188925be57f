"""The two ways in, side by side: the slot for a social-security card, the area for an ID card."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter

from ui import wording
from ui.pages.moving_picture import ACROSS, MovingPicture
from ui.style import Style
from ui.theme import Role

_PROPORTION: Final = 0.86
_BODY: Final = QRectF(2, 2, 96, 44)
_MOUTH: Final = 26.0
"""Where the slot ends and the card is seen."""
_CARD_WIDTH: Final = 32.0
_CARD_FROM: Final = 8.0
"""Below the slot, where the card is not in it."""
_CARD_WAY: Final = 26.0
_AREA: Final = QRectF(54, 7, 38, 28)
_ID_CARD_WIDTH: Final = 36.0
_ID_CARD_FROM: Final = 50.0
_ID_CARD_TO: Final = 20.0
"""Half on the area: beneath a card that covers it nobody would see it."""


class EntrancesPicture(MovingPicture):
    def __init__(self, style: Style, room: QSize, *, motion: bool) -> None:
        super().__init__(style, room, _PROPORTION, inwards=True, motion=motion)

    def _paint(self, painter: QPainter) -> None:
        self._paint_area(painter, _BODY, _AREA)
        painter.save()
        painter.setClipRect(QRectF(0, _MOUTH, ACROSS, ACROSS * _PROPORTION - _MOUTH))
        top = _MOUTH + _CARD_FROM - _CARD_WAY * self._way
        corner = QPointF(25 - _CARD_WIDTH / 2, top)
        self._paint_card(painter, corner, _CARD_WIDTH, self._style.say(wording.CARD_NAME))
        painter.restore()
        self._paint_lip(painter, QRectF(6, _MOUTH - 4, 38, 4))
        self._marks(painter).waves(_AREA.center() - QPointF(5, 2), Role.ACCENT)
        top = _ID_CARD_FROM + (_ID_CARD_TO - _ID_CARD_FROM) * self._way
        self._paint_id_card(painter, QPointF(_AREA.center().x() - _ID_CARD_WIDTH / 2, top), _ID_CARD_WIDTH)
