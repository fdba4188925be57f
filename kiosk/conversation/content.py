"""What a page may show: a small vocabulary of blocks.

Services compose blocks, the screen knows how to draw each; so a new service needs no change in `ui`.
Nothing here knows sizes, colours or positions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.conversation.signs import Icon, Tone

if TYPE_CHECKING:
    from drivers.printers.paper import Paper
    from kiosk.domain.text import Text


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
    own: bool = False
    """What is told of a person, though it names none: only in headphones."""


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
