"""Something to read, with what can be done from here."""

from __future__ import annotations

from kiosk.conversation.steps import Browse
from kiosk.conversation.view import View
from ui.blocks.part import Answer, PaintPaper
from ui.pages.page import PageKind, Room
from ui.pages.step_page import StepContent, StepPage


class BrowsePage(StepPage):
    def __init__(self, room: Room, step: Browse, view: View, answer: Answer, paint_paper: PaintPaper) -> None:
        content = StepContent(step.title, view.where, step.blocks, step.offers)
        super().__init__(room, PageKind.BROWSE, content, answer, paint_paper)
