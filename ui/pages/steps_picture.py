"""A picture of two steps side by side: what there is now, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter

from kiosk.domain.text import Text
from ui.pages.moving_picture import ACROSS, MovingPicture
from ui.pages.picture_marks import LARGEST, Marks
from ui.style import Style
from ui.theme import Role

_PROPORTION = 0.92
_FRAME = QRectF(0, 0, 47, 90)
_FRAMES_AT = (QPointF(1, 1), QPointF(52, 1))
_CAPTION = QRectF(2, 74, 43, 14)
_SIGN_RADIUS = 5.0
_GAP = 2.0
"""Between a sign and the words behind it."""
_LOOSE = 1.12
"""How much wider than its words a caption is."""
BETWEEN = QPointF(50, 40)


class Sign(Enum):
    """What stands before a step's words."""

    WRONG = "wrong"
    RIGHT = "right"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Step:
    """One of the two, in words."""

    caption: Text
    sign: Sign


class StepsPicture(MovingPicture):
    """Two frames with a caption each; the kinds paint what is in them, each in the frame's own units."""

    FRAME = _FRAME

    def __init__(self, style: Style, steps: tuple[Step, Step], room: QSize, *, motion: bool) -> None:
        super().__init__(style, room, _PROPORTION, inwards=True, motion=motion)
        self._steps = steps

    def _paint(self, painter: QPainter) -> None:
        marks = self._marks(painter)
        paints = (self._paint_first, self._paint_second)
        for at, step, paint in zip(_FRAMES_AT, self._steps, paints, strict=True):
            painter.save()
            painter.translate(at)
            marks.fill(Role.SURFACE, Role.LINE, 0.8)
            painter.drawRoundedRect(_FRAME, 4, 4)
            painter.save()
            painter.setClipRect(_FRAME.adjusted(0.5, 0.5, -0.5, -0.5))
            paint(painter, marks)
            painter.restore()
            self._paint_caption(marks, step)
            painter.restore()
        self._paint_between(marks)

    def _paint_first(self, painter: QPainter, marks: Marks) -> None:
        raise NotImplementedError

    def _paint_second(self, painter: QPainter, marks: Marks) -> None:
        raise NotImplementedError

    def _paint_between(self, marks: Marks) -> None:
        """What leads from the one to the other."""
        marks.disc(BETWEEN, 6.5, Role.ACCENT)
        marks.arrow(BETWEEN - QPointF(3.4, 0), BETWEEN + QPointF(3.8, 0), self._on_disc, 2.0)

    @property
    def _on_disc(self) -> Role:
        return Role.ACCENT if self._high else Role.ON_ACCENT

    def _wide(self, step: Step) -> float:
        """Its caption in one line, in the picture's units."""
        words = self._style.say(step.caption)
        return self._style.width(words, LARGEST, bold=True) * ACROSS / self.width()

    def _paint_caption(self, marks: Marks, step: Step) -> None:
        """Sign and words together stand in the middle of the frame's foot."""
        words, widest = self._style.say(step.caption), max(self._wide(one) for one in self._steps)
        room = _CAPTION.width() - 2 * _SIGN_RADIUS - _GAP
        wide = min(room, widest * _LOOSE)
        # A shorter one is as large as the longer one beside it, and takes less room.
        told = wide * self._wide(step) / widest
        left = _CAPTION.center().x() - (told + 2 * _SIGN_RADIUS + _GAP) / 2
        middle = QPointF(left + _SIGN_RADIUS, _CAPTION.center().y())
        match step.sign:
            case Sign.WRONG:
                marks.wrong(middle, _SIGN_RADIUS)
            case Sign.RIGHT:
                marks.right(middle, _SIGN_RADIUS)
            case Sign.FIRST:
                marks.number(middle, _SIGN_RADIUS, 1)
            case Sign.SECOND:
                marks.number(middle, _SIGN_RADIUS, 2)
        place = QRectF(middle.x() + _SIGN_RADIUS + _GAP, _CAPTION.top(), told, _CAPTION.height())
        marks.words(place, words, Role.INK)
