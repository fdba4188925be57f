"""What happens in card readers, whatever kind they are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType, TypeAlias

Presence = NewType("Presence", int)
"""One stay of one card in one reader. Never used again: a late result of a card that has gone can be told."""


@dataclass(frozen=True, slots=True)
class ServiceUp:
    """The PC/SC service answers."""


@dataclass(frozen=True, slots=True)
class ServiceDown:
    """The PC/SC service does not answer. `reason` says why and what a technician can do."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReaderAppeared:
    reader: str


@dataclass(frozen=True, slots=True)
class ReaderGone:
    reader: str


@dataclass(frozen=True, slots=True)
class CardInserted:
    """A card is in the reader. `atr` is empty for one that does not start; work on it ends in `CardMute`."""

    presence: Presence
    reader: str
    atr: bytes
    already_in: bool = False
    """It was in before the loop first saw the reader."""


@dataclass(frozen=True, slots=True)
class CardRemoved:
    presence: Presence
    reader: str
    with_reader: bool = False
    """The reader or the service went: the card may still be in."""


ReaderEvent: TypeAlias = ServiceUp | ServiceDown | ReaderAppeared | ReaderGone | CardInserted | CardRemoved
