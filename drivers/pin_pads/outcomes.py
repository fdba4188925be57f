"""What is known of a charge after it was asked for, and nothing more. `docs/facts/pin-pads.md` §4."""

import enum
from dataclasses import dataclass
from decimal import Decimal

from drivers.pin_pads.nexo import (
    CNY,
    Amount,
    Card,
    ErrorCondition,
    GlobalStatus,
    HostStatus,
    PaymentResponse,
    Response,
    Result,
    ReversalResponse,
    TransactionStatusResponse,
)
from drivers.pin_pads.references import Charge, Reversal, TransactionIdentification, major_units


class Refusal(enum.Enum):
    """Why a charge, or a reversal, did not come about."""

    NOT_ASKED = "not-asked"
    """Not one byte of the request left: the pad was not reached, or too many requests wait."""
    ABORTED = "aborted"
    """By us, before the card was charged."""
    CANCELLED = "cancelled"
    """By the card's holder, at the pad."""
    REFUSED = "refused"
    """By the bank."""
    WRONG_PIN = "wrong-pin"
    INVALID_CARD = "invalid-card"
    INSERTED_CARD = "inserted-card"
    """A card was left in the pad."""
    NOT_ALLOWED = "not-allowed"
    """Not with this card, or not for this transaction."""
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    """A part of the pad, or its service, is out of order."""
    BANK_UNREACHABLE = "bank-unreachable"
    LOGGED_OUT = "logged-out"
    BAD_REQUEST = "bad-request"
    """The pad did not understand."""
    NOT_FOUND = "not-found"
    """The charge to be taken back."""
    OTHER = "other"
    """The pad said that it failed, not why."""


class Doubt(enum.Enum):
    """Why it is not known what became of a request."""

    SILENT = "silent"
    CONNECTION_LOST = "connection-lost"
    GARBLED = "garbled"
    """The answer could not be understood, or contradicts itself."""
    OTHER_REFERENCE = "other-reference"
    """An answer came, but to something else."""
    OTHER_AMOUNT = "other-amount"
    """The pad authorised another sum than it was asked for: a person must settle it."""
    IN_PROGRESS = "in-progress"
    """The pad has not finished it."""
    WITHHELD = "withheld"
    """The pad would not say."""
    UNREACHABLE = "unreachable"
    """The question itself never reached the pad."""


@dataclass(frozen=True, slots=True)
class Charged:
    """The card was charged with exactly what was asked. `amount` in minor units of CNY."""

    poi_transaction: TransactionIdentification
    amount: int
    card: Card
    acquirer_reference: str | None


@dataclass(frozen=True, slots=True)
class NotCharged:
    """The pad itself said so, or was never asked."""

    reason: Refusal
    detail: str = ""
    """For a technician."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """The pad says that it was never asked. `docs/facts/pin-pads.md` §4 on when this means: not charged."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened or not. Ask by the same reference until it is known; never charge again before."""

    reason: Doubt
    detail: str = ""
    """For a technician."""
    poi_transaction: TransactionIdentification | None = None
    """The pad's transaction, where the answer named it."""


@dataclass(frozen=True, slots=True)
class Reversed:
    """A charge was taken back as asked."""

    poi_transaction: TransactionIdentification | None


