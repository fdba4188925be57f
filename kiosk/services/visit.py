"""From the card to the first page: who is it, and may he be let in."""

from __future__ import annotations

from drivers.cards.channel import CardPulled
from kiosk.card_reading import CardProblem, Cards, CardUnusable
from kiosk.conversation.content import Icon, Offer, Tone
from kiosk.conversation.desk import UNDERSTOOD, Desk
from kiosk.conversation.steps import Inform, Service
from kiosk.domain.region import Issuer
from kiosk.domain.text import Text, say
from kiosk.records import IdentityRefused, Records, UnknownHere, Visitor
from kiosk.services.refusal import refused
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble, money_words

_CARD_PAGES: dict[CardProblem, tuple[Text, tuple[Text, ...]]] = {
    CardProblem.WRONG_WAY: (
        say("读不到这张卡"),
        (say("卡可能插反了，或者芯片脏了。"), say("请取出来，芯片朝上、朝里，再插到底。")),
    ),
    CardProblem.NOT_SOCIAL_SECURITY: (
        say("这张卡不是社会保障卡"),
        (say("这台机器现在只能读社会保障卡。"), say("请取出来，换成您的社会保障卡。")),
    ),
    CardProblem.BLANK: (
        say("这是一张空白的社保卡"),
        (say("卡里还没有写入任何人的信息。"), say("请带身份证到发卡的银行或社保窗口办理启用。")),
    ),
    CardProblem.DAMAGED: (
        say("这张卡的内容读不出来"),
        (say("卡的芯片可能坏了。"), say("请取出来再试一次；还不行，请带身份证去补换卡。")),
    ),
    CardProblem.REFUSES: (
        say("这张卡被锁住了"),
        (say("卡拒绝读取，可能已经锁定。"), say("请带身份证和卡到发卡的银行或社保窗口解锁。")),
    ),
    CardProblem.EXPIRED: (
        say("这张卡已经过期"),
        (say("过了有效期的卡不能再用。"), say("请带身份证到发卡的银行或社保窗口换新卡。")),
    ),
    CardProblem.BUSY: (
        say("读卡器没有回答"),
        (say("这不是您的卡的问题。"), say("请取出卡，等几秒再放；还不行，请告诉工作人员。")),
    ),
}


class Visit:
    """The root of every session."""

    id = "visit"
    name = say("便民社保")

    def __init__(self, cards: Cards, records: Records, overview: Service) -> None:
        self._cards = cards
        self._records = records
        self._overview = overview

    async def converse(self, desk: Desk, presence: int) -> None:
        try:
            card = await desk.look(say("正在读卡，请不要取出"), self._cards.read, presence)
        except CardPulled:
            return
        if isinstance(card, CardUnusable):
            await card_page(desk, card)
            return
        try:
            who = await desk.look(say("正在查询"), self._records.identify, card)
        except CENTRE_TROUBLE as error:
            await centre_trouble(desk, error)
            return
        match who:
            case Visitor():
                await desk.call(self._overview, who)
            case IdentityRefused(problem):
                await refused(desk, problem)
            case UnknownHere():
                await _unknown(desk, who)


def card_page(desk: Desk, card: CardUnusable) -> Inform:
    """What is wrong with the card and what to do."""
    title, lines = _CARD_PAGES[card.problem]
    return desk.inform(
        f"card:{card.problem}",
        title,
        *lines,
        tone=Tone.ATTENTION,
        icon=Icon.CARD,
        offers=(Offer(UNDERSTOOD, say("知道了，取出卡"), primary=True),),
    )


def _unknown(desk: Desk, unknown: UnknownHere) -> Inform:
    title = say("现在连不上社保中心") if unknown.away else say("社保中心暂时不能答复")
    why = say("您以前没有在这台机器上查过，所以这里没有可以给您看的记录。")
    return desk.inform(
        "unknown-here",
        title,
        why,
        money_words(desk),
        say("网络恢复后再来就可以；着急请打 {tel}。", tel=desk.region.offices[Issuer.HRSS].telephone),
        tone=Tone.ATTENTION,
        icon=Icon.NETWORK,
    )
