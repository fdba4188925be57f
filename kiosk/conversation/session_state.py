"""What a session is: its state between two events, and what it asks to be started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.conversation.engine import Conversation
from kiosk.conversation.events import CardIn, Desks
from kiosk.conversation.phase import Phase
from kiosk.conversation.steps import Look, Pay, Print, Wake
from kiosk.domain.sales import PayProgress


@dataclass(frozen=True, slots=True)
class Pace:
    """The times of a session in seconds (docs/facts/people-and-screen.md); 慢一点 triples them."""

    idle_s: float = 60.0
    warning_s: float = 30.0
    take_card_s: float = 30.0
    """How long 请取走卡 is shown before the next front takes over the asking."""
    slow_factor: float = 3.0


@dataclass(frozen=True, slots=True)
class StartLook:
    serial: int
    step: Look[Any]


@dataclass(frozen=True, slots=True)
class StartPrint:
    serial: int
    step: Print


@dataclass(frozen=True, slots=True)
class StartPay:
    serial: int
    step: Pay


@dataclass(frozen=True, slots=True)
class GiveUpPay:
    """The payment that is being asked is to be given up, where that is still possible."""


Effect = StartLook | StartPrint | StartPay | GiveUpPay


@dataclass(frozen=True, slots=True)
class Session:
    """The state. `at` is when something last happened, on the monotonic clock, in seconds."""

    pace: Pace = Pace()
    desks: Desks | None = None
    phase: Phase = Phase.STARTING
    at: float = 0.0
    slow: bool = False
    presence: int | None = None
    """The owner's card that is in, or lies there."""
    laid: bool = False
    """The owner's card is one that is lifted at once: its going ends nothing."""
    left_behind: bool = False
    """The front before this one ended with its card still in."""
    others_in: frozenset[int] = frozenset()
    """Cards that are in and not the session's: payees', or those that the front before left behind."""
    laid_in: frozenset[int] = frozenset()
    """Of all cards that are in, those that are lifted and not drawn out."""
    next_card: CardIn | None = None
    """A new resident's card, put in before the one that was left behind is out, or while somebody without a
    card waits for a paper."""
    out_of_sight: bool = False
    """A card went with its reader and may come back with it: the next front must be told too."""
    anew: bool = False
    """The page shown, or that under the help, says nothing of anybody: a card begins a visit of its own."""
    without_card: bool = False
    """It is nobody's: a card that is put in begins a visit of its own, on whatever page."""
    somebody_came: bool = False
    """Another card was laid while the owner's is lifted and something goes on: whoever is there is asked at
    the next page."""
    card_forgotten: bool = False
    """This session is over and a card is still in: the next front must be told."""
    conversation: Conversation | None = None
    woken: frozenset[Wake] = frozenset()
    """What happened while no step asked for it, for the next that does."""
    unattended: bool = False
    """What goes on now began with a wake: its results are no sign that somebody is here."""
    paying: PayProgress | None = None
    """How far the payment is that is being asked."""
    card_gone: bool = False
    """The owner took his card while money was in hand: perhaps to use it at the pin pad. The session lives on
    until the service that took the money has ended, and shows nothing else."""
    why_broken: str = ""

    def seconds(self, base: float) -> float:
        return base * self.pace.slow_factor if self.slow else base

    def warning_left_s(self, now: float) -> float:
        """What the idle warning has left."""
        return max(0.0, self.at + self.seconds(self.pace.warning_s) - now)
