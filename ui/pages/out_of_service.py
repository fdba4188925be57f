"""本机暂停服务: what happened, what to do, and a line for the technician."""

from __future__ import annotations

from kiosk.conversation.signs import Icon, Tone
from ui import wording
from ui.metrics import Scale
from ui.pages.page import PageKind, Room
from ui.pages.poster import Line, Poster, PosterContent
from ui.theme import Role


class OutOfServicePage(Poster):
    kind = PageKind.OUT_OF_SERVICE

    def __init__(self, room: Room, why: str) -> None:
        lines = tuple(Line(line) for line in wording.OUT_OF_SERVICE_LINES)
        if why:
            lines += (Line(wording.for_technician(why), scale=Scale.TEXT, role=Role.QUIET),)
        content = PosterContent(wording.OUT_OF_SERVICE, lines, sign=(Icon.PROBLEM, Tone.PROBLEM))
        super().__init__(room, content)
