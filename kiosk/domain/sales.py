"""Taking premiums: what one charge is for, how it goes on, what is known of it (docs/facts/payments.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain.bills import Bill, ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money, total
from kiosk.domain.postings import Applied, Posting
from kiosk.domain.tenders import Tender


class TenderKind(StrEnum):
    """付款方式: how a resident can pay here."""

    BANK_CARD = "bank_card"
    """银行卡, at the pin pad"""
    WECHATPAY = "wechatpay"
    """微信支付, by a code on the screen"""


@dataclass(frozen=True, slots=True)
class Premium:
    """保费: one bill as it is paid. The payee's name does not show in a `repr`."""

    bill: str
    """The centre's opaque reference."""
    kind: Kind
    year: int
    amount: Money
    payee: str = field(repr=False)
    """参保人, masked: 陈*禾"""
    whom: ForWhom

    @classmethod
    def of(cls, bill: Bill) -> Premium:
        return cls(bill.reference, bill.kind, bill.year, bill.amount, bill.payee, bill.whom)


@dataclass(frozen=True, slots=True)
class Sale:
    """收款: what one charge is for. A family pays in one, all or none; the premiums are posted singly."""

    premiums: tuple[Premium, ...]
    payer: str = field(repr=False)
    """缴费人, masked"""
    tender: TenderKind
    payer_handle: str = field(default="", repr=False)
    """The centre's opaque reference of the payer, by which his own later sessions find the payment."""

    def __post_init__(self) -> None:
        if not self.premiums:
            raise ValueError("a sale of nothing")

    @property
    def amount(self) -> Money:
        return total(tuple(premium.amount for premium in self.premiums))


@dataclass(frozen=True, slots=True)
class Receipt:
    """缴费回单: one premium that was paid. `posting` None: 待入账, the centre has not said yet."""

    number: str
    """凭证号: the terminal's id and its gapless counter; of a payment by QR code the order's 支付单号."""
    premium: Premium
    payer: str | None = field(repr=False)
    """缴费人, masked; None where it is printed again from the centre's record, which does not say."""
    tender: Tender
    paid_at: datetime
    terminal: str
    """The id of the terminal where it was paid."""
    posting: Posting | None

    @property
    def applied(self) -> Applied | None:
        """入账, where it was."""
        return self.posting if isinstance(self.posting, Applied) else None


class WhyNotPaid(StrEnum):
    """Why no money moved."""

    GIVEN_UP = "given-up"
    """The resident wanted it no more, here or with the pad's red key."""
    TIMED_OUT = "timed-out"
    """No card came, or nobody scanned, within the time."""
    REFUSED = "refused"
    """The bank said no."""
    WRONG_PIN = "wrong-pin"
    CARD_UNUSABLE = "card-unusable"
    """Not this card, not for this; or a card was left in the pad."""
    PAD_AWAY = "pad-away"
    """The pin pad was not reached, is out of order or at something else."""
    BANK_AWAY = "bank-away"
    """The pad does not reach its bank."""
    CENTRE_AWAY = "centre-away"
    """No order came about: the centre or its gateway did not answer."""
    NO_GATEWAY = "no-gateway"
    """The centre takes no payments through this channel."""
    NOT_DUE = "not-due"
    """Paid already, or out of its window: the centre, or what is kept here, knows better."""
    BUSY = "busy"
    """Another payment of the bill is not yet known to have been made or not."""
    TOO_MUCH_WAITS = "too-much-waits"
    """The caps on what may wait here for the centre are reached."""
    NOT_KEPT = "not-kept"
    """The vault could not write down that it is about to be asked."""


@dataclass(frozen=True, slots=True)
class Paid:
    """已缴: one receipt for each premium."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class NotPaid:
    """没有扣款"""

    why: WhyNotPaid
    detail: str = ""
    """For a technician."""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """还不清楚: it may have been charged or not; the bills stay blocked until it is known."""

    number: str
    """支付编号: by which staff can ask."""
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class RefundDue:
    """待退款: money came in that could not be posted."""

    number: str
    """支付单号"""
    asked_at: datetime


Payment = Paid | NotPaid | NotKnown | RefundDue


class PayStage(StrEnum):
    """How far a payment is, as the page shows it."""

    PREPARING = "preparing"
    """Nothing to do yet."""
    AT_PAD = "at-pad"
    """请在密码键盘上刷卡"""
    SCAN = "scan"
    """请用手机扫码"""
    CONFIRMING = "confirming"
    """Card or phone did their part, or the time is over; what became of it is being asked."""


@dataclass(frozen=True, slots=True)
class PayProgress:
    """`code`: what the QR code says, while it is to be scanned."""

    stage: PayStage
    code: str = ""

    @property
    def can_give_up(self) -> bool:
        return self.stage in (PayStage.AT_PAD, PayStage.SCAN)


PREPARING = PayProgress(PayStage.PREPARING)
