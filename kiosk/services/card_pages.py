"""A page for every way in which a card tells nothing of its owner: what it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.card_reading import CardProblem, CardUnusable
from kiosk.conversation.content import Offer
from kiosk.conversation.desk import UNDERSTOOD, Desk
from kiosk.conversation.signs import Icon, Picture, Tone
from kiosk.conversation.steps import Inform, Present
from kiosk.domain.region import Issuer
from kiosk.domain.text import Text, say
from kiosk.services.trouble import money_words, where_to_go

NO_ID_CARD = "no-id-card"


@dataclass(frozen=True, slots=True)
class _Page:
    title: Text
    why: Text
    do: Text
    picture: Picture


_PAGES: dict[CardProblem, _Page] = {
    CardProblem.WRONG_WAY: _Page(
        say("读不到这张卡"),
        say("卡可能插反了，或者芯片脏了。"),
        say("请取出来，芯片朝上、朝里，再插到底。"),
        Picture.CARD_WRONG_WAY,
    ),
    CardProblem.UNKNOWN: _Page(
        say("这张卡不是社会保障卡"),
        say("这台机器读不了这种卡。"),
        say("请拿开它，换成您的社会保障卡。"),
        Picture.OTHER_CARD,
    ),
    CardProblem.BANK_CARD: _Page(
        say("这是一张银行卡，不是社会保障卡"),
        say("银行卡里没有社保信息；要缴费时，机器会请您刷银行卡。"),
        say("请拿开它，换成您的社会保障卡。"),
        Picture.OTHER_CARD,
    ),
    CardProblem.BLANK: _Page(
        say("这是一张空白的社保卡"),
        say("卡里还没有写入任何人的信息。"),
        say("请带身份证到发卡的银行或社保窗口办理启用。"),
        Picture.CARD_BLANK,
    ),
    CardProblem.DAMAGED: _Page(
        say("这张卡的内容读不出来"),
        say("卡的芯片可能坏了。"),
        say("请拿开再试一次；还不行，请带身份证去补换卡。"),
        Picture.CARD_DAMAGED,
    ),
    CardProblem.LOCKED: _Page(
        say("这张卡被锁住了"),
        say("卡拒绝读取，因为它已经锁定。您的参保记录不受影响。"),
        say("请带身份证和卡到发卡的银行或社保窗口解锁。"),
        Picture.CARD_LOCKED,
    ),
    CardProblem.NOT_GENUINE: _Page(
        say("这张卡没有通过验证"),
        say("卡不能证明自己是真卡，可能坏了，也可能是复制的。"),
        say("请带身份证和卡到社保窗口核对。"),
        Picture.CARD_NOT_GENUINE,
    ),
    CardProblem.EXPIRED: _Page(
        say("这张卡已经过期"),
        say("过了有效期的卡不能再用。"),
        say("请带身份证到发卡的银行或社保窗口换新卡。"),
        Picture.CARD_EXPIRED,
    ),
    CardProblem.MOVED: _Page(
        say("还没有读完，卡就拿开了"),
        say("读卡要两三秒钟。"),
        say("请再放一次，等屏幕换了页再拿起来。"),
        Picture.LIFT_ID_CARD,
    ),
    CardProblem.ID_EXPIRED: _Page(
        say("这张身份证不在有效期内"),
        say("过了有效期，或者还没有到生效日的身份证，不能用来证明身份。"),
        say("请到派出所换证；现在可以先用您的社会保障卡。"),
        Picture.ID_CARD_EXPIRED,
    ),
    CardProblem.ID_UNREADABLE: _Page(
        say("这张身份证读不出来"),
        say("可能放歪了、叠着别的卡，或者芯片坏了。"),
        say("请单独平放，不要动，再试一次；还不行，请用您的社会保障卡。"),
        Picture.LIFT_ID_CARD,
    ),
    CardProblem.BUSY: _Page(
        say("读卡器没有读出来"),
        say("可能是卡接触不好，也可能是读卡器没有回答。"),
        say("请把卡拿开，等几秒再放一次；还不行，请告诉工作人员。"),
        Picture.CARD_IN,
    ),
}
_BY_ID_INSTEAD = frozenset(
    {
        CardProblem.WRONG_WAY,
        CardProblem.UNKNOWN,
        CardProblem.BANK_CARD,
        CardProblem.BLANK,
        CardProblem.DAMAGED,
        CardProblem.LOCKED,
        CardProblem.EXPIRED,
    }
)
"""Where the owner can go on at once with his ID card."""


def card_page(desk: Desk, card: CardUnusable) -> Inform:
    """What is wrong with the card and what to do."""
    page = _PAGES[card.problem]
    by_id = desk.reads_id_cards and not desk.laid and card.problem in _BY_ID_INSTEAD
    instead = (say("也可以取出卡，把身份证放在感应区。"),) if by_id else ()
    understood = say("知道了") if desk.laid else say("知道了，取出卡")
    return desk.inform(
        f"card:{card.problem}",
        page.title,
        page.why,
        page.do,
        *instead,
        tone=Tone.ATTENTION,
        icon=Icon.CARD,
        offers=(Offer(UNDERSTOOD, understood, primary=True),),
        picture=page.picture,
        begins_anew=True,
    )


def problem_words(problem: CardProblem) -> tuple[Text, Text]:
    """What is wrong, and why; without what its owner would have to do."""
    page = _PAGES[problem]
    return page.title, page.why


def id_card_wanted(desk: Desk, wrong: CardProblem | None, *, again: bool) -> Present:
    """需要身份证: the card itself tells nobody's number, and nothing is known under its id.

    `again`: something was put in already, and what was wrong with it; None: it was no ID card.
    """
    if not again:
        title, why = say("还需要您的身份证"), say("新的社保卡不把号码告诉普通读卡器，只凭这张卡查不到记录。")
    elif wrong is None:
        title, why = say("这不是身份证"), say("请换成您的身份证。")
    else:
        title, why = problem_words(wrong)
    return desk.present(
        "id-card-again" if again else "id-card",
        title,
        why,
        say("请把身份证平放在感应区，社保卡可以先不取出。"),
        offers=(Offer(NO_ID_CARD, say("没有带身份证")),),
        picture=Picture.LAY_ID_CARD,
        final=True,
    )


def id_card_needed_elsewhere(desk: Desk, wrong: CardProblem | None) -> Inform:
    """The same, where no ID card was or can be laid; `wrong`: what is the matter with the one that was."""
    title, why = say("要有身份证才能查"), say("新的社保卡不把号码告诉普通读卡器，只凭这张卡查不到记录。")
    if wrong is not None:
        title, why = problem_words(wrong)
    return desk.inform(
        "id-card-elsewhere",
        title,
        why,
        money_words(desk),
        say("请带身份证和这张卡到窗口：{where}", where=where_to_go(desk.region.offices[Issuer.HRSS])),
        tone=Tone.ATTENTION,
        icon=Icon.CARD,
        picture=Picture.ID_CARD_TO_COUNTER,
        begins_anew=True,
    )
