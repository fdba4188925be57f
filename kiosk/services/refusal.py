"""When the centre knows better than to let a card in: nothing of any record, and where it is settled."""

from __future__ import annotations

from kiosk.contract.problems import ProblemType
from kiosk.conversation.content import Words
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Inform
from kiosk.domain.region import Issuer
from kiosk.domain.text import Text, say
from kiosk.services.trouble import money_words, where_to_go

_REFUSALS: dict[ProblemType, tuple[Text, Text, Text]] = {
    ProblemType.IDENTITY_CONFLICT: (
        say("卡上的信息和档案对不上"),
        say("可能是登记错了，也可能是有别人用了同一个号码。为了保护您，两边的记录都不显示。"),
        say("请带身份证和社保卡到窗口核对，说“身份信息冲突”就可以。"),
    ),
    ProblemType.NOT_FOUND: (
        say("没有查到这张卡的参保记录"),
        say("可能您在别的地方参保，或者还没有登记。"),
        say("请带身份证到窗口问一问；在外地参保的，打当地的 12333。"),
    ),
    ProblemType.CARD_REVOKED: (
        say("这张卡已经挂失或注销"),
        say("挂失的卡不能再查询。要是找回来了，要本人解挂。"),
        say("请带身份证到发卡的银行或社保窗口办理解挂或换卡。"),
    ),
}


def refused(desk: Desk, problem: ProblemType) -> Inform:
    """The page for one of the `REFUSALS_OF_IDENTITY`."""
    title, why, do = _REFUSALS[problem]
    return desk.inform(
        f"refused:{problem}",
        title,
        why,
        money_words(desk),
        do,
        tone=Tone.ATTENTION,
        icon=Icon.OFFICE,
        blocks=(
            Words(
                (
                    say("{where}", where=where_to_go(desk.region.offices[Issuer.HRSS])),
                    say("{where}", where=where_to_go(desk.region.offices[Issuer.NHSA])),
                ),
                heading=say("窗口在哪里"),
                icon=Icon.OFFICE,
            ),
        ),
    )
