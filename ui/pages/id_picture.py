"""Pictures of the ID card 身份证 and the area that reads it: laid on, lifted and laid again, taken away."""

from __future__ import annotations

from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter

from ui import wording
from ui.pages.moving_picture import ACROSS, MovingPicture
from ui.pages.picture_marks import Marks
from ui.pages.steps_picture import Sign, Step, StepsPicture
from ui.style import Style
from ui.theme import Role

_PROPORTION: Final = 0.92
_BODY: Final = QRectF(2, 46, 96, 44)
_AREA: Final = QRectF(18, 50, 64, 36)
_WIDTH: Final = 56.0
_LYING: Final = 51.5
"""The card's upper edge where it lies, and where it hangs over the area."""
_LIFTED: Final = 4.0
_SMALL_BODY: Final = QRectF(2, 40, 43, 31)
_SMALL_AREA: Final = QRectF(5, 43, 37, 25)
_SMALL_WIDTH: Final = 34.0
_SMALL_LYING: Final = 44.7
_SMALL_LIFTED: Final = 19.0
_MOVES: Final = 4.0
"""The way of the card that is lifted, up and down."""


class IdMove(Enum):
    """What the card does."""

    LAY = "lay"
    TAKE = "take"


class IdPicture(MovingPicture):
    """The reading area, and the card over it."""

    def __init__(self, style: Style, move: IdMove, room: QSize, *, motion: bool) -> None:
        self._move_of = move
        super().__init__(style, room, _PROPORTION, inwards=move is IdMove.LAY, motion=motion, rest=0.35)

    def _paint(self, painter: QPainter) -> None:
        marks = self._marks(painter)
        self._paint_area(painter, _BODY, _AREA)
        on_body = Role.ACCENT if self._high else Role.ACCENT_TINT
        marks.waves(QPointF(_AREA.left() - 1, _AREA.center().y()), on_body, leftwards=True)
        marks.waves(QPointF(_AREA.right() + 1, _AREA.center().y()), on_body)
        top = _LIFTED + (_LYING - _LIFTED) * self._way
        self._paint_id_card(painter, QPointF((ACROSS - _WIDTH) / 2, top), _WIDTH)
        high, low = 8.0, 34.0
        start, end = (high, low) if self._move_of is IdMove.LAY else (low, high)
        for x in (10.0, 90.0):
            marks.arrow(QPointF(x, start), QPointF(x, end), width=4.0)


class LiftIdPicture(StepsPicture):
    """Lift it; lay it on again, and leave it there."""

    def __init__(self, style: Style, room: QSize, *, motion: bool) -> None:
        steps = (Step(wording.LIFT, Sign.FIRST), Step(wording.LAY_STILL, Sign.SECOND))
        super().__init__(style, steps, room, motion=motion)

    def _paint_first(self, painter: QPainter, marks: Marks) -> None:
        self._paint_area(painter, _SMALL_BODY, _SMALL_AREA)
        top = _SMALL_LIFTED - _MOVES * self._way
        self._paint_id_card(painter, QPointF((self.FRAME.width() - _SMALL_WIDTH) / 2, top), _SMALL_WIDTH)
        marks.arrow(QPointF(self.FRAME.center().x(), top - 2), QPointF(self.FRAME.center().x(), top - 13))

    def _paint_second(self, painter: QPainter, marks: Marks) -> None:
        self._paint_area(painter, _SMALL_BODY, _SMALL_AREA)
        corner = QPointF((self.FRAME.width() - _SMALL_WIDTH) / 2, _SMALL_LYING)
        self._paint_id_card(painter, corner, _SMALL_WIDTH)
        middle = self.FRAME.center().x()
        marks.arrow(QPointF(middle, _SMALL_LYING - 27), QPointF(middle, _SMALL_LYING - 8))
