"""The nexo retailer protocol's messages as values: the part that charging a card needs.

Names are the protocol's; shapes in `docs/facts/pin-pads.md` §3.
"""

import enum
from dataclasses import dataclass
from decimal import Decimal

from drivers.pin_pads.references import Reference, TransactionIdentification, major_units

CNY = "CNY"


class MessageCategory(enum.Enum):
    """What a message is about."""

    ABORT = "Abort"
    DIAGNOSIS = "Diagnosis"
    PAYMENT = "Payment"
    REVERSAL = "Reversal"
    TRANSACTION_STATUS = "TransactionStatus"


class Result(enum.Enum):
    """How the pad carried a request out."""

    SUCCESS = "Success"
    FAILURE = "Failure"
    PARTIAL = "Partial"


class ErrorCondition(enum.Enum):
    """Why a request failed."""

    ABORTED = "Aborted"
    BUSY = "Busy"
    CANCEL = "Cancel"
    DEVICE_OUT = "DeviceOut"
    IN_PROGRESS = "InProgress"
    INSERTED_CARD = "InsertedCard"
    INVALID_CARD = "InvalidCard"
    LOGGED_OUT = "LoggedOut"
    MESSAGE_FORMAT = "MessageFormat"
    NOT_ALLOWED = "NotAllowed"
    NOT_FOUND = "NotFound"
    PAYMENT_RESTRICTION = "PaymentRestriction"
    REFUSAL = "Refusal"
    UNAVAILABLE_DEVICE = "UnavailableDevice"
    UNAVAILABLE_SERVICE = "UnavailableService"
    UNREACHABLE_HOST = "UnreachableHost"
    WRONG_PIN = "WrongPIN"


class ReversalReason(enum.Enum):
    """Why a charge is taken back."""

    CUSTOMER = "CustCancel"
    MALFUNCTION = "Malfunction"
    MERCHANT = "MerchantCancel"
    UNABLE_TO_COMPLETE = "Unable2Compl"


class GlobalStatus(enum.Enum):
    """How the pad is."""

    OK = "OK"
    BUSY = "Busy"
    MAINTENANCE = "Maintenance"
    UNREACHABLE = "Unreachable"


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in major units of a currency, exactly."""

    currency: str
    units: Decimal

    @classmethod
    def cny(cls, minor: int) -> "Amount":
        """A sum of fen (分)."""
        return cls(CNY, major_units(minor))

    @property
    def minor(self) -> int | None:
        """Hundredths; None where it holds a part of one."""
        hundredths = self.units * 100
        return int(hundredths) if hundredths == hundredths.to_integral_value() else None


@dataclass(frozen=True, slots=True)
class Response:
    """The outcome that every response carries.

    `condition` is None at a success, and at a failure whose condition is absent or not of the protocol.
    """

    result: Result
    condition: ErrorCondition | None = None
    additional: str | None = None
    """For a technician, never for a screen."""


@dataclass(frozen=True, slots=True)
class MessageReference:
    """An earlier message that another is about."""

    category: MessageCategory
    reference: Reference


@dataclass(frozen=True, slots=True)
class Card:
    """What a pad says about a card. `masked_pan` shows at most six first and four last digits."""

    masked_pan: str | None = None
    brand: str | None = None
    entry_modes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Charge a card."""

    sale_transaction: TransactionIdentification
    amount: Amount


@dataclass(frozen=True, slots=True)
class PaymentResponse:
    """How a payment ended."""

    response: Response
    sale_transaction: TransactionIdentification | None = None
    """As it was asked."""
    poi_transaction: TransactionIdentification | None = None
    authorised: Amount | None = None
    card: Card = Card()
    acquirer_transaction: TransactionIdentification | None = None


@dataclass(frozen=True, slots=True)
class ReversalRequest:
    """Take a charge back; all of it where `amount` (major units) is None."""

    original: TransactionIdentification
    reason: ReversalReason
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReversalResponse:
    """How a reversal ended. `amount` (major units) is None where all was taken back."""

    response: Response
    poi_transaction: TransactionIdentification | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AbortRequest:
    """Stop an earlier request where that is still possible. No response of its own: the request's says it."""

    about: MessageReference
    reason: str


@dataclass(frozen=True, slots=True)
class TransactionStatusRequest:
    """How did an earlier payment or reversal end?"""

    about: MessageReference


@dataclass(frozen=True, slots=True)
class RepeatedResponse:
    """The response to an earlier message, once more."""

    reference: Reference
    body: PaymentResponse | ReversalResponse


@dataclass(frozen=True, slots=True)
class TransactionStatusResponse:
    """A success carries the repeated response; it is the success of the question, not of the payment."""

    response: Response
    repeated: RepeatedResponse | None = None


@dataclass(frozen=True, slots=True)
class DiagnosisRequest:
    """How are you, and (`hosts`) do your acquirers answer?"""

    hosts: bool


@dataclass(frozen=True, slots=True)
class HostStatus:
    """An acquirer, and whether the pad reaches it; None where it does not say."""

    acquirer_id: str | None
    reachable: bool | None


@dataclass(frozen=True, slots=True)
class DiagnosisResponse:
    """The state of the pad; None where it did not say."""

    response: Response
    status: GlobalStatus | None = None
    hosts: tuple[HostStatus, ...] = ()


Request = PaymentRequest | ReversalRequest | AbortRequest | TransactionStatusRequest | DiagnosisRequest
Reply = PaymentResponse | ReversalResponse | TransactionStatusResponse | DiagnosisResponse


@dataclass(frozen=True, slots=True)
class Message:
    """A request or the response to it; a response carries the reference of its request."""

    reference: Reference
    poi_id: str
    body: Request | Reply


@dataclass(frozen=True, slots=True)
class Aside:
    """A message that charging a card needs not know: an event, something to display, another service."""

    category: str
