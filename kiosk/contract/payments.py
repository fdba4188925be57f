"""`POST /v1/payment-orders`, `GET …/{id}`, `POST …/{id}/close`: payment by QR code, at the centre."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.contract.bills import BillReference
from kiosk.contract.transactions import IdempotencyKey
from kiosk.contract.wire import Fen, Instant, RequestModel, ShortText, WireModel
from kiosk.domain.payment_orders import OrderState, PaymentOrder
from kiosk.domain.postings import Applied
from kiosk.domain.tenders import QrChannel

OrderId = Annotated[str, Field(pattern=r"^[0-9A-Z]{6,32}$")]


class OrderRequest(RequestModel):
    """The same key asks for the same order, however often it is sent."""

    key: IdempotencyKey
    """The premium is posted under it, once; the terminal never enqueues it."""
    bill: BillReference
    channel: QrChannel


class PostedWire(WireModel):
    number: ShortText
    at: Instant


class OrderAnswer(WireModel):
    id: OrderId
    bill: BillReference
    amount_fen: Fen
    state: OrderState
    expires: Instant
    code_url: Annotated[str | None, Field(max_length=512)] = None
    """What the QR code says. None: the gateway has not given one; ask again with the same key, or close."""
    posted: PostedWire | None = None
    """With `paid`."""

    @classmethod
    def of(cls, order: PaymentOrder) -> OrderAnswer:
        posted = order.posted
        return cls(
            id=order.id,
            bill=order.bill,
            amount_fen=order.amount,
            state=order.state,
            expires=order.expires,
            code_url=order.code_url,
            posted=None if posted is None else PostedWire(number=posted.number, at=posted.at),
        )

    def to_domain(self) -> PaymentOrder:
        posted = None if self.posted is None else Applied(self.posted.number, self.posted.at)
        return PaymentOrder(
            self.id, self.bill, self.amount_fen, self.state, self.expires, self.code_url, posted
        )
