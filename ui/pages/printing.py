"""正在打印: where the paper comes out."""

from __future__ import annotations

from functools import partial

from kiosk.domain.text import Text
from ui import wording
from ui.pages.page import PageKind, Room
from ui.pages.poster import Line, Poster, PosterContent
from ui.pages.slot_picture import SlotPicture, Travel


class PrintingPage(Poster):
    kind = PageKind.PRINTING

    def __init__(self, room: Room, saying: Text, *, laid_card: bool, motion: bool) -> None:
        """`laid_card`: no card is in a slot, that should stay in."""
        stay = () if laid_card else (Line(wording.PRINTING_STAY),)
        lines = (Line(wording.PRINTING_WHERE), *stay)
        picture = partial(SlotPicture, room.style, Travel.PAPER_OUT, motion=motion)
        super().__init__(room, PosterContent(saying, lines, picture))