@dataclass(frozen=True, slots=True)
class NotReversed:
    """The pad itself said so, or was never asked."""

    reason: Refusal
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How the pad says that it is; `status` None where it did not say."""

    status: GlobalStatus | None
    hosts: tuple[HostStatus, ...] = ()


ChargeOutcome = Charged | NotCharged | Unknown
ChargeStatus = Charged | NotCharged | NotFound | Unknown
ReversalOutcome = Reversed | NotReversed | Unknown
ReversalStatus = Reversed | NotReversed | NotFound | Unknown

_REFUSALS = {
    ErrorCondition.ABORTED: Refusal.ABORTED,
    ErrorCondition.BUSY: Refusal.BUSY,
    ErrorCondition.CANCEL: Refusal.CANCELLED,
    ErrorCondition.DEVICE_OUT: Refusal.UNAVAILABLE,
    ErrorCondition.INSERTED_CARD: Refusal.INSERTED_CARD,
    ErrorCondition.INVALID_CARD: Refusal.INVALID_CARD,
    ErrorCondition.LOGGED_OUT: Refusal.LOGGED_OUT,
    ErrorCondition.MESSAGE_FORMAT: Refusal.BAD_REQUEST,
    ErrorCondition.NOT_ALLOWED: Refusal.NOT_ALLOWED,
    ErrorCondition.NOT_FOUND: Refusal.NOT_FOUND,
    ErrorCondition.PAYMENT_RESTRICTION: Refusal.NOT_ALLOWED,
    ErrorCondition.REFUSAL: Refusal.REFUSED,
    ErrorCondition.UNAVAILABLE_DEVICE: Refusal.UNAVAILABLE,
    ErrorCondition.UNAVAILABLE_SERVICE: Refusal.UNAVAILABLE,
    ErrorCondition.UNREACHABLE_HOST: Refusal.BANK_UNREACHABLE,
    ErrorCondition.WRONG_PIN: Refusal.WRONG_PIN,
}
"""Every condition but InProgress, which says that nothing is decided."""


def charge_outcome(charge: Charge, body: PaymentResponse) -> ChargeOutcome:
    """What a payment's response says of the charge that it answers."""
    said = body.response
    if body.sale_transaction is not None and body.sale_transaction.transaction_id != charge.transaction_id:
        return Unknown(Doubt.OTHER_REFERENCE, f"{body.sale_transaction}", body.poi_transaction)
    if said.condition is ErrorCondition.IN_PROGRESS:
        return Unknown(Doubt.IN_PROGRESS, said.additional or "", body.poi_transaction)
    if said.result is Result.FAILURE:
        if body.authorised is not None and body.authorised.units:
            return Unknown(Doubt.GARBLED, "a failure that authorises a sum", body.poi_transaction)
        return NotCharged(_refusal(said), said.additional or "")
    if body.authorised is None or body.poi_transaction is None:
        return Unknown(Doubt.GARBLED, "a success without a sum or a transaction", body.poi_transaction)
    if said.result is Result.PARTIAL or body.authorised != Amount(CNY, major_units(charge.amount)):
        detail = f"{body.authorised.currency} {body.authorised.units}"
        return Unknown(Doubt.OTHER_AMOUNT, detail, body.poi_transaction)
    acquirer = body.acquirer_transaction
    reference = acquirer.transaction_id if acquirer else None
    return Charged(body.poi_transaction, charge.amount, body.card, reference)


def charge_status(charge: Charge, body: TransactionStatusResponse) -> ChargeStatus:
    """What a status response says of a charge."""
    match _repeated(charge, body):
        case PaymentResponse() as repeated:
            return charge_outcome(charge, repeated)
        case ReversalResponse():
            return Unknown(Doubt.OTHER_REFERENCE, "a reversal was repeated")
        case undecided:
            return undecided


def reversal_outcome(reversal: Reversal, body: ReversalResponse) -> ReversalOutcome:
    """What a reversal's response says of the reversal that it answers."""
    said = body.response
    if said.condition is ErrorCondition.IN_PROGRESS:
        return Unknown(Doubt.IN_PROGRESS, said.additional or "", body.poi_transaction)
    if said.result is Result.FAILURE:
        return NotReversed(_refusal(said), said.additional or "")
    asked: Decimal | None = None if reversal.amount is None else major_units(reversal.amount)
    # A pad may name the sum of a whole reversal, or leave out the one that it was asked for.
    if said.result is Result.PARTIAL or (asked is not None and body.amount not in (None, asked)):
        return Unknown(Doubt.OTHER_AMOUNT, f"{body.amount}", body.poi_transaction)
    return Reversed(body.poi_transaction)


def reversal_status(reversal: Reversal, body: TransactionStatusResponse) -> ReversalStatus:
    """What a status response says of a reversal."""
    match _repeated(reversal, body):
        case ReversalResponse() as repeated:
            return reversal_outcome(reversal, repeated)
        case PaymentResponse():
            return Unknown(Doubt.OTHER_REFERENCE, "a payment was repeated")
        case undecided:
            return undecided


def _repeated(
    asked: Charge | Reversal, body: TransactionStatusResponse
) -> PaymentResponse | ReversalResponse | NotFound | Unknown:
    said, repeated = body.response, body.repeated
    if said.result is not Result.SUCCESS:
        match said.condition:
            case ErrorCondition.NOT_FOUND:
                return NotFound()
            case ErrorCondition.IN_PROGRESS:
                return Unknown(Doubt.IN_PROGRESS, said.additional or "")
            case condition:
                return Unknown(Doubt.WITHHELD, condition.value if condition else said.additional or "")
    if repeated is None:
        return Unknown(Doubt.GARBLED, "a status without the repeated response")
    if repeated.reference != asked.reference:
        return Unknown(Doubt.OTHER_REFERENCE, f"{repeated.reference}")
    return repeated.body


def _refusal(said: Response) -> Refusal:
    return Refusal.OTHER if said.condition is None else _REFUSALS[said.condition]
