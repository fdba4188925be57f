"""缴费回单: what was paid, and whether the centre posted it. Never 完税证明, which is the tax authority's."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType

from drivers.printers.paper import Align, Leader, Paper, Row
from drivers.printers.paper import Text as Line
from kiosk.domain.bills import ForWhom
from kiosk.domain.payment_words import (
    IN_TIME_THOUGH_LATE,
    STILL_TO_BE_POSTED,
    RejectionWords,
    posting_word,
    rejection_words,
    tender_kind,
    tender_word,
)
from kiosk.domain.postings import Applied, Rejected
from kiosk.domain.region import Region
from kiosk.domain.sales import Receipt
from kiosk.domain.tenders import BankCard, QrPayment, Tender
from kiosk.domain.text import Text, say
from kiosk.papers.common import PrintedAt, day_and_time, foot, head, part, section, where
from kiosk.papers.premium_rows import premium_rows, total_rows

KIND = "payment_receipt"

_MEANINGS: tuple[tuple[type, tuple[Text, ...]], ...] = (
    (Rejected, (say("已收款，但没有入账。办法在下面。"),)),
    (NoneType, (STILL_TO_BE_POSTED, IN_TIME_THOUGH_LATE)),
    (Applied, (say("已收款，已入账，您不用再办什么。"),)),
)
"""Postings and what they mean to the payer; first what he has to see to."""


def receipt_paper(
    receipts: tuple[Receipt, ...], region: Region, at: PrintedAt, *, again: bool = False
) -> Paper:
    """One paper for the receipts of one sale; `again`: 补打, the first was printed when it was paid. Raises
    `ValueError` where they are not of one sale."""
    if len({(one.payer, one.tender, one.paid_at, one.terminal) for one in receipts}) != 1:
        raise ValueError(f"{len(receipts)} receipts that are not of one sale")
    rows: tuple[Row, ...] = (
        *head("缴费回单", *(("【补打】",) if again else ())),
        *_states(receipts),
        *_premiums(receipts),
        *total_rows(tuple(one.premium for one in receipts)),
        *_payment(receipts[0], at),
        *_what_to_do(receipts, region),
        *section("说明"),
        Line(f"1. {_later(receipts)}"),
        Line("2. 本回单尚未加盖电子印章。"),
        Line("3. 本回单不是完税证明，需要完税证明请向税务机关开具。"),
        *foot(at),
    )
    return Paper(KIND, rows)


def _states(receipts: tuple[Receipt, ...]) -> Iterator[Row]:
    """How far they are, and what that means."""
    for state, meaning in _MEANINGS:
        those = [number for number, one in enumerate(receipts, start=1) if isinstance(one.posting, state)]
        if not those:
            continue
        word = posting_word(receipts[those[0] - 1].posting)
        if len(those) == len(receipts):
            yield Line(str(word), align=Align.CENTRE, bold=True, double=True)
        else:
            yield Line(f"【{word}】第{'、'.join(map(str, those))}笔", bold=True)
        yield from (Line(str(text)) for text in meaning)


def _premiums(receipts: tuple[Receipt, ...]) -> Iterator[Row]:
    for number, receipt in enumerate(receipts, start=1):
        yield from premium_rows(receipt.premium, number if len(receipts) > 1 else None)
        yield Leader("凭证号", receipt.number)
        if (applied := receipt.applied) is None:
            yield Leader("入账", str(posting_word(receipt.posting)))
        else:
            yield Leader("入账", day_and_time(applied.at))
            yield Leader("入账号", applied.number)


def _payment(receipt: Receipt, at: PrintedAt) -> Iterator[Row]:
    """Who paid, with what, when and where; what is not known is left out."""
    yield from section("付款")
    if receipt.payer is not None:
        yield Leader("缴费人", receipt.payer)
    yield from _paid_with(receipt.tender)
    yield Leader("时间", day_and_time(receipt.paid_at))
    yield Leader("缴费终端", receipt.terminal)
    # A receipt names its terminal only: where another one stood is not known here.
    if receipt.terminal == at.terminal_id:
        yield Leader("缴费地点", at.place)


def _paid_with(tender: Tender) -> Iterator[Row]:
    """The channel, and all by which the charge can be found again."""
    yield Leader("付款方式", str(tender_word(tender_kind(tender))))
    match tender:
        case BankCard(masked_pan, acquirer_reference, poi):
            yield Leader("卡号", masked_pan)
            yield Leader("检索参考号", acquirer_reference)
            yield Leader("密码键盘编号", poi)
        case QrPayment(_, order):
            yield Leader("支付单号", order)


def _what_to_do(receipts: tuple[Receipt, ...], region: Region) -> Iterator[Row]:
    """For what was not posted; said once where it is the same for several."""
    worded: dict[RejectionWords, list[int]] = {}
    for number, receipt in enumerate(receipts, start=1):
        if isinstance(receipt.posting, Rejected):
            words = rejection_words(receipt.posting.reason, receipt.premium, region)
            worded.setdefault(words, []).append(number)
    for words, numbers in worded.items():
        those = f"第{'、'.join(map(str, numbers))}笔" if len(receipts) > 1 else "这一笔"
        yield from section(f"{those}没有入账，请这样办")
        yield from part("原因", (words.reason,))
        yield from part("保费缴上了没有", (words.standing,))
        yield from part("怎么办", (words.remedy,))
        yield from where("到哪里办", words.office)
        yield from part("到窗口这样问", (words.ask,))
        yield from part("带什么", words.bring)


def _later(receipts: tuple[Receipt, ...]) -> str:
    if any(one.premium.whom is ForWhom.OTHER for one in receipts):
        return "请收好本回单。给他人缴的，以后由他本人放卡补打。"
    if any(one.posting is None for one in receipts):
        return "入账没有，下次放卡在“缴费回单”里就能看到，还可以再打一份。"
    return "下次放卡，在“缴费回单”里可以再打一份。"
