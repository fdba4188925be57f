"""What was paid before 缴费记录 (docs/facts/payments.md §1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.postings import Applied
from kiosk.domain.tenders import Tender


@dataclass(frozen=True, slots=True)
class PastPayment:
    """A premium that was paid at a terminal and posted. The payee's name does not show in a `repr`."""

    bill: str
    kind: Kind
    year: int
    amount: Money
    payee: str = field(repr=False)
    """参保人, masked: 陈*禾"""
    whom: ForWhom
    paid_at: datetime
    """When the money moved; weeks before it was posted where the terminal had no network."""
    posted: Applied
    receipt: str | None
    """凭证号; None for a payment by QR code, which the centre posts itself."""
    tender: Tender
    terminal: str
    """Where it was paid."""
