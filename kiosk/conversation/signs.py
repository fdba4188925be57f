"""The signs that blocks and pages share: what something means, and which picture stands beside its words.

Apart from the blocks, which the first page needs none of.
"""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """What a block means for the reader; drawn with a colour *and* a symbol *and* words."""

    PLAIN = "plain"
    GOOD = "good"
    ATTENTION = "attention"
    PROBLEM = "problem"


class Icon(StrEnum):
    """The pictures that may stand beside words; never alone."""

    CARD = "card"
    TAKE_CARD = "take-card"
    LEDGER = "ledger"
    PAPER = "paper"
    PRINTER = "printer"
    OFFICE = "office"
    NETWORK = "network"
    QUESTION = "question"
    DONE = "done"
    WARNING = "warning"
    PROBLEM = "problem"
    WAIT = "wait"
    HOME = "home"
    WALLET = "wallet"
    PHONE = "phone"
    BANK_CARD = "bank-card"
    FAMILY = "family"
    RECEIPT = "receipt"
    SEAL = "seal"


class Picture(StrEnum):
    """What to do with a card, drawn: large, beside the words that say the same."""

    CARD_IN = "card-in"
    """A card into the slot, its chip ahead."""
    CARD_WRONG_WAY = "card-wrong-way"
    """Not with its back up: turn it."""
    OTHER_CARD = "other-card"
    """Take this card out, put the social-security card in."""
    OWN_SECOND_CARD = "own-second-card"
    """One's own card stays in, another goes into the other slot."""
    CARD_EXPIRED = "card-expired"
    """Its day is past: to the counter with it; likewise those that follow."""
    CARD_LOCKED = "card-locked"
    CARD_DAMAGED = "card-damaged"
    CARD_BLANK = "card-blank"
    """Nobody's yet."""
    CARD_NOT_GENUINE = "card-not-genuine"
    ID_CARD_EXPIRED = "id-card-expired"
    ID_CARD_TO_COUNTER = "id-card-to-counter"
    """Nothing is wrong with a card: the counter wants the ID card, and none is read here."""
    LAY_ID_CARD = "lay-id-card"
    """An ID card 身份证 onto its reading area."""
    LIFT_ID_CARD = "lift-id-card"
    """Lift it, lay it on again, and leave it there."""
