"""缴费记录 as receipts: what the centre posted, and what was paid here and still waits."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.centre_line import CentreAway, CentreFaulty
from kiosk.domain.past_payments import PastPayment
from kiosk.domain.sales import Premium, Receipt
from kiosk.domain.tenders import QrPayment
from kiosk.payments.here import HereState
from kiosk.payments.till import Till
from kiosk.records import Records, Visitor

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PastReceipts:
    """Newest first, `MOST_SHOWN` at most. `complete` False: the centre did not say; these were made here."""

    receipts: tuple[Receipt, ...]
    complete: bool
    not_known: tuple[str, ...] = ()
    """The numbers of payments that may have been made."""


class PastPayments:
    """A read for services; may run in a worker thread, and again."""

    def __init__(self, records: Records, till: Till) -> None:
        self._records = records
        self._till = till

    def receipts(self, visitor: Visitor) -> PastReceipts:
        """Of the visitor and his dependants. Raises `CentreError` where nobody knows of any,
        and the vault's errors."""
        bills = self._records.bills(visitor)
        of_bills = self._till.paid_here(bill.reference for bill in bills.value).values()
        here = (*of_bills, *(made.here for made in self._till.made_by(visitor.resident.reference)))
        made_here = {paid.number: paid.receipt for paid in here if paid.receipt is not None}
        not_known = tuple(dict.fromkeys(p.number for p in here if p.state is HereState.NOT_KNOWN))
        try:
            told = self._records.payments(visitor)
            posted, complete = tuple(map(receipt_of_past, told.value)), told.live
        except (CentreAway, CentreFaulty):
            if not (made_here or not_known):
                # Nothing here does not mean that nothing was paid.
                raise
            posted, complete = (), False
        known = {receipt.number for receipt in posted}
        # The centre's word is the later one: what it posted waits no more.
        receipts = (*(one for number, one in made_here.items() if number not in known), *posted)
        newest = sorted(receipts, key=lambda one: one.paid_at, reverse=True)
        return PastReceipts(tuple(newest[:MOST_SHOWN]), complete, not_known)


def receipt_of_past(payment: PastPayment) -> Receipt:
    """The centre does not say who paid."""
    number = payment.receipt
    if number is None:
        number = payment.tender.order if isinstance(payment.tender, QrPayment) else payment.posted.number
    premium = Premium(payment.bill, payment.kind, payment.year, payment.amount, payment.payee, payment.whom)
    return Receipt(number, premium, None, payment.tender, payment.paid_at, payment.terminal, payment.posted)
