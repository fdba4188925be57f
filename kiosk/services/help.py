"""帮助: what this page is for, how to go on, whom to call. Opens over any page and returns exactly there."""

from __future__ import annotations

from kiosk.conversation.content import (
    Facts,
    Offer,
    Words,
)
from kiosk.conversation.desk import UNDERSTOOD, Desk
from kiosk.conversation.signs import Icon
from kiosk.conversation.steps import Inform
from kiosk.domain.text import Text, say
from kiosk.services.not_done import NotDone
from kiosk.services.offices import telephones

_NOT_DONE = "not-done"


class Help:
    """The help page of the frame, and from it 办不成事."""

    id = "help"
    name = say("帮助")

    def __init__(self, not_done: NotDone) -> None:
        self._not_done = not_done

    async def converse(self, desk: Desk, *about: Text) -> None:
        """`about`: the service and the page over which it was opened."""
        while await self._page(desk) == _NOT_DONE:
            await desk.call(self._not_done, *about)

    @staticmethod
    def _page(desk: Desk) -> Inform:
        return desk.inform(
            "help",
            say("怎么用这台机器"),
            icon=Icon.QUESTION,
            blocks=(
                Words(
                    (
                        say("看屏幕上最大的一句话，点下面的大按钮。"),
                        say("走错了点“返回”，不想办了点“退出”，再取走您的卡。"),
                        say("字太小点“大字”，看不清点“高对比”，太快点“慢一点”。"),
                        say("查询和打印都不收费，看错了也不会扣钱。"),
                    ),
                    numbered=True,
                ),
                Facts(telephones(desk.region), heading=say("办不成，可以打电话问")),
            ),
            offers=(
                Offer(_NOT_DONE, say("办不成事")),
                Offer(UNDERSTOOD, say("知道了，回到刚才的页面"), primary=True),
            ),
        )
