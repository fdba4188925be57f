"""A yearly premium as it stands in the account."""

from __future__ import annotations

from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Contribution, PaymentType
from kiosk.domain.money import ZERO, Money
from kiosk.domain.months import Month


def premium_rows(kind: Kind, year: int, amount: Money, booked: Month) -> tuple[Contribution, ...]:
    """A resident's premium of a year as its twelve months, booked and arrived in one month: their parts add
    up to it to the fen. There is no base: a resident pays an amount, not a share of a wage."""
    whole, rest = divmod(amount.fen, 12)
    rows = []
    for i in range(12):
        part = Money(whole + (1 if i < rest else 0))
        credited = part if kind is Kind.PENSION_RESIDENT else ZERO
        month = Month(year, i + 1)
        rows.append(Contribution(kind, PaymentType.NORMAL, month, booked, ZERO, part, ZERO, credited, booked))
    return tuple(rows)
