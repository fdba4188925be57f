"""The hand that holds the payer's telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drivers.virtual.phone import PhoneControl, PhoneOrder, PhoneOrderState
from kiosk.clock import Clock
from ui.bench.hand import Hand

_MOST_ORDERS: Final = 50
"""The newest; of older ones the bench shows nothing."""


@dataclass(frozen=True, slots=True)
class Pay:
    """Scan this order's code and pay it."""

    order: str


@dataclass(frozen=True, slots=True)
class LoseNotifications:
    """通知丢了: the centre is not told of what is paid; or is told again."""

    lost: bool


PhoneAct = Pay | LoseNotifications


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """One look at the telephone. The gateway does not show lost notifications: that is what the hand did."""

    orders: tuple[PhoneOrder, ...]
    """Oldest first."""
    lost: bool
    now: datetime

    def waits(self, order: PhoneOrder) -> bool:
        """It can be paid now."""
        return order.state is PhoneOrderState.WAITING and self.now < order.expires

    @property
    def waiting(self) -> tuple[PhoneOrder, ...]:
        """The newest first."""
        return tuple(order for order in reversed(self.orders) if self.waits(order))


class PhoneHand(Hand[PhoneControl, PhoneAct]):
    """Sees a `PhoneSeen`."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        """`clock` is the one that the gateway reads."""
        super().__init__("phone", PhoneControl, (host, port))
        self._clock = clock
        self._lost = False

    def begin(self, control: PhoneControl) -> PhoneSeen:
        # Said again at every beginning: a gateway that was started again knows nothing of it.
        return self.do(control, LoseNotifications(self._lost))

    def look(self, control: PhoneControl) -> PhoneSeen:
        return PhoneSeen(control.orders()[-_MOST_ORDERS:], self._lost, self._clock.now())

    def do(self, control: PhoneControl, act: PhoneAct) -> PhoneSeen:
        match act:
            case Pay(order):
                control.pay(order)
            case LoseNotifications(lost):
                control.lose_notifications(lost=lost)
                self._lost = lost
        return self.look(control)
