"""The tray as its TOML file describes it: which cards lie there, whose they are, and their stories."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from drivers.cards.application import APPLICATION_ID
from drivers.cards.records import Garbled
from drivers.cards.resident_id import Layout, resident_id_card
from drivers.cards.sam_v import Content
from drivers.description import DescriptionError, Table, described
from drivers.virtual.card_file import CardFileError, load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.id_card import VirtualIdCard
from drivers.virtual.id_card_file import KIND, load_id_card

MOST_CARDS: Final = 60
_LONGEST_ATR: Final = 33
"""ISO/IEC 7816-3: a card that says more than this does not start in any reader."""


class CardLook(Enum):
    """What a card is to the eye; it follows from what the card is to a reader."""

    RESIDENT = "resident"
    BLANK = "blank"
    """A social-security card that nobody's records have been written to."""
    FOREIGN = "foreign"
    """A chip card of somebody else's."""
    WRONG_WAY = "wrong-way"
    """Its back is up: the chip touches nothing."""
    ID_CARD = "id-card"
    """居民身份证"""
    RESIDENCE_PERMIT = "residence-permit"
    """港澳台居民居住证"""
    FOREIGN_ID_CARD = "foreign-id-card"
    """外国人永久居留身份证"""

    @property
    def is_laid(self) -> bool:
        """It has no contacts: it is laid on the ID module's area, and goes into no slot."""
        return self in (CardLook.ID_CARD, CardLook.RESIDENCE_PERMIT, CardLook.FOREIGN_ID_CARD)


_OF_LAYOUT: Final[Mapping[Layout, CardLook]] = {
    Layout.CITIZEN: CardLook.ID_CARD,
    Layout.RESIDENCE_PERMIT: CardLook.RESIDENCE_PERMIT,
    Layout.FOREIGN_2017: CardLook.FOREIGN_ID_CARD,
    Layout.FOREIGN_2023: CardLook.FOREIGN_ID_CARD,
}


@dataclass(frozen=True, slots=True)
class TrayCard:
    """One card. `place` is where it lies, counted from 0; `card` goes into a slot as often as one likes,
    and is None where `file` describes an ID card."""

    place: int
    file: Path
    holder: str
    story: str
    look: CardLook
    card: VirtualCard | None = field(repr=False, compare=False)
    heading: str = ""
    """Of the cards from this one on; empty: they go on as before."""


class TrayError(DescriptionError):
    """The file describes no tray."""

    thing = "the tray"


class _Entry(Table):
    file: Annotated[str, StringConstraints(min_length=1)]
    """Beside the tray's own file."""
    holder: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    story: Annotated[str, StringConstraints(max_length=40)]
    heading: Annotated[str, StringConstraints(max_length=30)] = ""
    """Above it, where cards of another kind begin."""


class _TrayFile(Table):
    card: Annotated[list[_Entry], Field(min_length=1, max_length=MOST_CARDS)]


def load_tray(path: Path) -> tuple[TrayCard, ...]:
    """The cards in the order of the file. Raises `TrayError`, or `OSError` where it cannot be read."""
    entries = described(path, _TrayFile, {"card": _Entry}, TrayError).card
    cards, problems = [], []
    for place, entry in enumerate(entries):
        try:
            cards.append(_card(path.parent, place, entry))
        except (CardFileError, OSError) as error:
            problems.append(f"card.{place + 1}.file: {error}")
    if problems:
        raise TrayError(path, tuple(problems))
    return tuple(cards)


def _card(folder: Path, place: int, entry: _Entry) -> TrayCard:
    file = folder / entry.file
    if _is_id_card(file):
        look = _look_of_id_card(load_id_card(file))
        return TrayCard(place, file, entry.holder, entry.story, look, None, entry.heading)
    card = load_card(file)
    return TrayCard(place, file, entry.holder, entry.story, _look(card), card, entry.heading)


def _is_id_card(file: Path) -> bool:
    """Only whose business the file is: what is wrong in it, its loader says."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")).get("kind") == KIND
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False


def _look_of_id_card(card: VirtualIdCard) -> CardLook:
    try:
        return _OF_LAYOUT[resident_id_card(Content(card.text, b"")).layout]
    except Garbled:
        # Spoilt on purpose.
        return CardLook.ID_CARD


def _look(card: VirtualCard) -> CardLook:
    if len(card.atr) > _LONGEST_ATR:
        return CardLook.WRONG_WAY
    ours = [application for application in card.applications if application.name == APPLICATION_ID]
    if not ours:
        return CardLook.FOREIGN
    if not any(file.records for application in ours for file in application.files):
        return CardLook.BLANK
    return CardLook.RESIDENT
