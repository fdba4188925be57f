"""办不成事: from any page, whom to ask and how to say it, with what the terminal knows of the matter."""

from __future__ import annotations

from dataclasses import replace

from kiosk.conversation.content import (
    Fact,
    Facts,
    Offer,
    Words,
)
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Browse
from kiosk.domain.region import Office
from kiosk.domain.text import Text, is_public, say
from kiosk.papers.common import PrintedAt
from kiosk.papers.not_done_slip import Stopped, not_done_slip
from kiosk.services.delivery import FREE, deliver
from kiosk.services.offices import MATTERS, office_for, telephones
from kiosk.services.trouble import money_words

_PRINT, _GO_BACK = "print", "go-back"
_SLIP = replace(
    FREE,
    lines=(say("请从出纸口取走您的纸。"), say("带着它到窗口，或照着上面的话打电话。")),
)

_EARLIER = say("以前缴的费，请看首页和“打印缴费回单”。")


class NotDone:
    """Opened by a tile, or from the help of any page; then it is told where that was."""

    id = "not_done"
    name = say("办不成事")

    def __init__(self, terminal_id: str, place: str) -> None:
        """`place`: where the terminal stands, as papers name it."""
        self._terminal_id, self._place = terminal_id, place

    async def converse(self, desk: Desk, *about: object) -> None:
        """`about`: from the help, the service in which one was and the title of its page."""
        stopped, printed = _stopped(about), False
        while await self._page(desk, stopped, printed=printed) == _PRINT:
            at = PrintedAt(self._terminal_id, self._place, desk.now)
            # One is enough: whoever comes next needs paper for what he pays.
            printed = await deliver(desk, not_done_slip(stopped, _offices(desk), at), _SLIP)

    def _page(self, desk: Desk, stopped: Stopped | None, *, printed: bool) -> Browse:
        where = () if stopped is None else (Facts(_known(stopped), say("机器知道的")),)
        return desk.browse(
            "not-done",
            say("办不成，可以这样问人"),
            *where,
            Words((_sentence(stopped),), say("打电话或到窗口，这样说")),
            Facts(telephones(desk.region), say("打哪个电话")),
            Words((money_words(desk), _EARLIER), icon=Icon.WALLET),
            offers=(
                *(() if printed else (Offer(_PRINT, say("打印带去"), icon=Icon.PRINTER),)),
                Offer(_GO_BACK, say("回去"), primary=True),
            ),
        )


def _stopped(about: tuple[object, ...]) -> Stopped | None:
    match about:
        case (Text() as matter, Text() as page):
            # What only the resident may read is not said to a clerk, nor printed to be carried about.
            return Stopped(matter, page if is_public(page) else None)
        case _:
            return None


def _sentence(stopped: Stopped | None) -> Text:
    if stopped is None:
        return say("我在便民终端办事，没有办成，想问怎么办。")
    if stopped.page is None:
        return say("我在便民终端办“{matter}”，没有办成，想问怎么办。", matter=stopped.matter)
    matter, page = stopped.matter, stopped.page
    return say("我在便民终端办“{matter}”，到“{page}”这一页办不下去。", matter=matter, page=page)


def _known(stopped: Stopped) -> tuple[Fact, ...]:
    matter = Fact(say("在办"), stopped.matter)
    if stopped.page is None:
        return (matter,)
    return matter, Fact(say("停在"), stopped.page, tone=Tone.ATTENTION)


def _offices(desk: Desk) -> tuple[tuple[Text, Office], ...]:
    return tuple((name, office_for(desk.region, key)) for key, name in MATTERS.items())
