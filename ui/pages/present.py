"""出示: another card is asked for, beside the one that is in."""

from __future__ import annotations

from kiosk.conversation.content import Words
from kiosk.conversation.signs import Picture
from kiosk.conversation.steps import Present
from kiosk.conversation.view import View
from kiosk.domain.text import Text
from ui import wording
from ui.blocks.part import Answer, PaintPaper
from ui.metrics import Scale
from ui.pages.page import PageKind, Room
from ui.pages.step_page import StepContent, StepPage, words_beside


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
        part = words_beside(room, picture=True)
        content = StepContent(
            step.title, view.where, blocks, step.offers, words_scale=Scale.LEAD, words_part=part
        )
        super().__init__(room, PageKind.PRESENT, content, answer, paint_paper)
        self._picture = step.picture or Picture.OWN_SECOND_CARD
        self.put_card_picture(self._picture, motion=motion)

    @property
    def said(self) -> tuple[Text, ...]:
        return (wording.CARD_PICTURE[self._picture],)
