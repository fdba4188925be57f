"""没有带卡: what anybody can do here without one. A card that is put in meanwhile begins its own session."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.conversation.content import Notice, Offer, Tiles
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.domain.text import say
from kiosk.services.overview import Offered

_ENOUGH = "enough"


class WithoutCard:
    """The menu for whoever has no card with him."""

    id = "without_card"
    name = say("不用卡能办的")

    def __init__(self, offered: Sequence[Offered]) -> None:
        self._offered = tuple(offered)

    async def converse(self, desk: Desk) -> None:
        services = {one.service.id: one.service for one in self._offered}
        while True:
            picked = await desk.browse(
                "without-card",
                say("没有带卡，可以办这些"),
                Tiles(tuple(Offer(o.service.id, o.label, o.hint, o.icon) for o in self._offered)),
                Notice(
                    Tone.PLAIN,
                    say("查缴费、缴费、打印记录要用卡"),
                    (say("身份证或社保卡都可以；现在放卡，就直接开始。"),)
                    if desk.reads_id_cards
                    else (say("请带社保卡来；现在放卡，就直接开始。"),),
                ),
                offers=(Offer(_ENOUGH, say("不办了"), icon=Icon.HOME),),
            )
            if picked == _ENOUGH:
                return
            await desk.call(services[picked])
