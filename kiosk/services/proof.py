"""The page that says what proof of identity is missing, before anything is asked of the centre."""

from __future__ import annotations

from kiosk.conversation.content import Words
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Inform
from kiosk.domain.assurance import Disclosure, Evidence, allowed, sufficient
from kiosk.domain.region import Issuer
from kiosk.domain.resident import Resident
from kiosk.domain.text import Text, say
from kiosk.services.trouble import money_words, where_to_go

_PROOFS: tuple[tuple[Evidence, Text], ...] = (
    (Evidence.SAM_ID, say("身份证：在有身份证读卡器的终端上放身份证")),
    (Evidence.CARD_AUTHENTICATED, say("社保卡认证：在能认证卡片的终端上放社保卡")),
    (Evidence.CARD_PIN, say("社保卡密码：在能认证卡片的终端上输入密码")),
)


def missing_proof(desk: Desk, resident: Resident, disclosure: Disclosure) -> Inform | None:
    """The page to show instead; None where the evidence is enough."""
    lowered = desk.region.details_on_card_read
    if allowed(disclosure, resident.evidence, details_on_card_read=lowered):
        return None
    enough = sufficient(disclosure, details_on_card_read=lowered)
    return desk.inform(
        f"missing-proof:{disclosure}",
        say("还需要证明是您本人"),
        say("这里只读了卡，卡可能被别人拿着，所以明细和证明现在不能给您看。"),
        money_words(desk),
        tone=Tone.ATTENTION,
        icon=Icon.CARD,
        blocks=(
            Words(
                tuple(words for evidence, words in _PROOFS if evidence in enough),
                heading=say("用下面任何一种都可以"),
            ),
            Words(
                (say("也可以带身份证到窗口：{where}", where=where_to_go(desk.region.offices[Issuer.HRSS])),),
                icon=Icon.OFFICE,
            ),
        ),
    )
