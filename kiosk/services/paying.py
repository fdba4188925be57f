"""From a sale that was checked to the paper in the resident's hand; shared by all that takes premiums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.printers.paper import Paper
from kiosk.conversation.content import (
    Fact,
    Facts,
    Notice,
    Offer,
)
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Inform, LookTimedOut
from kiosk.domain.payment_words import (
    IN_TIME_THOUGH_LATE,
    payee_name,
    posting_word,
    premium_name,
    rejection_words,
    tender_word,
)
from kiosk.domain.postings import Applied, Rejected
from kiosk.domain.region import Region
from kiosk.domain.resident import Resident
from kiosk.domain.sales import (
    NotKnown,
    NotPaid,
    Paid,
    Premium,
    Receipt,
    RefundDue,
    Sale,
    TenderKind,
    WhyNotPaid,
)
from kiosk.domain.text import Text, say
from kiosk.papers.common import PrintedAt
from kiosk.papers.not_known_slip import not_known_slip, refund_slip
from kiosk.papers.prospect import longest_paper
from kiosk.papers.receipt import receipt_paper
from kiosk.payments.till import Hindrance, Till, Ways
from kiosk.services.delivery import Matter, deliver
from kiosk.services.trouble import where_to_go
from kiosk.services.vault_trouble import vault_trouble
from kiosk.vault_jobs import VAULT_TROUBLE

MAX_TRIES = 5
"""After so many payments that did not come about, the resident is sent to a counter."""
Settled = Paid | NotKnown | RefundDue
"""Money moved, or may have."""

_AGAIN, _ENOUGH = "again", "enough"

_HINDRANCES: dict[Hindrance, Text] = {
    Hindrance.NO_PAD: say("这台机器没有密码键盘"),
    Hindrance.PAD_AWAY: say("密码键盘没有答话，请告诉工作人员"),
    Hindrance.PAD_BUSY: say("密码键盘正忙，请等一会儿"),
    Hindrance.BANK_AWAY: say("密码键盘连不上银行"),
    Hindrance.NO_GATEWAY: say("这里还没有开通"),
    Hindrance.CENTRE_AWAY: say("连不上中心，现在不能扫码"),
    Hindrance.ONE_ONLY: say("扫码一次只能缴一个人的"),
    Hindrance.TOO_MUCH_WAITS: say("这台机器离线太久，不能再收款"),
}
_HINTS: dict[TenderKind, Text] = {
    TenderKind.BANK_CARD: say("刷卡，没有网络也能缴"),
    TenderKind.WECHATPAY: say("用手机扫屏幕上的码"),
}
_ICONS: dict[TenderKind, Icon] = {TenderKind.BANK_CARD: Icon.BANK_CARD, TenderKind.WECHATPAY: Icon.PHONE}

_WHAT_HAPPENED: dict[WhyNotPaid, tuple[Text, Text]] = {
    WhyNotPaid.GIVEN_UP: (say("已经取消"), say("可以换一种方式，或者下次再缴。")),
    WhyNotPaid.TIMED_OUT: (say("等得太久，这次没有付款"), say("准备好卡或手机，再试一次就可以。")),
    WhyNotPaid.REFUSED: (say("银行没有同意这次付款"), say("可能余额不够，或者超过了限额。可以换一张卡。")),
    WhyNotPaid.WRONG_PIN: (say("银行卡密码不对"), say("请想好密码再试；多次输错，银行会锁卡。")),
    WhyNotPaid.CARD_UNUSABLE: (say("这张卡不能在这里付款"), say("请换一张银行卡，插卡时芯片朝里。")),
    WhyNotPaid.PAD_AWAY: (say("密码键盘没有准备好"), say("请告诉这里的工作人员，或者换一种方式。")),
    WhyNotPaid.BANK_AWAY: (say("密码键盘连不上银行"), say("请过几分钟再试，或者换一种方式。")),
    WhyNotPaid.CENTRE_AWAY: (
        say("没有拿到付款码"),
        say("中心没有答复。可以改用银行卡，或过一会儿再试。"),
    ),
    WhyNotPaid.NO_GATEWAY: (say("这里还不能这样付款"), say("请换一种方式。")),
    WhyNotPaid.NOT_DUE: (say("这笔保费现在不用缴"), say("可能刚刚已经缴过了。请回到首页再看一看。")),
    WhyNotPaid.BUSY: (say("上一次缴费还没有结果"), say("请不要重复缴费，过一会儿再来看结果。")),
    WhyNotPaid.NOT_KEPT: (say("机器现在不能记账"), say("记不下来就不能收钱。请告诉工作人员，换一台机器。")),
}
_NO_PAPER = say("打印机现在打不了纸：缴费不受影响，屏幕上会有凭证号，回单以后随时可以补打。")
_PAPER_SHORT = say("打印机里的纸可能不够打回单：缴费不受影响，屏幕上会有凭证号，回单以后随时可以补打。")
_FINAL = frozenset({WhyNotPaid.NOT_DUE, WhyNotPaid.BUSY, WhyNotPaid.NOT_KEPT, WhyNotPaid.TOO_MUCH_WAITS})
"""Trying again in another way would end the same."""


@dataclass(frozen=True, slots=True)
class Prospects:
    """What can be said before anything is paid."""

    ways: Ways
    receipt_fits: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """Where money is taken: the till, and the terminal as papers name it."""

    till: Till
    terminal_id: str
    place: str
    fits: Callable[[Paper], bool]
    """Whether the printer has paper enough."""

    def prospects(
        self, region: Region, premiums: tuple[Premium, ...], payer: str, at: PrintedAt
    ) -> Prospects:
        """How a sale can be paid now, and whether its paper will come out. Raises `VAULT_TROUBLE`."""
        sale = Sale(premiums, payer, TenderKind.BANK_CARD)
        ways = self.till.ways(region, sale.amount, len(premiums))
        return Prospects(ways, self.fits(longest_paper(sale, region, at)))

    def printed_at(self, desk: Desk) -> PrintedAt:
        return PrintedAt(self.terminal_id, self.place, desk.now)


async def take_payment(
    desk: Desk, counter: Counter, premiums: tuple[Premium, ...], payer: Resident
) -> Settled | None:
    """Has the premiums paid and brings the paper; None where no money moved."""
    for attempt in range(1, MAX_TRIES + 1):
        tender = await _how(desk, counter, premiums, payer.masked_name, attempt)
        if tender is None:
            return None
        sale = Sale(premiums, payer.masked_name, tender, payer.reference)
        payment = await desk.pay(f"pay:{attempt}", sale)
        if not isinstance(payment, NotPaid):
            await _hand_over(desk, counter, sale, payment)
            return payment
        if await _not_paid(desk, payment, attempt) == _ENOUGH:
            return None
    return None


async def _how(
    desk: Desk, counter: Counter, premiums: tuple[Premium, ...], payer: str, attempt: int
) -> TenderKind | None:
    """怎么付？ What cannot be used now is there, grey, with the reason."""
    at = counter.printed_at(desk)
    try:
        ahead: Prospects = await desk.look(
            say("正在准备"), counter.prospects, desk.region, premiums, payer, at
        )
    except (*VAULT_TROUBLE, LookTimedOut):
        await vault_trouble(desk)
        return None
    offers = tuple(
        Offer(
            tender.value,
            tender_word(tender),
            _HINTS[tender] if hindrance is None else None,
            _ICONS[tender],
            unavailable=None if hindrance is None else _HINDRANCES[hindrance],
        )
        for tender, hindrance in ahead.ways.hindrances.items()
    )
    nothing = all(hindrance is not None for hindrance in ahead.ways.hindrances.values())
    lines = (*_about_paper(ahead), *((_elsewhere(desk.region),) if nothing else ()))
    none = Offer(_ENOUGH, say("不缴了"), say("回到首页，不会扣款"), Icon.HOME)
    amount = Sale(premiums, payer, TenderKind.BANK_CARD).amount
    picked = await desk.choose(
        f"how:{attempt}", say("怎么付 {amount}？", amount=amount), (*offers, none), lines=lines
    )
    return None if picked == _ENOUGH else TenderKind(picked)


def _about_paper(ahead: Prospects) -> tuple[Text, ...]:
    """Before anything is paid: whether the receipt will come, and what there is instead."""
    if not ahead.ways.paper:
        return (_NO_PAPER,)
    return () if ahead.receipt_fits else (_PAPER_SHORT,)


def _elsewhere(region: Region) -> Text:
    """Nothing works here now: the nearest place that can take it."""
    return say("现在这台机器收不了款，可以到：{where}", where=where_to_go(region.tax_office))


def _not_paid(desk: Desk, payment: NotPaid, attempt: int) -> Inform:
    why = payment.why
    if why is WhyNotPaid.TOO_MUCH_WAITS:
        title = say("这台机器离线太久，不能再收款")
        do = say("已收的钱都在，等网络恢复就会送出。请到：{where}", where=where_to_go(desk.region.tax_office))
    else:
        title, do = _WHAT_HAPPENED[why]
    on = attempt < MAX_TRIES and why not in _FINAL
    stop = Offer(_ENOUGH, say("不缴了") if on else say("知道了，回到首页"), primary=not on)
    return desk.inform(
        f"not-paid:{attempt}",
        title,
        say("这次没有扣款。"),
        do,
        tone=Tone.ATTENTION,
        icon=Icon.WARNING,
        offers=(stop, Offer(_AGAIN, say("再试一次，或换一种方式"), primary=True)) if on else (stop,),
    )


async def _hand_over(desk: Desk, counter: Counter, sale: Sale, payment: Settled) -> None:
    """The paper comes without being asked for: it is the resident's only proof."""
    paper, matter = _paper_of(desk.region, counter.printed_at(desk), sale, payment)
    if not await deliver(desk, paper, matter):
        await _without_paper(desk, matter)


