"""What happened, whether money moved, what to do now."""

from __future__ import annotations

from PySide6.QtCore import QRect

from kiosk.conversation.content import Words
from kiosk.conversation.signs import Tone
from kiosk.conversation.steps import Inform
from kiosk.conversation.view import View
from kiosk.domain.text import Text
from ui import wording
from ui.blocks.part import Answer, PaintPaper
from ui.metrics import Scale
from ui.pages.page import PageKind, Room
from ui.pages.step_page import Sign, StepContent, StepPage, words_beside
from ui.parts import GreatSign
from ui.theme import TONE_GROUND, TONE_INK, Role

_LARGEST_MM = 80.0
_SMALLEST_MM = 40.0


class InformPage(StepPage):
    """Few sentences, so they are set larger; where nothing else is said, beside a picture of what to do, or
    a sign that is seen first."""

    def __init__(
        self,
        room: Room,
        step: Inform,
        view: View,
        answer: Answer,
        paint_paper: PaintPaper,
        *,
        motion: bool,
    ) -> None:
        lines = (Words(step.lines),) if step.lines else ()
        sign = Sign(step.icon, step.tone)
        alone = bool(lines) and not step.blocks
        beside = alone or step.picture is not None
        content = StepContent(
            step.title,
            view.where,
            (*lines, *step.blocks),
            step.offers,
            sign if step.picture is not None or not alone else None,
            words_scale=Scale.LEAD,
            words_part=words_beside(room, picture=step.picture is not None) if beside else 1.0,
        )
        super().__init__(room, PageKind.INFORM, content, answer, paint_paper)
        self._picture = step.picture
        if step.picture is not None:
            self.put_card_picture(step.picture, motion=motion)
        elif alone:
            self._put_great_sign(sign, self.free_area)

    @property
    def said(self) -> tuple[Text, ...]:
        return () if self._picture is None else (wording.CARD_PICTURE[self._picture],)

    def _put_great_sign(self, sign: Sign, free: QRect) -> None:
        """Not at all where there is little room."""
        style = self.room.style
        side = min(free.width(), free.height(), style.metrics.px(_LARGEST_MM))
        if side < style.metrics.px(_SMALLEST_MM):
            return
        ink = Role.ACCENT if sign.tone is Tone.PLAIN else TONE_INK[sign.tone]
        self.put_in_free_area(GreatSign(style, sign.icon, ink, TONE_GROUND[sign.tone], side))
