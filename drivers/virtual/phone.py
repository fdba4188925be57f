"""A payer's telephone at the virtual payment gateway: a client of the gateway's control port.

Nothing is shared with the gateway's program but the wire (`docs/facts/payments.md` §6).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drivers.virtual.control_port import BadAnswer, ControlClient

_ALL = 1000
"""As often as the gateway lets one fault strike."""


class PhoneOrderState(StrEnum):
    """交易状态, as far as the virtual gateway comes."""

    WAITING = "NOTPAY"
    PAID = "SUCCESS"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class PhoneOrder:
    """An order as the telephone shows it. After `expires` it can no longer be paid, whatever its state."""

    order: str
    description: str
    total_fen: int
    state: PhoneOrderState
    expires: datetime

    @classmethod
    def read(cls, told: object) -> "PhoneOrder":
        """An order from a gateway's answer. Raises BadAnswer."""
        match told:
            case {
                "order": str() as order,
                "description": str() as description,
                "total_fen": int() as total_fen,
                "state": str() as state,
                "expires": str() as expires,
            } if not isinstance(total_fen, bool):
                try:
                    until = datetime.fromisoformat(expires)
                    return cls(order, description, total_fen, PhoneOrderState(state), _aware(until))
                except ValueError as error:
                    raise BadAnswer(json.dumps(told)) from error
            case _:
                raise BadAnswer(json.dumps(told))


class PhoneControl(ControlClient):
    """One connection to a gateway's control port. All methods raise as `ask` does."""

    def orders(self) -> tuple[PhoneOrder, ...]:
        """All of the gateway's orders, oldest first."""
        match self.ask("trades"):
            case {"ok": list() as told}:
                return tuple(map(PhoneOrder.read, told))
            case other:
                raise _bad(other)

    def pay(self, order: str) -> PhoneOrder:
        """Scan an order's code and pay it."""
        return PhoneOrder.read(self.ask("pay", order=order).get("ok"))

    def lose_notifications(self, *, lost: bool) -> None:
        """Have the gateway tell nobody what was paid, or tell it again. Clears its other faults."""
        self.ask("clear")
        if lost:
            self.ask("arm", fault={"kind": "no-notification", "times": _ALL})


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant without a zone")
    return moment


def _bad(answer: Mapping[str, object]) -> BadAnswer:
    return BadAnswer(json.dumps(answer))
