"""请取走您的卡: the session is over, the card is still in, or lies on its area."""

from __future__ import annotations

from functools import partial

from ui import wording
from ui.pages.id_picture import IdMove, IdPicture
from ui.pages.page import PageKind, Room
from ui.pages.poster import Line, Poster, PosterContent
from ui.pages.slot_picture import SlotPicture, Travel


class TakeCardPage(Poster):
    kind = PageKind.TAKE_CARD

    def __init__(self, room: Room, *, laid_card: bool, motion: bool) -> None:
        """`laid_card`: it is an ID card that lies on its area."""
        style = room.style
        how = Line(wording.TAKE_CARD_HOW)
        if laid_card:
            picture = partial(IdPicture, style, IdMove.TAKE, motion=motion)
            content = PosterContent(wording.TAKE_ID_CARD, (how,), picture)
        else:
            slot = partial(SlotPicture, style, Travel.CARD_OUT, motion=motion)
            content = PosterContent(wording.TAKE_CARD, (how,), slot)
        super().__init__(room, content)
