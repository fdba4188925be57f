"""请取走您的卡: the session is over, the card is still in."""

from __future__ import annotations

from ui import wording
from ui.pages.page import PageKind, Room
from ui.pages.poster import Line, Poster, PosterContent
from ui.pages.slot_picture import Travel


class TakeCardPage(Poster):
    kind = PageKind.TAKE_CARD

    def __init__(self, room: Room, *, motion: bool) -> None:
        say = room.style.say
        content = PosterContent(say(wording.TAKE_CARD), (Line(say(wording.TAKE_CARD_HOW)),), Travel.CARD_OUT)
        super().__init__(room, content, motion=motion)
