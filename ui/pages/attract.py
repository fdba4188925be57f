"""待机: nobody is here; where the card goes, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.view import Condition, View
from kiosk.domain.text import Text
from ui import wording
from ui.metrics import Scale
from ui.pages.entrances_picture import EntrancesPicture
from ui.pages.id_picture import IdMove, IdPicture
from ui.pages.page import PageKind, Room
from ui.pages.poster import Line, Poster, PosterContent
from ui.pages.slot_picture import SlotPicture, Travel
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch

_ICONS = (Icon.LEDGER, Icon.WALLET, Icon.PRINTER)


class AttractPage(Poster):
    """Knows of no resident. One page for waiting, starting, and a card that somebody left."""

    kind = PageKind.ATTRACT

    def __init__(
        self, room: Room, view: View, without_card: Callable[[], None], *, id_reader: bool, motion: bool
    ) -> None:
        """`id_reader`: this terminal reads ID cards too."""
        style, status = room.style, view.status
        action = None
        match view.phase:
            case Phase.STARTING:
                content = _starting()
            case Phase.LEFT_BEHIND:
                content = _left_behind(style, laid_card=view.laid_card, motion=motion)
            case _:
                slot = status.reader is not Condition.BAD
                area = id_reader and status.id_reader is not Condition.BAD
                content = _invitation(style, slot=slot, area=area, motion=motion)
                action = Touch(style, style.say(wording.WITHOUT_CARD), Kind.SECONDARY, without_card, big=True)
        super().__init__(room, content, action)


def _starting() -> PosterContent:
    how = Line(wording.STARTING_HOW)
    return PosterContent(wording.STARTING, (how,), sign=(Icon.WAIT, Tone.PLAIN))


def _left_behind(style: Style, *, laid_card: bool, motion: bool) -> PosterContent:
    how = Line(wording.LEFT_BEHIND_HOW)
    if laid_card:
        area = partial(IdPicture, style, IdMove.TAKE, motion=motion)
        return PosterContent(wording.LAID_BEHIND, (how,), area)
    slot = partial(SlotPicture, style, Travel.CARD_OUT, motion=motion)
    return PosterContent(wording.LEFT_BEHIND, (how,), slot)


def _invitation(style: Style, *, slot: bool, area: bool, motion: bool) -> PosterContent:
    """What can be put where: a card in the slot, an ID card on the area, or neither."""
    done = tuple(
        Line(what, icon, may_go=True) for what, icon in zip(wording.CAN_BE_DONE, _ICONS, strict=True)
    )
    if slot and area:
        lines = (_large(wording.OR_ID_CARD), _how(wording.OR_ID_CARD_HOW), *done)
        return PosterContent(wording.INSERT_CARD, lines, partial(EntrancesPicture, style, motion=motion))
    if slot:
        picture = partial(SlotPicture, style, Travel.CARD_IN, motion=motion)
        return PosterContent(wording.INSERT_CARD, (_how(wording.INSERT_HOW), *done), picture)
    if area:
        laid = partial(IdPicture, style, IdMove.LAY, motion=motion)
        return PosterContent(wording.ID_CARD_ONLY, (_how(wording.ID_CARD_ONLY_HOW), *done), laid)
    lines = tuple(Line(line) for line in wording.READER_BAD_HOW)
    return PosterContent(wording.READER_BAD, lines, sign=(Icon.CARD, Tone.ATTENTION))


def _large(words: Text) -> Line:
    return Line(words, scale=Scale.TITLE)


def _how(words: Text) -> Line:
    return Line(words, role=Role.QUIET)
