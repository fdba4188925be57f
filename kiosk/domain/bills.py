"""What a resident may pay now: one premium of one year for one person (docs/facts/payments.md §1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money


@dataclass(frozen=True, slots=True)
class Window:
    """集中缴费期: the days in which a premium is collected, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a window closes before it opens: {self.first} to {self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class YearlyPremium:
    """What a resident pays himself for one year of a kind, and when; the region's data."""

    amount: Money
    window: Window


class ForWhom(StrEnum):
    """How the person whose premium it is, the payee, is told from who stands at the terminal."""

    SELF = "self"
    """本人"""
    DEPENDANT = "dependant"
    """被监护人: a child whose guardian the session's resident is"""
    OTHER = "other"
    """他人: somebody named by number"""


class BillState(StrEnum):
    """Whether a bill can be paid."""

    DUE = "due"
    """待缴"""
    PENDING = "pending"
    """A payment of it is not yet known to have been made or not: nobody may pay it again."""
    PAID = "paid"
    """已缴"""


@dataclass(frozen=True, slots=True)
class Bill:
    """应缴: the premium of one kind and year for one person. The payee's name does not show in a `repr`."""

    reference: str
    """The centre's opaque reference; good offline too, for as long as the bill is due."""
    kind: Kind
    year: int
    amount: Money
    window: Window
    state: BillState
    payee: str = field(repr=False)
    """参保人, masked: 陈*禾"""
    whom: ForWhom = ForWhom.SELF