def _paper_of(region: Region, at: PrintedAt, sale: Sale, payment: Settled) -> tuple[Paper, Matter]:
    match payment:
        case Paid():
            return receipt_paper(payment.receipts, region, at), _paid(region, payment.receipts)
        case NotKnown():
            return not_known_slip(sale, payment, region, at), _not_known(payment)
        case RefundDue():
            return refund_slip(sale, payment, region, at), _refund(payment)


def _without_paper(desk: Desk, matter: Matter) -> Inform:
    return desk.inform(
        "without-paper",
        matter.title,
        matter.money,
        matter.comfort,
        tone=matter.tone,
        icon=Icon.PAPER,
        blocks=matter.blocks,
    )


def _paid(region: Region, receipts: tuple[Receipt, ...]) -> Matter:
    waits = any(receipt.posting is None for receipt in receipts)
    rejected = [receipt for receipt in receipts if isinstance(receipt.posting, Rejected)]
    blocks: list[Facts | Notice] = [_facts(receipts)]
    for receipt in rejected:
        if isinstance(receipt.posting, Rejected):
            words = rejection_words(receipt.posting.reason, receipt.premium, region)
            blocks.append(Notice(Tone.PROBLEM, words.reason, (words.standing, words.remedy)))
    if waits:
        blocks.append(
            Notice(
                Tone.PLAIN,
                say("待入账：已收下，机器会自动发送，您不用做任何事"),
                (IN_TIME_THOUGH_LATE, say("请不要再缴一次。")),
            )
        )
    title = say("缴费成功")
    if rejected:
        title = say("收了款，没有入账") if len(rejected) == len(receipts) else say("收了款，有的没有入账")
    return Matter(
        saying=say("缴费成功，正在打印回单") if not rejected else say("正在打印回单"),
        title=title,
        lines=(say("请从出纸口取走回单。"),),
        blocks=tuple(blocks),
        tone=Tone.ATTENTION if rejected else Tone.GOOD,
        money=say("钱已经缴了，记录也保存好了，不受打印影响。"),
        comfort=say("回单以后在“缴费回单”里可以补打，不收费。"),
    )


