"""What residents are told of what is due, and of what was paid here and is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kiosk.conversation.content import Notice, Offer
from kiosk.conversation.signs import Tone
from kiosk.domain.bills import BillState, ForWhom
from kiosk.domain.money import total
from kiosk.domain.months import DayInYear
from kiosk.domain.payment_words import payee_name, premium_name
from kiosk.domain.sales import Premium
from kiosk.domain.text import Text, in_a_row, joined, say
from kiosk.payments.here import HereState
from kiosk.payments.made_by import Made
from kiosk.premiums import Due

CLOSES_SOON_DAYS = 30
"""So long before a window closes the first page says what missing it costs."""

_BY_STATE: dict[BillState, Text | None] = {
    BillState.DUE: None,
    BillState.PAID: say("已经缴过了"),
    BillState.PENDING: say("有一笔扫码付款还没有结果，请过几分钟再来"),
}
_UNSETTLED: dict[HereState, tuple[Text, Text]] = {
    HereState.NOT_KNOWN: (
        say("缴费结果还不清楚，请不要重复缴费"),
        say("机器正在查，查清楚以前不能再缴。"),
    ),
    HereState.REJECTED: (say("收了款，没有入账"), say("钱没有丢，请带回单到税务窗口办理退款。")),
    HereState.REFUND_DUE: (say("钱会退给您"), say("会原路退回；没有退到，请到税务窗口问。")),
}
_NOT_COLLECTED = say("不在集中缴费期，现在不能缴")


def due_notices(dues: Sequence[Due], made: Sequence[Made], today: date, pay: Offer) -> tuple[Notice, ...]:
    """For the first page: what is not known or went wrong, then what is due, then what is on its way."""
    return (*_unsettled(made), *_to_pay(dues, today, pay), *_waiting(made))


def why_not(due: Due, today: date) -> Text | None:
    """Why a bill cannot be paid now; None where it can."""
    if due.here is None:
        collected = due.bill.state is not BillState.DUE or today in due.bill.window
        return _BY_STATE[due.bill.state] if collected else _NOT_COLLECTED
    number = due.here.number
    match due.here.state:
        case HereState.NOT_KNOWN:
            return say("上一次缴费还不清楚，请不要重复缴费，编号 {number}", number=number)
        case HereState.REJECTED:
            return say("收了款，没有入账，请办退款，凭证号 {number}", number=number)
        case HereState.WAITING:
            return say("已缴，待入账，凭证号 {number}", number=number)
        case HereState.APPLIED:
            return _BY_STATE[BillState.PAID]
        case HereState.REFUND_DUE:
            return _BY_STATE[due.bill.state]


def _unsettled(made: Sequence[Made]) -> list[Notice]:
    """What somebody has to know before he pays again, or to do."""
    notices = []
    for one in made:
        words = _UNSETTLED.get(one.here.state)
        if words is not None:
            sentence, line = words
            payee, premium = payee_name(one.premium), premium_name(one.premium)
            notices.append(
                Notice(
                    Tone.PROBLEM,
                    say("{payee} {premium}：{sentence}", payee=payee, premium=premium, sentence=sentence),
                    (say("{line}编号 {number}。", line=line, number=one.here.number),),
                )
            )
    return notices


def _to_pay(dues: Sequence[Due], today: date, pay: Offer) -> list[Notice]:
    """One strip, however many there are: the service itself asks for whom."""
    payable = [due for due in dues if due.payable_on(today)]
    if not payable:
        return []
    names = joined(tuple(dict.fromkeys(premium_name(Premium.of(due.bill)) for due in payable)))
    last = min(due.bill.window.last for due in payable)
    children = all(due.bill.whom is ForWhom.DEPENDANT for due in payable)
    # For whom exactly is the service's first question: here it has to be read in a second.
    sentence = say(
        "{names}待缴 {amount}，{last}前",
        names=say("孩子的{names}", names=names) if children else names,
        amount=total(tuple(due.bill.amount for due in payable)),
        last=DayInYear.of(last),
    )
    soon = (last - today).days <= CLOSES_SOON_DAYS
    missed = say("过了这一天才缴，医保要等三个月以上才能报销。")
    return [Notice(Tone.ATTENTION, sentence, (missed,) if soon else (), pay)]


def _waiting(made: Sequence[Made]) -> list[Notice]:
    """待入账: in these words everywhere."""
    waiting = [one for one in made if one.here.state is HereState.WAITING]
    if not waiting:
        return []
    whom = in_a_row(one.premium.payee for one in waiting)
    numbers = in_a_row(one.here.number for one in waiting)
    return [
        Notice(
            Tone.PLAIN,
            say("{count}笔缴费待入账（{whom}）", count=len(waiting), whom=whom),
            (
                say("已收下，机器会自动发送，您不用做任何事。"),
                say("凭证号 {numbers}", numbers=numbers),
            ),
        )
    ]
