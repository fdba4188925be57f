"""A payment by QR code, as the centre knows it (docs/facts/payments.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.money import Money
from kiosk.domain.postings import Applied


class OrderState(StrEnum):
    """支付单状态. Whatever is not PENDING stays as it is, but for a CLOSED order that is paid late."""

    PENDING = "pending"
    """Not known to be paid, not known to be closed; the bill stays blocked."""
    PAID = "paid"
    """The gateway confirmed it and the premium is posted."""
    CLOSED = "closed"
    """The gateway confirmed that it was not paid and can be paid no longer."""
    REFUND_DUE = "refund-due"
    """待退款: money came in that could not be posted."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """支付单"""

    id: str
    """支付单号: the number that the gateway knows too, and that a slip carries."""
    bill: str
    amount: Money
    state: OrderState
    expires: datetime
    """Until then the code can be paid; the order may be paid or open beyond, until it is confirmed closed."""
    code_url: str | None
    """What the QR code says; None where the gateway has not given one."""
    posted: Applied | None
    """With PAID."""
