"""From a card in the reader to what the kiosk makes of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from drivers.cards.channel import CardChannel, CardInUse, CardMute, ExchangeFailed, ReaderBusy
from drivers.cards.reader_events import Presence
from drivers.cards.social_security import (
    BlankCard,
    CardFault,
    CardRead,
    NotASocialSecurityCard,
    Outcome,
    SocialSecurityCard,
    Unreadable,
    read_social_security_card,
)
from kiosk.domain.assurance import Evidence
from kiosk.records import CardIdentity

READ_LIMIT_S = 8.0
"""A gen-2 card gives all of it in well under a second; a slow one in three."""


class CardProblem(StrEnum):
    """Why a card tells nothing of its owner."""

    WRONG_WAY = "wrong_way"
    """反了: it does not start; wrong side up, dirty or no chip card."""
    NOT_SOCIAL_SECURITY = "not_social_security"
    """不是社保卡"""
    BLANK = "blank"
    """空白卡: issued to nobody yet."""
    DAMAGED = "damaged"
    """Its answers cannot be read."""
    REFUSES = "refuses"
    """It refuses: locked or blocked."""
    EXPIRED = "expired"
    """过期"""
    BUSY = "busy"
    """Another program has it, or the reader does not answer."""


@dataclass(frozen=True, slots=True)
class CardUnusable:
    """What is wrong, and what the card answered for the technician (no data of the owner)."""

    problem: CardProblem
    detail: str


class CardReaders(Protocol):
    """The reader loop, as far as reading a card goes."""

    def submit(self, presence: Presence, job: Callable[[CardChannel], Outcome]) -> Future[Outcome]:
        """Does the job on the reader's own thread."""


class Cards:
    """Reads the card of a presence; called in a worker thread."""

    def __init__(self, readers: CardReaders, today: Callable[[], date]) -> None:
        self._readers = readers
        self._today = today

    def read(self, presence: int) -> CardIdentity | CardUnusable:
        """Who the card says its owner is. Raises `CardPulled` where it left meanwhile."""
        reading = self._readers.submit(Presence(presence), read_social_security_card)
        try:
            outcome = reading.result(READ_LIMIT_S)
        except CardMute as mute:
            return CardUnusable(CardProblem.WRONG_WAY, str(mute))
        except (CardInUse, ReaderBusy) as used:
            return CardUnusable(CardProblem.BUSY, str(used))
        except ExchangeFailed as failed:
            return CardUnusable(CardProblem.DAMAGED, str(failed))
        except TimeoutError:
            return CardUnusable(CardProblem.BUSY, f"no answer within {READ_LIMIT_S:g} s")
        return self._judged(outcome)

    def _judged(self, outcome: Outcome) -> CardIdentity | CardUnusable:
        match outcome:
            case CardRead(card) if card.expires is not None and card.expires < self._today():
                return CardUnusable(CardProblem.EXPIRED, "past its expiry")
            case CardRead(card):
                return identity_of(card)
            case NotASocialSecurityCard():
                return CardUnusable(CardProblem.NOT_SOCIAL_SECURITY, "it does not know the application")
            case BlankCard():
                return CardUnusable(CardProblem.BLANK, "no card id is written")
            case CardFault(step, status_word):
                return CardUnusable(CardProblem.REFUSES, f"{step}: {status_word:04X}")
            case Unreadable(step, detail):
                return CardUnusable(CardProblem.DAMAGED, f"{step}: {detail}")


def identity_of(card: SocialSecurityCard) -> CardIdentity:
    """Read without authentication, the data proves nothing: `card_read`."""
    # Some issuers wrote the check character x small.
    number = card.citizen_number.upper() if card.citizen_number is not None else None
    return CardIdentity(Evidence.CARD_READ, card.card_id.upper(), card.card_number, number, card.name)
