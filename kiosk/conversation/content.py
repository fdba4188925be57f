"""What a page may show: a small vocabulary of blocks.

Services compose blocks, the screen knows how to draw each; so a new service needs no change in `ui`.
Nothing here knows sizes, colours or positions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.printers.paper import Paper
    from kiosk.domain.text import Text


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


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to touch; touching it answers the step with `key`."""

    key: str
    label: Text
    hint: Text | None = None
    icon: Icon | None = None
    primary: bool = False
    unavailable: Text | None = None
    """Why it cannot be touched now: shown grey, with the reason."""


@dataclass(frozen=True, slots=True)
class Notice:
    """提示条: the thing to know or do, in one strip."""

    tone: Tone
    sentence: Text
    lines: tuple[Text, ...] = ()
    offer: Offer | None = None
    """The button that mends it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it is; numbers people compare are set in columns."""

    label: Text
    value: Text
    number: bool = False
    """Right-aligned, with tabular figures."""
    tone: Tone = Tone.PLAIN
    held: Text | None = field(default=None, repr=False)
    """按住看: to be seen instead of the value, but only while its button is held."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of facts under a heading."""

    facts: tuple[Fact, ...]
    heading: Text | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One insurance, one case, one thing with its state."""

    title: Text
    state: Text
    symbol: str
    tone: Tone
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Tiles:
    """Services in residents' words; at most six to a page."""

    tiles: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Plain paragraphs; numbered where they are steps to follow."""

    paragraphs: tuple[Text, ...]
    heading: Text | None = None
    numbered: bool = False
    icon: Icon | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """One month of one row: a symbol, its word for those who hear it, and what a touch answers."""

    symbol: str
    word: Text
    tone: Tone
    key: str | None = None


@dataclass(frozen=True, slots=True)
class GridRow:
    label: Text
    cells: tuple[GridCell, ...]
    brackets: tuple[tuple[int, int], ...] = ()
    """Columns, first and last included, held together as one finding."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The contribution grid 缴费明细表: kinds by months."""

    columns: tuple[Text, ...]
    rows: tuple[GridRow, ...]
    legend: tuple[GridCell, ...]
    years: tuple[Offer, ...] = ()
    year: str | None = None
    """The key of the year shown."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer on the page before the deed, and how to change it."""

    label: Text
    value: Text
    change: Offer | None = None
    """更改; None for what follows from something else."""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """核对: what was answered, with 更改 beside each."""

    answers: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper as it will come out of the printer."""

    paper: Paper


@dataclass(frozen=True, slots=True)
class ForPhone:
    """扫码看: what a telephone is to read off the screen."""

    payload: str = field(repr=False)
    """What the QR code holds."""
    says: Text
    """What it is, for who does not see it."""


Block = Notice | Facts | Cards | Tiles | Words | Grid | Answers | Sheet | ForPhone
