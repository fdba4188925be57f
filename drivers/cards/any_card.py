"""Reads whatever card lies in a PC/SC reader: social-security card, ID card behind a module, or another."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, TypeAlias

from drivers.cards.authentication import GuardedAuthenticator
from drivers.cards.bank import is_bank_card
from drivers.cards.channel import CardChannel
from drivers.cards.id_outcomes import IdOutcome, IdStep, IdUnreadable
from drivers.cards.sam_pcsc import is_id_card, read_id_card
from drivers.cards.social_security import (
    ESSENTIAL,
    BlankCard,
    CardFault,
    CardRead,
    Field,
    NotASocialSecurityCard,
    NotGenuine,
    Unreadable,
    read_social_security_card,
)

_CONTACTLESS: Final = b"\x80\x01"
"""TD1 and TD2 a reader writes into the answer to reset of a card on its antenna (PC/SC part 3, 3.1.3.2.3)."""


@dataclass(frozen=True, slots=True)
class UnknownCard:
    """Neither a social-security card nor an ID card."""

    atr: bytes
    is_bank_card: bool


CardOutcome: TypeAlias = CardRead | BlankCard | NotGenuine | CardFault | Unreadable | UnknownCard | IdOutcome


def read_card(
    channel: CardChannel,
    wanted: AbstractSet[Field] = ESSENTIAL,
    authenticator: GuardedAuthenticator | None = None,
    *,
    id_module: bool = False,
) -> CardOutcome:
    """Find out what kind of card it is and read it.

    `id_module` says that this reader has the ID card's module inside. Only there is an ID card looked for: in
    any other reader a programmable card can answer as the module does, and pass for whomever it likes
    (`docs/facts/cards.md` §7). Whatever a card answers ends in an outcome. Raises only `CardPulled`,
    `CardMute` and `CardInUse`.
    """
    if not id_module or not is_id_card(channel.atr):
        return _read_chip(channel, wanted, authenticator)
    laid = read_id_card(channel)
    if not _may_be_a_chip(laid) or is_contactless(channel.atr):
        return laid
    # The two bytes that tell an ID card are, on a chip card, any part of its serial number.
    chip = _read_chip(channel, wanted, authenticator)
    return chip if isinstance(chip, CardRead | BlankCard) else laid


def _may_be_a_chip(laid: IdOutcome) -> bool:
    """Whether the module did not give what it read."""
    return isinstance(laid, IdUnreadable) and laid.step is IdStep.READ


def _read_chip(
    channel: CardChannel, wanted: AbstractSet[Field], authenticator: GuardedAuthenticator | None
) -> CardRead | BlankCard | NotGenuine | CardFault | Unreadable | UnknownCard:
    read = read_social_security_card(channel, wanted, authenticator)
    if not isinstance(read, NotASocialSecurityCard):
        return read
    return UnknownCard(read.atr, is_bank_card(channel))


def is_contactless(atr: bytes) -> bool:
    """Whether the card lies on an antenna: no contact chip announces T=1 like this and nothing else."""
    if len(atr) < 4 or atr[0] != 0x3B or atr[1] >> 4 != 0x8 or atr[2:4] != _CONTACTLESS:
        return False
    return len(atr) == 4 + (atr[1] & 0x0F) + 1
