"""正在打印: where the paper comes out."""

from __future__ import annotations

from kiosk.domain.text import Text
from ui import wording
from ui.pages.page import PageKind, Room
from ui.pages.poster import Line, Poster, PosterContent
from ui.pages.slot_picture import Travel


class PrintingPage(Poster):
    kind = PageKind.PRINTING

    def __init__(self, room: Room, saying: Text, *, motion: bool) -> None:
        say = room.style.say
        lines = (Line(say(wording.PRINTING_WHERE)), Line(say(wording.PRINTING_STAY)))
        super().__init__(room, PosterContent(say(saying), lines, Travel.PAPER_OUT), motion=motion)
