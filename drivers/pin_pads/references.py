"""What names a message and a charge for ever: made once, stored, and only then used."""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

_SERVICE_ID_LENGTH = 10
_SERVICE_ID_CHARACTERS = string.digits + string.ascii_uppercase
_LONGEST_ID = 64
_MOST_MINOR_UNITS = 10**12


class BadReference(ValueError):
    """An identification that cannot be sent."""


@dataclass(frozen=True, slots=True)
class Reference:
    """SaleID and ServiceID: who asks, and which of his messages it is. A pair is never used twice.

    `sale_id`: 1 to 64 characters of visible ASCII; `service_id`: 1 to 10.
    """

    sale_id: str
    service_id: str

    def __post_init__(self) -> None:
        _check("SaleID", self.sale_id, _LONGEST_ID)
        _check("ServiceID", self.service_id, _SERVICE_ID_LENGTH)


@dataclass(frozen=True, slots=True)
class TransactionIdentification:
    """A party's own name of a transaction: the caller's, the pad's or the acquirer's.

    `timestamp` is that party's text, given back exactly as it came; empty where it gave none.
    """

    transaction_id: str
    timestamp: str


@dataclass(frozen=True, slots=True)
class Charge:
    """What is asked of a pad. All of it must be stored durably before `PinPad.pay`: it is what one asks by.

    `transaction_id` is the caller's own, 1 to 64 characters of visible ASCII; `amount` in minor units of CNY
    (fen, 分), from 1; `at` is aware of its zone.
    """

    reference: Reference
    transaction_id: str
    amount: int
    at: datetime

    def __post_init__(self) -> None:
        _check("TransactionID", self.transaction_id, _LONGEST_ID)
        _check_amount(self.amount)
        if self.at.tzinfo is None:
            raise BadReference("the time of a charge has no zone")


@dataclass(frozen=True, slots=True)
class Reversal:
    """What is asked of a pad to take a charge back (撤销). Store it before `PinPad.reverse`.

    `amount` in minor units of CNY; None: all of it.
    """

    reference: Reference
    original: TransactionIdentification
    amount: int | None = None

    def __post_init__(self) -> None:
        if self.amount is not None:
            _check_amount(self.amount)


def new_reference(sale_id: str) -> Reference:
    """A reference that nobody has used: ten random characters of 36.

    A pair must not come again within 48 h. No counter and no clock: a counter is lost with its file, and a
    terminal without a clock battery starts every morning at the same second. Among 1,000 messages in 48 h two
    random ones are equal once in 7,000,000,000 times. `docs/facts/pin-pads.md` §2.
    """
    characters = (secrets.choice(_SERVICE_ID_CHARACTERS) for _ in range(_SERVICE_ID_LENGTH))
    return Reference(sale_id, "".join(characters))


def major_units(minor: int) -> Decimal:
    """40000 → 400.00, exactly."""
    return Decimal(minor).scaleb(-2)


def _check(what: str, text: str, longest: int) -> None:
    if not 1 <= len(text) <= longest or any(not "!" <= character <= "~" for character in text):
        raise BadReference(f"{what} {text!r}: 1 to {longest} characters of visible ASCII are possible")


def _check_amount(amount: int) -> None:
    if not 1 <= amount < _MOST_MINOR_UNITS:
        raise BadReference(f"an amount of {amount} minor units; 1 or more are possible")
