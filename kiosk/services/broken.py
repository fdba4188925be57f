"""When a service cannot go on: the office, its telephone and hours, instead of a dead screen."""

from __future__ import annotations

from kiosk.conversation.content import Facts, Offer
from kiosk.conversation.desk import UNDERSTOOD, Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.domain.region import Issuer
from kiosk.domain.text import say
from kiosk.services.offices import where_facts
from kiosk.services.trouble import money_words


class Broken:
    """办不成: the end of a conversation that contradicted itself."""

    id = "broken"
    name = say("办不成")

    async def converse(self, desk: Desk, service: str, _why: str) -> None:
        """Which service broke, and why: that is for the log; the resident is told what to do."""
        office = desk.region.offices[Issuer.HRSS]
        await desk.inform(
            f"broken:{service}",
            say("这件事在这台机器上没有办成"),
            say("机器的程序出了错，不是您的操作有问题。"),
            money_words(desk),
            say("请到下面的窗口办理，或打电话问。"),
            tone=Tone.PROBLEM,
            icon=Icon.PROBLEM,
            blocks=(Facts(where_facts(office)),),
            offers=(Offer(UNDERSTOOD, say("结束"), primary=True),),
        )
