"""The picture of a slot of this terminal: a card going in or coming out, a paper coming out."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen

from ui import wording
from ui.pages.moving_picture import ACROSS, MovingPicture
from ui.style import Style
from ui.theme import Role

PROPORTION = 1.3
"""Height to width."""
_OF_TWO_PROPORTION = 0.88
_MOUTH = 26.0
"""Where a slot ends and what comes out of it is seen."""
_ONE_CARD = 56.0
_OF_TWO_CARDS = 33.0
_HELD = 0.72
"""How far in a card is that stays in."""


class Travel(Enum):
    """What moves, and which way."""

    CARD_IN = "card-in"
    CARD_OUT = "card-out"
    PAPER_OUT = "paper-out"
    OTHER_CARD_IN = "other-card-in"
    """Beside the one that is in already."""


class SlotPicture(MovingPicture):
    """A slot, or two side by side, and what goes through it."""

    def __init__(self, style: Style, travel: Travel, room: QSize, *, motion: bool) -> None:
        self._travel = travel
        self._of_two = travel is Travel.OTHER_CARD_IN
        proportion = _OF_TWO_PROPORTION if self._of_two else PROPORTION
        inwards = travel in (Travel.CARD_IN, Travel.OTHER_CARD_IN)
        super().__init__(style, room, proportion, inwards=inwards, motion=motion)

    def _paint(self, painter: QPainter) -> None:
        self._paint_body(painter, QRectF(2, 2, 96, 46))
        painter.save()
        painter.setClipRect(QRectF(0, _MOUTH, ACROSS, ACROSS * PROPORTION - _MOUTH))
        say = self._style.say
        match self._travel:
            case Travel.PAPER_OUT:
                self._paint_paper(painter)
            case Travel.OTHER_CARD_IN:
                held, wanted = say(wording.YOUR_CARD), say(wording.OTHER_CARD)
                self._paint_in_slot(painter, 27, _OF_TWO_CARDS, _HELD, held, moves=False)
                self._paint_in_slot(painter, 73, _OF_TWO_CARDS, self._way, wanted)
            case Travel.CARD_IN | Travel.CARD_OUT:
                self._paint_in_slot(painter, 50, _ONE_CARD, self._way, say(wording.CARD_NAME))
        painter.restore()
        if self._of_two:
            self._paint_lip(painter, QRectF(7, _MOUTH - 4, 40, 4), Role.QUIET)
            self._paint_lip(painter, QRectF(53, _MOUTH - 4, 40, 4))
        else:
            self._paint_lip(painter, QRectF(14, _MOUTH - 4, 72, 4))

    def _paint_in_slot(
        self, painter: QPainter, middle: float, width: float, way: float, name: str, *, moves: bool = True
    ) -> None:
        top = _MOUTH + (14.0 - 44.0 * way) * width / _ONE_CARD
        self._paint_card(painter, QPointF(middle - width / 2, top), width, name, moves=moves)

    def _paint_paper(self, painter: QPainter) -> None:
        length = 92.0 - 62.0 * self._way
        sheet = QRectF(22, 24, 56, length)
        painter.setPen(QPen(self._style.colour(Role.LINE), 0.5))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRect(sheet)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.lightGray)
        for i, part in enumerate((0.7, 0.5, 0.62, 0.4, 0.66, 0.55, 0.3)):
            y = sheet.bottom() - 12 - i * 11
            painter.drawRect(QRectF(sheet.left() + 7, y, 42 * part / 0.7, 3))
