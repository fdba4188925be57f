"""`GET /v1/me/payments`: what was paid for the session's resident and his dependants."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from kiosk.contract.bills import BillReference
from kiosk.contract.payments import OrderId, PostedWire
from kiosk.contract.transactions import BankCardWire, ReceiptNumber
from kiosk.contract.wire import Fen, Instant, ShortText, WireModel
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.past_payments import PastPayment
from kiosk.domain.postings import Applied
from kiosk.domain.tenders import BankCard, QrChannel, QrPayment, Tender

MAX_PAYMENTS = 100
"""The newest of them that the centre tells."""


class BankCardPaidWire(BankCardWire):
    """A bank card as the entry named it."""

    model_config = ConfigDict(extra="ignore")


class QrPaidWire(WireModel):
    type: Literal["qr"] = "qr"
    channel: QrChannel
    order: OrderId

    def to_domain(self) -> QrPayment:
        return QrPayment(self.channel, self.order)


def _tender_wire(tender: Tender) -> BankCardPaidWire | QrPaidWire:
    match tender:
        case BankCard(masked_pan, acquirer_reference, poi):
            return BankCardPaidWire(masked_pan=masked_pan, acquirer_reference=acquirer_reference, poi=poi)
        case QrPayment(channel, order):
            return QrPaidWire(channel=channel, order=order)


class PastPaymentWire(WireModel):
    bill: BillReference
    kind: Kind
    year: int
    amount_fen: Fen
    payee: Annotated[ShortText, Field(repr=False)]
    """Masked."""
    whom: ForWhom
    paid_at: Instant
    posted: PostedWire
    receipt: ReceiptNumber | None = None
    """None for a payment by QR code."""
    tender: Annotated[BankCardPaidWire | QrPaidWire, Field(discriminator="type")]
    terminal: ShortText

    @classmethod
    def of(cls, payment: PastPayment) -> PastPaymentWire:
        return cls(
            bill=payment.bill,
            kind=payment.kind,
            year=payment.year,
            amount_fen=payment.amount,
            payee=payment.payee,
            whom=payment.whom,
            paid_at=payment.paid_at,
            posted=PostedWire(number=payment.posted.number, at=payment.posted.at),
            receipt=payment.receipt,
            tender=_tender_wire(payment.tender),
            terminal=payment.terminal,
        )

    def to_domain(self) -> PastPayment:
        return PastPayment(
            bill=self.bill,
            kind=self.kind,
            year=self.year,
            amount=self.amount_fen,
            payee=self.payee,
            whom=self.whom,
            paid_at=self.paid_at,
            posted=Applied(self.posted.number, self.posted.at),
            receipt=self.receipt,
            tender=self.tender.to_domain(),
            terminal=self.terminal,
        )


class PaymentsAnswer(WireModel):
    """缴费记录: posted payments through this centre, newest first; never what was booked otherwise."""

    as_of: Instant
    payments: tuple[PastPaymentWire, ...]
    """`MAX_PAYMENTS` at most."""
