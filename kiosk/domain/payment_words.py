"""The words of paying that pages, papers and the voice share (docs/facts/payments.md)."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.advice import ID_OR_CARD
from kiosk.domain.bills import ForWhom
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason
from kiosk.domain.region import Office, Region
from kiosk.domain.sales import Premium, TenderKind
from kiosk.domain.tenders import BankCard, QrChannel, QrPayment, Tender
from kiosk.domain.text import Text, say

STILL_TO_BE_POSTED = say("已收款，还没有送到社保中心。机器会自动发送，您不用做任何事，不要重复缴费。")
"""What 待入账 means."""
IN_TIME_THOUGH_LATE = say("按缴费当天算，晚些送到也不逾期。")

_TENDERS = {
    TenderKind.BANK_CARD: say("银行卡"),
    TenderKind.WECHATPAY: say("微信支付"),
}
_CHANNELS = {QrChannel.WECHATPAY: TenderKind.WECHATPAY}
_WHOM = {
    ForWhom.SELF: say("本人"),
    ForWhom.DEPENDANT: say("孩子"),
    ForWhom.OTHER: say("他人"),
}
_REASONS = {
    RejectionReason.UNKNOWN_BILL: say("社保中心没有找到这笔保费的应缴记录。"),
    RejectionReason.ALREADY_PAID: say("这笔保费先前已经缴过了，这一次是多缴的。"),
    RejectionReason.AMOUNT_DIFFERS: say("这次缴的钱数和应缴的不一样。"),
    RejectionReason.OUTSIDE_WINDOW: say("缴费那天不在集中缴费期内。"),
    RejectionReason.RECEIPT_REUSED: say("这张回单的凭证号和另一笔重复了，多半是机器出了错，要先查清楚。"),
}


@dataclass(frozen=True, slots=True)
class RejectionWords:
    """Why a payment was not posted, and how its payer comes to his right or his money."""

    reason: Text
    """为什么没有入账？"""
    standing: Text
    """保费缴上了没有？ What people fear more than for the money."""
    remedy: Text
    """怎么办？"""
    bring: tuple[Text, ...]
    """带什么？"""
    ask: Text
    """到窗口怎么问？"""
    office: Office
    """到哪里办？"""


def rejection_words(reason: RejectionReason, premium: Premium, region: Region) -> RejectionWords:
    """The tax authority took the money and gives it back; what is wrong in the records is the agency's."""
    name = premium_name(premium)
    bring = (say("这张回单"), ID_OR_CARD)
    if reason is RejectionReason.RECEIPT_REUSED:
        return RejectionWords(
            _REASONS[reason],
            say("还不一定。查清楚以前，请不要再缴。"),
            say("请工作人员核对。核对清楚以后，才能入账或退款。"),
            bring,
            say("请问{premium}这笔缴费的凭证号为什么重复，能不能入账？", premium=name),
            region.office(premium.kind),
        )
    if reason is RejectionReason.ALREADY_PAID:
        standing = say("缴上了，您不用再缴。")
    else:
        standing = say("这次没有缴上。还能不能缴、怎么缴，请在窗口一起问清楚。")
    return RejectionWords(
        _REASONS[reason],
        standing,
        say("办理退款。钱已经收到，没有丢。"),
        bring,
        say("请问{premium}这笔缴费没有入账，怎么退款？", premium=name),
        region.tax_office,
    )


def tender_word(tender: TenderKind) -> Text:
    return _TENDERS[tender]


def tender_kind(tender: Tender) -> TenderKind:
    match tender:
        case BankCard():
            return TenderKind.BANK_CARD
        case QrPayment(channel):
            return _CHANNELS[channel]


def whom_word(whom: ForWhom) -> Text:
    return _WHOM[whom]


def payee_name(premium: Premium) -> Text:
    """`孩子 陈*禾`"""
    return say("{whom} {payee}", whom=whom_word(premium.whom), payee=premium.payee)


def premium_name(premium: Premium) -> Text:
    """`2027年度居民医保`"""
    return say("{year}年度{kind}", year=premium.year, kind=premium.kind.spoken_name)


def premium_title(premium: Premium) -> Text:
    """`城乡居民基本医疗保险 2027年度`, as papers say it."""
    return say("{kind} {year}年度", kind=premium.kind.full_name, year=premium.year)


def posting_word(posting: Posting | None) -> Text:
    """已入账, 没有入账, or 待入账 where the centre has not said yet."""
    match posting:
        case Applied():
            return say("已入账")
        case Rejected():
            return say("没有入账")
        case None:
            return say("待入账")
