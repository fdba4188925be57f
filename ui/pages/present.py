"""出示: another card is asked for, beside the one that is in."""

from __future__ import annotations

from PySide6.QtCore import QSize

from kiosk.conversation.content import Words
from kiosk.conversation.steps import Present
from kiosk.conversation.view import View
from ui.blocks.part import Answer, PaintPaper
from ui.metrics import Scale
from ui.pages.page import PageKind, Room
from ui.pages.slot_picture import SlotPicture, Travel
from ui.pages.step_page import StepContent, StepPage, words_beside

_LARGEST_MM = 130.0
"""From side to side."""
_FROM_ABOVE = 0.3


class PresentPage(StepPage):
    """What to put in where, in words and as a picture; the card itself answers, or an offer is touched."""

    def __init__(
        self,
        room: Room,
        step: Present,
        view: View,
        answer: Answer,
        paint_paper: PaintPaper,
        *,
        motion: bool,
    ) -> None:
        blocks = (Words(step.lines),) if step.lines else ()
        part = words_beside(room)
        content = StepContent(
            step.title, view.where, blocks, step.offers, words_scale=Scale.LEAD, words_part=part
        )
        super().__init__(room, PageKind.PRESENT, content, answer, paint_paper)
        free = self.free_area
        most = QSize(room.style.metrics.px(_LARGEST_MM), free.height())
        picture = SlotPicture(room.style, Travel.OTHER_CARD_IN, free.size().boundedTo(most), motion=motion)
        picture.setParent(self)
        across, down = free.width() - picture.width(), free.height() - picture.height()
        picture.move(free.x() + across // 2, free.y() + round(down * _FROM_ABOVE))
