"""What residents are told of what is due, and of what was paid here and is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kiosk.conversation.content import Notice, Offer, Tone
from kiosk.domain.bills import BillState, ForWhom
from kiosk.domain.money import total
from kiosk.domain.payment_words import payee_name, premium_name
from kiosk.domain.sales import Premium
from kiosk.domain.text import Text, joined, say
from kiosk.payments.here import HereState
from kiosk.premiums import Due

CLOSES_SOON_DAYS = 30
"""So long before a window closes the first page says what missing it costs."""

_BY_STATE: dict[BillState, Text | None] = {
    BillState.DUE: None,
    BillState.PAID: say("已经缴过了"),
    BillState.PENDING: say("有一笔扫码付款还没有结果，请过几分钟再来"),
}
_NOT_COLLECTED = say("不在集中缴费期，现在不能缴")


def due_notices(dues: Sequence[Due], today: date, pay: Offer) -> tuple[Notice, ...]:
    """For the first page: what is not known or went wrong, then what is due, then what is on its way."""
    return (*_not_known(dues), *_rejected(dues), *_to_pay(dues, today, pay), *_waiting(dues))


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


def of(due: Due) -> Text:
    """`孩子 陈*禾 2027年度居民医保`"""
    premium = Premium.of(due.bill)
    return say("{payee} {premium}", payee=payee_name(premium), premium=premium_name(premium))


def _with(dues: Sequence[Due], state: HereState) -> list[Due]:
    return [due for due in dues if due.here is not None and due.here.state is state]


def _not_known(dues: Sequence[Due]) -> list[Notice]:
    return [
        Notice(
            Tone.PROBLEM,
            say("{what}：缴费结果还不清楚，请不要重复缴费", what=of(due)),
            (say("机器正在查，编号 {number}。查清楚以前不能再缴。", number=_number(due)),),
        )
        for due in _with(dues, HereState.NOT_KNOWN)
    ]


def _rejected(dues: Sequence[Due]) -> list[Notice]:
    return [
        Notice(
            Tone.PROBLEM,
            say("{what}：收了款，没有入账", what=of(due)),
            (say("钱没有丢。请带凭证 {number} 到税务窗口办理退款。", number=_number(due)),),
        )
        for due in _with(dues, HereState.REJECTED)
    ]


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
        "{whose}{names}待缴 {amount}，{month}月{day}日前",
        whose=say("孩子的") if children else say(""),
        names=names,
        amount=total(tuple(due.bill.amount for due in payable)),
        month=last.month,
        day=last.day,
    )
    soon = (last - today).days <= CLOSES_SOON_DAYS
    missed = say("过了这一天才缴，医保要等三个月以上才能报销。")
    return [Notice(Tone.ATTENTION, sentence, (missed,) if soon else (), pay)]


def _waiting(dues: Sequence[Due]) -> list[Notice]:
    """待入账: in these words everywhere."""
    waiting = _with(dues, HereState.WAITING)
    if not waiting:
        return []
    whom = "、".join(due.bill.payee for due in waiting)
    numbers = "、".join(_number(due) for due in waiting)
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


def _number(due: Due) -> str:
    return "" if due.here is None else due.here.number
