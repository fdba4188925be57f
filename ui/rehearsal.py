"""A page that nobody sees, drawn while nobody is here.

The first page of its kind costs a front twice what the next costs: shapes of characters, pictures and layouts
are made then. A front waits on the attract page longer than it talks, so it draws one beforehand.
"""

from __future__ import annotations

from kiosk.conversation.content import (
    Card,
    Cards,
    Fact,
    Notice,
    Offer,
    Tiles,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Browse
from kiosk.conversation.view import Status, View
from kiosk.domain.text import say

_FACTS = (
    Fact(say("缴至"), say("1234年56月"), number=True),
    Fact(say("累计"), say("7890个月"), number=True),
    Fact(say("单位欠缴"), say("￥1,234.50没有"), number=True, tone=Tone.PROBLEM),
)
_BLOCKS = (
    Notice(
        Tone.PROBLEM, say("您的职工医保到没有缴费，同期养老已缴"), (), Offer("a", say("怎么回事？怎么办？"))
    ),
    Notice(
        Tone.ATTENTION,
        say("孩子的2027年度居民医保待缴 ￥1,234.50，68月90日前"),
        (),
        Offer("f", say("现在缴费"), icon=Icon.WALLET),
    ),
    Cards(
        (
            Card(say("职工养老"), say("参保缴费"), "●", Tone.GOOD, _FACTS),
            Card(say("失业保险"), say("暂停缴费"), "◐", Tone.ATTENTION, _FACTS),
            Card(say("居民医保"), say("终止"), "■", Tone.PLAIN, _FACTS),
            Card(say("工伤保险"), say("参保缴费"), "●", Tone.GOOD, _FACTS),
        )
    ),
    Tiles(
        (
            Offer("b", say("查缴费"), say("每年每月缴了没有"), Icon.LEDGER),
            Offer("c", say("打印权益记录"), say("每月明细，可验证"), Icon.PAPER),
            Offer("d", say("缴居民医保"), say("给自己和家人缴"), Icon.WALLET),
            Offer("e", say("打印缴费回单"), say("在便民终端缴过的"), Icon.RECEIPT),
        )
    ),
)


def rehearsed_view() -> View:
    """Like an overview, and nobody's."""
    page = Browse("rehearsal", say("女士先生，您好"), ("a", "b", "c", "d", "e", "f"), _BLOCKS)
    return View(Phase.TALKING, Status(""), due=page, where=(say("便民社保"), say("我的社保")))
