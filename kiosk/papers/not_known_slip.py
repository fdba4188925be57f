"""The slips of a payment that came to no receipt: its outcome is not known, or its money goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from drivers.printers.paper import Align, Feed, Leader, Paper, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.domain.payment_words import premium_name, tender_word
from kiosk.domain.region import Region
from kiosk.domain.sales import NotKnown, RefundDue, Sale, TenderKind
from kiosk.domain.text import Text, joined, say
from kiosk.papers.common import PrintedAt, day_and_time, foot, head, part, section, where
from kiosk.papers.premium_rows import premium_rows, total_rows

NOT_KNOWN = "not_known_slip"
REFUND = "refund_slip"

_SEEN_CHARGED = {
    TenderKind.BANK_CARD: say("收到扣款短信也不要再缴，等机器查清楚。"),
    TenderKind.WECHATPAY: say("微信显示已付款也不要再缴，等机器查清楚。"),
}
_GOES_BACK = {
    TenderKind.BANK_CARD: say("钱会原路退回，退到您付款的银行卡。"),
    TenderKind.WECHATPAY: say("钱会原路退回，退到您付款的微信。"),
}


def not_known_slip(sale: Sale, unknown: NotKnown, region: Region, at: PrintedAt) -> Paper:
    """Nobody knows yet whether money moved: what happens now, and by which number to ask."""
    offices = dict.fromkeys(region.office(premium.kind) for premium in sale.premiums)
    rows: tuple[Row, ...] = (
        *head("缴费结果还不清楚"),
        *_large("请保留此条", "不要重复缴费"),
        Line("钱可能已经扣了，也可能没有扣。机器正在查。"),
        *_sale(sale, unknown.number, unknown.asked_at),
        *part(
            "接下来会怎样",
            (
                say("机器会一直查，直到查清楚，您不用守在这里。"),
                say("查清楚以前，这笔保费在本机不能再缴，也请不要到别处缴。"),
                say("下次到这台机器放卡，就能看到结果：扣了款的，可以打缴费回单；没有扣款的，可以重新缴。"),
                _SEEN_CHARGED[sale.tender],
            ),
        ),
        *(row for office in offices for row in where("不放心，可以打电话或到窗口问", office)),
        *part(
            "这样问",
            (
                say(
                    "我缴{premiums}，支付编号是{number}，没有出结果。请帮我查：扣款没有，入账没有？",
                    premiums=_names(sale),
                    number=unknown.number,
                ),
            ),
        ),
        *foot(at),
    )
    return Paper(NOT_KNOWN, rows)


def refund_slip(sale: Sale, refund: RefundDue, region: Region, at: PrintedAt) -> Paper:
    """待退款: the money came in, cannot be posted, and is returned the way it came."""
    rows: tuple[Row, ...] = (
        *head("待退款"),
        *_large("钱会退给您", "请保留此条"),
        Line("钱已经收到，但没有缴成保费：可能付款晚了，或者这笔保费已经用别的方式缴过。"),
        *_sale(sale, refund.number, refund.asked_at),
        *part(
            "接下来会怎样",
            (
                _GOES_BACK[sale.tender],
                say("退款不用先付钱，让您先付钱的都是骗子。"),
                say("保费缴上没有，请在本机放卡看一看：还是待缴的，可以重新缴。"),
            ),
        ),
        *where("退款没有到，打电话或到窗口问", region.tax_office),
        *part(
            "这样问",
            (
                say(
                    "我缴{premiums}的钱要退回，支付编号是{number}。请问退款办到哪一步了？",
                    premiums=_names(sale),
                    number=refund.number,
                ),
            ),
        ),
        *foot(at),
    )
    return Paper(REFUND, rows)


def _large(*lines: str) -> Iterator[Row]:
    """What has to be read even without glasses."""
    yield Feed()
    yield from (Line(line, align=Align.CENTRE, bold=True, double=True) for line in lines)
    yield Feed()


def _sale(sale: Sale, number: str, asked_at: datetime) -> Iterator[Row]:
    """The number by itself: it is what is read out on the telephone."""
    yield Rule()
    yield Line("支付编号", align=Align.CENTRE)
    yield Line(number, align=Align.CENTRE, bold=True)
    for position, premium in enumerate(sale.premiums, start=1):
        yield from premium_rows(premium, position if len(sale.premiums) > 1 else None)
    yield from total_rows(sale.premiums)
    yield from section("付款")
    yield Leader("缴费人", sale.payer)
    yield Leader("付款方式", str(tender_word(sale.tender)))
    yield Leader("时间", day_and_time(asked_at))


def _names(sale: Sale) -> Text:
    """Equal ones once: a family mostly pays for one kind and year."""
    return joined(tuple(dict.fromkeys(premium_name(premium) for premium in sale.premiums)))
