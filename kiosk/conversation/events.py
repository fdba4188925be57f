"""What can happen in a session.

What a person does at the screen is `touches`. The types of what events carry are loaded for the type checker
only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.conversation.touches import (
    BackWanted,
    Entered,
    ExitWanted,
    GiveUpWanted,
    HelpWanted,
    ScanRead,
    SlowWanted,
    StillHere,
    Touched,
    WithoutCardWanted,
)

if TYPE_CHECKING:
    from kiosk.conversation.desk import Desk
    from kiosk.conversation.engine import Outcome
    from kiosk.conversation.steps import Service, Wake
    from kiosk.domain.sales import PayProgress


@dataclass(frozen=True, slots=True)
class Desks:
    """The services that a session itself opens."""

    visit: Service
    """From the card to the first page."""
    without_card: Service
    """没有带卡: what can be done for anybody."""
    help: Service
    broken: Service
    """办不成: where to go when a service cannot go on."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Devices, vault and services are there."""

    desks: Desks


@dataclass(frozen=True, slots=True)
class Broken:
    """The terminal cannot serve; `why` is for the technician, in the log and small on the page."""

    why: str


@dataclass(frozen=True, slots=True)
class CardIn:
    """放入卡"""

    presence: int
    desk: Desk
    """What is fixed from now on, while this session lasts."""
    already_in: bool = False
    """It was in before this front began to look."""
    laid: bool = False
    """放上: an ID card or a contactless one, which is lifted as soon as it is read."""


@dataclass(frozen=True, slots=True)
class WithoutCard:
    """Somebody wants what can be done without a card."""

    desk: Desk
    """What is fixed from now on, while this session lasts."""


@dataclass(frozen=True, slots=True)
class CardOut:
    """取走卡"""

    presence: int
    seen: bool = True
    """The reader saw it go; False where the reader itself has gone, and the card may still be in."""


@dataclass(frozen=True, slots=True)
class PayMoved:
    """A payment is further on."""

    serial: int
    progress: PayProgress


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What a look, a print or a payment came to."""

    serial: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Woken:
    wake: Wake


class Tick:
    """Time passed."""


Event = (
    Ready
    | Broken
    | CardIn
    | WithoutCard
    | CardOut
    | Touched
    | Entered
    | ScanRead
    | BackWanted
    | ExitWanted
    | HelpWanted
    | StillHere
    | SlowWanted
    | GiveUpWanted
    | PayMoved
    | WorkDone
    | Woken
    | Tick
)
"""What a session knows."""
AnyEvent = Event | WithoutCardWanted
"""What a runner may be told."""