def _facts(receipts: tuple[Receipt, ...]) -> Facts:
    facts = []
    for receipt in receipts:
        posting = receipt.posting
        state = posting_word(posting)
        if isinstance(posting, Applied):
            state = say("{word}，编号 {number}", word=state, number=posting.number)
        facts += [
            Fact(payee_name(receipt.premium), premium_name(receipt.premium)),
            Fact(say("金额"), say("{amount}", amount=receipt.premium.amount)),
            Fact(say("入账"), state),
            Fact(say("凭证号"), say("{number}", number=receipt.number)),
        ]
    return Facts(tuple(facts))


def _not_known(payment: NotKnown) -> Matter:
    return Matter(
        saying=say("结果还不清楚，正在打印凭条"),
        title=say("缴费结果还不清楚"),
        lines=(
            say("钱可能扣了，也可能没有扣，机器会一直查到清楚。"),
            say("请不要重复缴费：查清楚以前，这笔保费不能再缴。"),
            say("请取走凭条收好。下次放卡就能看到结果。"),
        ),
        blocks=(_number(payment.number),),
        tone=Tone.ATTENTION,
        money=say("这笔缴费的结果还不清楚，请不要重复缴费。"),
        comfort=say("没有凭条也不要紧：请记下支付编号，下次放卡就能看到结果。"),
    )


def _refund(payment: RefundDue) -> Matter:
    return Matter(
        saying=say("正在打印退款凭条"),
        title=say("钱会退给您"),
        lines=(say("钱已经收到，但没有缴成保费，会原路退回。"), say("请取走凭条收好，凭它可以查退款。")),
        blocks=(_number(payment.number),),
        tone=Tone.ATTENTION,
        money=say("钱会原路退回。"),
        comfort=say("没有凭条也不要紧：请记下支付编号。"),
    )


def _number(number: str) -> Facts:
    return Facts((Fact(say("支付编号"), say("{number}", number=number)),))
