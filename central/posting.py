"""Posting a payment: the one place where a premium comes into an account (docs/facts/payments.md §1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from central.codes import random_code
from central.premiums import premium_rows
from central.store import bills, people, transactions
from central.store.columns import as_kept
from central.store.transactions import StoredPayment
from kiosk.domain.months import Month
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason


def dated_number(day: date, tail: str) -> str:
    """`20261120-…`: a number that a person can place."""
    return f"{day:%Y%m%d}-{tail}"


def post(connection: Connection, payment: StoredPayment, paid_on: date, now: datetime) -> Posting | None:
    """Writes the payment, its answer and its effects in the caller's transaction; None, and nothing written,
    where the key is known. `paid_on` is the day that has to lie in the bill's window."""
    if not transactions.claim(connection, payment):
        return None
    posting = _judged(connection, payment, paid_on, now)
    transactions.decide(connection, payment.terminal, payment.key, posting)
    return posting


def _judged(connection: Connection, payment: StoredPayment, paid_on: date, now: datetime) -> Posting:
    if payment.receipt is not None and transactions.receipt_is_anothers(
        connection, payment.terminal, payment.key, payment.receipt
    ):
        return Rejected(RejectionReason.RECEIPT_REUSED)
    bill = bills.find(connection, payment.bill)
    if bill is None:
        return Rejected(RejectionReason.UNKNOWN_BILL)
    if payment.amount != bill.amount:
        return Rejected(RejectionReason.AMOUNT_DIFFERS)
    if paid_on not in bill.window:
        return Rejected(RejectionReason.OUTSIDE_WINDOW)
    number = dated_number(now.date(), random_code(3))
    if not bills.mark_paid(connection, bill.bill, number):
        return Rejected(RejectionReason.ALREADY_PAID)
    people.book(connection, bill.person, premium_rows(bill.kind, bill.year, bill.amount, Month.of(now)))
    return Applied(number, as_kept(now))
