"""核对: the page before something counts; every answer can be changed by itself."""

from __future__ import annotations

from kiosk.conversation.steps import Review
from kiosk.conversation.view import View
from ui.blocks.part import Answer, PaintPaper
from ui.pages.page import PageKind, Room
from ui.pages.step_page import StepContent, StepPage


class ReviewPage(StepPage):
    """The answers as a table, and the deed in the primary place."""

    def __init__(self, room: Room, step: Review, view: View, answer: Answer, paint_paper: PaintPaper) -> None:
        content = StepContent(step.title, view.where, step.blocks, (step.confirm,))
        super().__init__(room, PageKind.REVIEW, content, answer, paint_paper)
