"""One question, a few answers."""

from __future__ import annotations

from kiosk.conversation.content import Block, Tiles, Words
from kiosk.conversation.steps import Choose
from kiosk.conversation.view import View
from ui.blocks.part import Answer, PaintPaper
from ui.metrics import Scale
from ui.pages.page import PageKind, Room
from ui.pages.step_page import StepContent, StepPage


class ChoosePage(StepPage):
    """The answers are tiles; only a primary one stands in the primary place."""

    def __init__(self, room: Room, step: Choose, view: View, answer: Answer, paint_paper: PaintPaper) -> None:
        tiles = tuple(option for option in step.options if not option.primary)
        primary = tuple(option for option in step.options if option.primary)
        blocks: list[Block] = [Words(step.lines)] if step.lines else []
        if tiles:
            blocks.append(Tiles(tiles))
        content = StepContent(step.question, view.where, tuple(blocks), primary, words_scale=Scale.LEAD)
        super().__init__(room, PageKind.CHOOSE, content, answer, paint_paper)
