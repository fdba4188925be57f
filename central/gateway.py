"""The port to a payment gateway 支付渠道: what the centre asks, and what it may learn.

Whatever is not signed by the gateway is not an answer: silence, an error of its own and a wrong signature all
leave one where one was (docs/facts/payments.md §3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from kiosk.domain.money import Money


class GatewayUnsure(Exception):
    """Nothing is known of what the gateway did. The message holds no secret."""


class GatewayRefused(Exception):
    """The gateway signed that it did not do it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotFromGateway(Exception):
    """A notification whose signature, age or content is wrong."""


class TradeState(Enum):
    """How a trade stands, by the gateway's signed word."""

    PAID = auto()
    UNPAID = auto()
    """The code may still be paid."""
    CLOSED = auto()
    """It can be paid no longer, and was not."""
    ABSENT = auto()
    """The gateway knows no such order, yet."""


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade as the gateway tells it."""

    order: str
    state: TradeState
    amount: Money | None = None
    """What was taken; with PAID."""
    number: str | None = None
    """交易单号: the gateway's own; with PAID."""


@dataclass(frozen=True, slots=True)
class OrderAsked:
    """An order as the gateway is to know it."""

    id: str
    description: str
    """What the payer's telephone shows."""
    amount: Money
    expires: datetime
    notify_url: str


class Gateway(Protocol):
    """One gateway. Every call has a time limit and raises `GatewayUnsure`."""

    def place(self, asked: OrderAsked) -> str:
        """What the QR code has to say. Asked again for the same order, the same. Raises `GatewayRefused`."""

    def query(self, order: str) -> Trade: ...

    def close(self, order: str) -> None:
        """Asks to close; only `query` tells that it is closed. Raises `GatewayRefused`."""

    def notified(self, headers: Mapping[str, str], body: bytes) -> Trade:
        """What a notification says. Raises `NotFromGateway`."""
