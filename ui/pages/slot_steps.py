"""Pictures of a card that is wrong in its slot, and of the one that is right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter

from ui import wording
from ui.pages.picture_marks import Marks
from ui.pages.steps_picture import BETWEEN, Sign, Step, StepsPicture
from ui.style import Style
from ui.theme import Role

_MOUTH = 19.0
"""Where the slot ends and the card is seen."""
_CARD_WIDTH = 28.0
_LEFT = 9.5
_OUTSIDE = 5.0
"""From the slot to a card that is not in it."""
_WAY_IN = 20.0
_RESTING = 0.3
"""How far in the card is that is only shown."""


class _SlotSteps(StepsPicture):
    """A slot at the head of both frames."""

    def _paint_in_slot(self, painter: QPainter, way: float, name: str | None, *, moves: bool) -> None:
        """A card `way` in; without a name one with its back up."""
        painter.save()
        self._paint_body(painter, QRectF(2, 2, self.FRAME.width() - 4, _MOUTH + 3))
        painter.setClipRect(QRectF(0, _MOUTH, self.FRAME.width(), self.FRAME.height()))
        corner = QPointF(_LEFT, _MOUTH + _OUTSIDE - _WAY_IN * way)
        if name is None:
            self._paint_back(painter, corner, _CARD_WIDTH)
        else:
            self._paint_card(painter, corner, _CARD_WIDTH, name, moves=moves)
        painter.restore()
        self._paint_lip(painter, QRectF(5, _MOUTH - 3.5, 37, 3.5), Role.ACCENT if moves else Role.QUIET)


class WrongWayPicture(_SlotSteps):
    """Not with its back up: the chip must be seen when it goes in."""

    def __init__(self, style: Style, room: QSize, *, motion: bool) -> None:
        steps = (Step(wording.BACK_UP, Sign.WRONG), Step(wording.CHIP_UP, Sign.RIGHT))
        super().__init__(style, steps, room, motion=motion)

    def _paint_first(self, painter: QPainter, _marks: Marks) -> None:
        self._paint_in_slot(painter, _RESTING, None, moves=False)

    def _paint_second(self, painter: QPainter, _marks: Marks) -> None:
        self._paint_in_slot(painter, self._way, self._style.say(wording.CARD_NAME), moves=True)

    def _paint_between(self, marks: Marks) -> None:
        marks.disc(BETWEEN, 9.5, Role.ACCENT)
        marks.turn(BETWEEN, 5.4, self._on_disc, 2.0)


class OtherCardPicture(_SlotSteps):
    """This one out, the social-security card in."""

    def __init__(self, style: Style, room: QSize, *, motion: bool) -> None:
        steps = (Step(wording.TAKE_OUT, Sign.FIRST), Step(wording.PUT_IN, Sign.SECOND))
        super().__init__(style, steps, room, motion=motion)

    def _paint_first(self, painter: QPainter, marks: Marks) -> None:
        self._paint_in_slot(painter, _RESTING, self._style.say(wording.SOME_CARD), moves=False)
        marks.arrow(QPointF(4.8, 34), QPointF(4.8, 58), width=2.6)

    def _paint_second(self, painter: QPainter, marks: Marks) -> None:
        self._paint_in_slot(painter, self._way, self._style.say(wording.CARD_NAME), moves=True)
        marks.arrow(QPointF(42.2, 58), QPointF(42.2, 34), width=2.6)
