"""Something is being looked up: quiet, and at first nothing at all."""

from __future__ import annotations

from kiosk.domain.text import Text
from ui import wording
from ui.metrics import Scale
from ui.pages.page import Page, PageKind, Room
from ui.pages.poster import Line
from ui.pages.progress import progress
from ui.theme import Role


class LookPage(Page):
    kind = PageKind.LOOK

    def __init__(self, room: Room, saying: Text, *, motion: bool) -> None:
        super().__init__(room)
        style, size = room.style, room.size
        hint = Line(wording.ONE_MOMENT, scale=Scale.TEXT, role=Role.QUIET)
        shown = progress(style, saying, (hint,), room.inner_width, motion=motion)
        shown.setParent(self)
        shown.move((size.width() - shown.width()) // 2, (size.height() - shown.height()) // 2)

    @property
    def said(self) -> tuple[Text, ...]:
        return (wording.ONE_MOMENT,)
