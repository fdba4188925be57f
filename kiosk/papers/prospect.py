"""Before a sale is paid: the longest paper that it can bring, to know whether it will come out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from drivers.printers.paper import Paper
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason
from kiosk.domain.region import Region
from kiosk.domain.sales import NotKnown, Receipt, RefundDue, Sale
from kiosk.domain.tenders import BankCard
from kiosk.papers.common import PrintedAt
from kiosk.papers.not_known_slip import not_known_slip, refund_slip
from kiosk.papers.receipt import receipt_paper


def longest_paper(sale: Sale, region: Region, at: PrintedAt) -> Paper:
    """Of all that may come of it, to a centimetre a premium: by their rows, and each premium rejected for a
    reason of its own."""
    number = f"{at.terminal_id}-P00000000"
    slips = (
        not_known_slip(sale, NotKnown(number, at.now), region, at),
        refund_slip(sale, RefundDue(number, at.now), region, at),
    )
    return max((*slips, *_receipts(sale, region, at)), key=lambda paper: len(paper.rows))


def _receipts(sale: Sale, region: Region, at: PrintedAt) -> Iterator[Paper]:
    """Posted, to be posted, and each rejected for another reason: what each calls for stands on the paper."""
    posted: tuple[Posting | None, ...] = (Applied("00000000-00000000", at.now), None)
    for posting in posted:
        yield _receipt(sale, tuple(posting for _ in sale.premiums), region, at)
    reasons = zip(sale.premiums, cycle(RejectionReason), strict=False)
    yield _receipt(sale, tuple(Rejected(reason) for _, reason in reasons), region, at)


def _receipt(sale: Sale, postings: tuple[Posting | None, ...], region: Region, at: PrintedAt) -> Paper:
    card = BankCard("000000******0000", "000000000000", at.terminal_id)
    number = f"{at.terminal_id}-00000000"
    receipts = tuple(
        Receipt(number, premium, sale.payer, card, at.now, at.terminal_id, posting)
        for premium, posting in zip(sale.premiums, postings, strict=True)
    )
    return receipt_paper(receipts, region, at)
