"""From a card in the reader to what the kiosk makes of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

import structlog

from drivers.cards.any_card import CardOutcome, UnknownCard
from drivers.cards.apdu import StatusWord
from drivers.cards.channel import (
    CardInUse,
    CardMute,
    CardPulled,
    ExchangeFailed,
    ReaderBusy,
    ReaderLost,
)
from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdCardRead, IdUnreadable
from drivers.cards.resident_id import ResidentIdCard
from drivers.cards.social_security import (
    BlankCard,
    CardFault,
    CardRead,
    NotGenuine,
    SocialSecurityCard,
    Unreadable,
)
from kiosk.domain.assurance import Evidence
from kiosk.domain.person_codes import sex_of
from kiosk.records import CardIdentity

READ_LIMIT_S = 8.0
"""A gen-2 card gives all of it in well under a second; a slow one in three."""
_LOCKED: Final = frozenset(
    {
        StatusWord.FILE_DEACTIVATED,
        StatusWord.METHOD_BLOCKED,
        StatusWord.APPLICATION_LOCKED,
        StatusWord.PERMANENTLY_BLOCKED,
    }
)


_NotRead: TypeAlias = (
    BlankCard | CardFault | IdCardFault | IdCardMoved | IdUnreadable | NotGenuine | UnknownCard | Unreadable
)


class CardProblem(StrEnum):
    """Why a card tells nothing of its owner."""

    WRONG_WAY = "wrong_way"
    """反了: it does not start; wrong side up, dirty or no chip card."""
    UNKNOWN = "unknown"
    """不是社保卡"""
    BANK_CARD = "bank_card"
    """银行卡, without the social-security application"""
    BLANK = "blank"
    """空白卡: issued to nobody yet."""
    DAMAGED = "damaged"
    """Its answers cannot be read."""
    LOCKED = "locked"
    """锁定: it refuses, until the issuer unlocks it."""
    NOT_GENUINE = "not_genuine"
    """假卡: it cannot prove that it has its keys."""
    EXPIRED = "expired"
    """过期"""
    MOVED = "moved"
    """It left while it was being read."""
    ID_EXPIRED = "id_expired"
    """身份证过期"""
    ID_UNREADABLE = "id_unreadable"
    """The module cannot read this ID card."""
    BUSY = "busy"
    """Another program has it, or the reader does not answer."""


@dataclass(frozen=True, slots=True)
class CardUnusable:
    """What is wrong, and what the card answered for the technician (no data of the owner)."""

    problem: CardProblem
    detail: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where cards can be put."""

    slots: int
    """Into how many readers a card goes."""
    id_area: bool
    """感应区: whether there is a place where ID cards are laid."""

    def another(self, *, own_is_laid: bool) -> Places:
        """What is left beside the owner's card, which occupies a slot unless it was laid."""
        return Places(max(0, self.slots - (not own_is_laid)), self.id_area)


class CardReaders(Protocol):
    """The residents' readers, as far as reading a card goes."""

    def read(self, presence: int) -> Future[CardOutcome]:
        """Reads the card on its reader's own thread."""


class Cards:
    """Reads the card of a presence; called in a worker thread."""

    def __init__(self, readers: CardReaders, today: Callable[[], date]) -> None:
        self._readers = readers
        self._today = today

    def read(self, presence: int) -> CardIdentity | CardUnusable:
        """Who the card says its owner is."""
        try:
            outcome = self._readers.read(presence).result(READ_LIMIT_S)
        except CardMute as mute:
            return CardUnusable(CardProblem.WRONG_WAY, str(mute))
        except (CardInUse, ReaderBusy, ReaderLost) as used:
            return CardUnusable(CardProblem.BUSY, str(used))
        except CardPulled as pulled:
            return CardUnusable(CardProblem.MOVED, str(pulled))
        except ExchangeFailed as failed:
            return CardUnusable(CardProblem.DAMAGED, str(failed))
        except TimeoutError:
            return CardUnusable(CardProblem.BUSY, f"no answer within {READ_LIMIT_S:g} s")
        return self._judged(outcome)

    def _judged(self, outcome: CardOutcome) -> CardIdentity | CardUnusable:
        match outcome:
            case CardRead(card, trouble):
                if trouble is not None:
                    structlog.get_logger().error("cards are read without a key", why=trouble)
                if card.expires is not None and card.expires < self._today():
                    return CardUnusable(CardProblem.EXPIRED, "past its expiry")
                return identity_of(card)
            case IdCardRead(card=id_card):
                if not id_card.is_valid_on(self._today()):
                    return CardUnusable(CardProblem.ID_EXPIRED, "past its expiry, or not valid yet")
                return identity_of_id_card(id_card)
            case _:
                return _unusable(outcome)


def _unusable(outcome: _NotRead) -> CardUnusable:
    match outcome:
        case UnknownCard(is_bank_card=is_bank_card):
            problem = CardProblem.BANK_CARD if is_bank_card else CardProblem.UNKNOWN
            return CardUnusable(problem, "it does not know the application")
        case BlankCard():
            return CardUnusable(CardProblem.BLANK, "no card id is written")
        case NotGenuine():
            return CardUnusable(CardProblem.NOT_GENUINE, "internal authentication failed")
        case CardFault(step, status_word):
            problem = CardProblem.LOCKED if status_word in _LOCKED else CardProblem.DAMAGED
            return CardUnusable(problem, f"{step}: {status_word:04X} {outcome.meaning}")
        case Unreadable(step, detail):
            return CardUnusable(CardProblem.DAMAGED, f"{step}: {detail}")
        case IdCardMoved():
            return CardUnusable(CardProblem.MOVED, "lifted while it was being read")
        case IdCardFault(step, sw3):
            return CardUnusable(CardProblem.ID_UNREADABLE, f"{step}: {sw3:02X} {outcome.meaning}")
        case IdUnreadable(step, detail):
            return CardUnusable(CardProblem.ID_UNREADABLE, f"{step}: {detail}")


def identity_of(card: SocialSecurityCard) -> CardIdentity:
    """What was read without a key proves nothing: `card_read`."""
    evidence = Evidence.CARD_AUTHENTICATED if card.authenticated else Evidence.CARD_READ
    return CardIdentity(
        evidence,
        card.card_id.upper(),
        card.card_number,
        card.citizen_number,
        card.name,
    )


def identity_of_id_card(card: ResidentIdCard) -> CardIdentity:
    """The module has read it, and it only reads what the police issued: `sam_id`."""
    return CardIdentity(
        Evidence.SAM_ID,
        None,
        None,
        card.number,
        card.name or card.english_name,
        card.fingerprint,
        latin_name=card.english_name if card.name else None,
        sex_on_card=sex_of(card.sex),
    )
