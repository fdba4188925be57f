"""待机: nobody is here; where the card goes, and what can be done."""

from __future__ import annotations

from kiosk.conversation.content import Icon, Tone
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Condition, View
from ui import wording
from ui.metrics import Scale
from ui.pages.page import PageKind, Room
from ui.pages.poster import Line, Poster, PosterContent
from ui.pages.slot_picture import Travel
from ui.style import Style
from ui.theme import Role

_ICONS = (Icon.LEDGER, Icon.WALLET, Icon.PRINTER)


class AttractPage(Poster):
    """Knows of no resident. One page for waiting, starting, and a card that somebody left."""

    kind = PageKind.ATTRACT

    def __init__(self, room: Room, view: View, *, motion: bool) -> None:
        super().__init__(room, _content(room.style, view), motion=motion)


def _content(style: Style, view: View) -> PosterContent:
    say = style.say
    if view.phase is Phase.STARTING:
        return PosterContent(
            say(wording.STARTING), (Line(say(wording.STARTING_HOW)),), sign=(Icon.WAIT, Tone.PLAIN)
        )
    if view.phase is Phase.LEFT_BEHIND:
        how = Line(say(wording.LEFT_BEHIND_HOW))
        return PosterContent(say(wording.LEFT_BEHIND), (how,), Travel.CARD_OUT)
    if view.status.reader is Condition.BAD:
        lines = tuple(Line(say(line)) for line in wording.READER_BAD_HOW)
        return PosterContent(say(wording.READER_BAD), lines, sign=(Icon.CARD, Tone.ATTENTION))
    done = tuple(Line(say(what), icon) for what, icon in zip(wording.CAN_BE_DONE, _ICONS, strict=True))
    how = Line(say(wording.INSERT_HOW), scale=Scale.LEAD, role=Role.QUIET)
    return PosterContent(say(wording.INSERT_CARD), (how, *done), Travel.CARD_IN)
