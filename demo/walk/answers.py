"""What a printer and a till may say: every outcome of a paper and of a sale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from demo.stage import POI_ID, TERMINAL
from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport, Remainder
from drivers.printers.status import Reason
from kiosk.conversation.engine import Failed, Ok, Outcome
from kiosk.conversation.steps import Pay, Print
from kiosk.conversation.view import Condition
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason
from kiosk.domain.sales import (
    NotKnown,
    NotPaid,
    Paid,
    PayProgress,
    PayStage,
    Receipt,
    RefundDue,
    Sale,
    TenderKind,
    WhyNotPaid,
)
from kiosk.domain.tenders import BankCard, QrChannel, QrPayment, Tender

PHONE_CODE: Final = "weixin://wxpay/bizpayurl?pr=VirtualCode00"
_NUMBER: Final = f"{TERMINAL}-K7Q2-M9XA-4TBN"
_ORDER: Final = "20261120T001K7Q2M9XA"
_CARD: Final = BankCard("621700******0015", "B00000042", POI_ID)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a step may come to; `name` tells it from the others."""

    name: str
    outcome: Outcome
    paper: Condition | None = None
    """How the printer's paper is seen to be afterwards, where that changed."""


def of_print(due: Print, *, whole: bool) -> Iterator[Answer]:
    """Of one copy. `whole`: every way; else one of each outcome, for the reasons change a sentence only."""
    job = PrintJob(JobId("0" * 32), "print", due.content_hash, due.copy)
    yield Answer("printed", Ok(PrintReport(job, PrintOutcome.PRINTED)))
    for reason in (None, *Reason) if whole else (Reason.PAPER_OUT,):
        said = "unsaid" if reason is None else reason.value
        paper = Condition.BAD if reason in (Reason.PAPER_OUT, Reason.PAPER_SHORT) else None
        yield Answer(f"not-started-{said}", Ok(PrintReport(job, PrintOutcome.NOT_STARTED, reason)), paper)
        for remainder in Remainder:
            report = PrintReport(job, PrintOutcome.UNKNOWN, reason, remainder)
            yield Answer(f"unknown-{said}-{remainder.value}", Ok(report), paper)


def of_pay(due: Pay, now: datetime) -> Iterator[Answer]:
    """Of one charge: known as made, with every word of the centre, or as not made; or not known."""
    sale = due.sale
    postings: tuple[tuple[str, Posting | None], ...] = (
        ("applied", Applied("P-2026-000042", now)),
        ("waiting", None),
        *((f"rejected-{reason.value}", Rejected(reason)) for reason in RejectionReason),
    )
    for name, posting in postings:
        yield Answer(f"paid-{name}", Ok(Paid(_receipts(sale, (posting,) * len(sale.premiums), now))))
    if len(sale.premiums) > 1:
        mixed = (Rejected(RejectionReason.ALREADY_PAID), *(None for _ in sale.premiums[1:]))
        yield Answer("paid-rejected-in-part", Ok(Paid(_receipts(sale, mixed, now))))
    for why in WhyNotPaid:
        yield Answer(f"not-paid-{why.value}", Ok(NotPaid(why)))
    yield Answer("not-known", Ok(NotKnown(_NUMBER, now)))
    if sale.tender is not TenderKind.BANK_CARD:
        yield Answer("refund-due", Ok(RefundDue(_ORDER, now)))
    yield Answer("till-broken", Failed(RuntimeError("the till broke")))


def progress_of(sale: Sale) -> Iterator[PayProgress]:
    """The stages that a payment goes through after the first."""
    if sale.tender is TenderKind.BANK_CARD:
        yield PayProgress(PayStage.AT_PAD)
    else:
        yield PayProgress(PayStage.SCAN, PHONE_CODE)
    yield PayProgress(PayStage.CONFIRMING)


def _receipts(sale: Sale, postings: tuple[Posting | None, ...], now: datetime) -> tuple[Receipt, ...]:
    tender: Tender = _CARD
    if sale.tender is not TenderKind.BANK_CARD:
        tender = QrPayment(QrChannel(sale.tender.value), _ORDER)
    return tuple(
        Receipt(f"{TERMINAL}-{i:08d}", premium, sale.payer, tender, now, TERMINAL, posting)
        for i, (premium, posting) in enumerate(zip(sale.premiums, postings, strict=True), start=1)
    )
