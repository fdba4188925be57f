"""What the centre keeps of a person, as values; how it is stored is `central.store`'s business."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.contract.papers import AccountOfYear
from kiosk.domain.citizen_number import CitizenNumber
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, Contribution
from kiosk.domain.months import Month


class CardState(StrEnum):
    """卡状态"""

    VALID = "valid"
    """正常"""
    LOST = "lost"
    """挂失: its loss was reported"""
    CANCELLED = "cancelled"
    """注销"""


@dataclass(frozen=True, slots=True)
class Card:
    """A social-security card as issued; one person may have had several."""

    card_id: str = field(repr=False)
    """卡识别码: 16 bytes in hex, capitals"""
    card_number: str = field(repr=False)
    """卡号: 9 characters"""
    state: CardState = CardState.VALID


@dataclass(frozen=True, slots=True)
class Person:
    """参保人. Neither number nor name shows in a `repr`."""

    reference: str
    """Opaque; tells nothing of the person."""
    number: CitizenNumber
    name: str = field(repr=False)
    household: str = field(repr=False)
    """户籍所在地"""


@dataclass(frozen=True, slots=True)
class Participation:
    """参保登记 of one kind."""

    kind: Kind
    state: ParticipationState
    since: Month
    employer: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """参保档案: everything the centre holds about one person."""

    person: Person
    cards: tuple[Card, ...]
    participations: tuple[Participation, ...]
    contributions: tuple[Contribution, ...]
    changes: tuple[AccountChange, ...] = ()
    accounts: tuple[AccountOfYear, ...] = ()
    dependants: tuple[str, ...] = ()
    """被监护人: the references of those whose guardian the person is."""


class AlarmKind(StrEnum):
    """What a person at the centre has to look into."""

    KEY_REUSED = "key-reused"
    """A terminal sent another payload under a known key."""
    RECEIPT_REUSED = "receipt-reused"
    """A terminal gave one receipt number to two entries."""
    WRONG_AMOUNT = "wrong-amount"
    """The gateway took another amount than was ordered: to be refunded."""
    PAID_TWICE = "paid-twice"
    """A code was paid for a bill that was paid otherwise: to be refunded."""
    PAID_LATE = "paid-late"
    """An order was paid after it had been confirmed closed: to be refunded."""
