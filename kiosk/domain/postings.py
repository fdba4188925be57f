"""What became of a payment at the centre; told again, word for word, whenever it is sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RejectionReason(StrEnum):
    """Why an entry was not applied. The money is there, and a person decides about it."""

    UNKNOWN_BILL = "unknown-bill"
    ALREADY_PAID = "already-paid"
    """The bill was paid under another key: this one is to be refunded."""
    AMOUNT_DIFFERS = "amount-differs"
    OUTSIDE_WINDOW = "outside-window"
    """Paid on a day on which the premium is not collected."""
    RECEIPT_REUSED = "receipt-reused"
    """Another entry of this terminal has the receipt number: a fault of the terminal, perhaps one sale under
    two keys. Not to be refunded before that is looked into."""


@dataclass(frozen=True, slots=True)
class Applied:
    """入账: posted to the payee's account."""

    number: str
    """The centre's number for it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """拒收: nothing was posted."""

    reason: RejectionReason


Posting = Applied | Rejected
