"""The tray as its TOML file describes it: which cards lie there, whose they are, and their stories."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from drivers.virtual.card_file import CardFileError, load_card
from drivers.virtual.cards import VirtualCard

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


@dataclass(frozen=True, slots=True)
class TrayCard:
    """One card. `place` is where it lies, counted from 0; `card` goes into a slot as often as one likes."""

    place: int
    file: Path
    holder: str
    story: str
    look: CardLook
    card: VirtualCard = field(repr=False, compare=False)


class TrayError(ValueError):
    """The file describes no tray. Each problem names the key and what is wrong with it."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = problems


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Entry(_Table):
    file: Annotated[str, StringConstraints(min_length=1)]
    """Beside the tray's own file."""
    holder: Annotated[str, StringConstraints(min_length=1, max_length=8)]
    story: Annotated[str, StringConstraints(max_length=40)]


class _TrayFile(_Table):
    card: Annotated[list[_Entry], Field(min_length=1, max_length=MOST_CARDS)]


def load_tray(path: Path) -> tuple[TrayCard, ...]:
    """The cards in the order of the file. Raises `TrayError`, or `OSError` where it cannot be read."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrayError(path, (f"not TOML: {error}",)) from None
    try:
        entries = _TrayFile.model_validate(content).card
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False)
        raise TrayError(
            path, tuple(_problem(each["loc"], each["type"], each["msg"]) for each in details)
        ) from None
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
    card = load_card(file)
    return TrayCard(place, file, entry.holder, entry.story, _look(card), card)


def _look(card: VirtualCard) -> CardLook:
    if len(card.atr) > _LONGEST_ATR:
        return CardLook.WRONG_WAY
    if not card.applications:
        return CardLook.FOREIGN
    if not any(file.records for application in card.applications for file in application.files):
        return CardLook.BLANK
    return CardLook.RESIDENT


def _problem(location: tuple[int | str, ...], kind: str, message: str) -> str:
    """`card.3.story: …`; cards are counted from 1, as a person does."""
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    if kind != "extra_forbidden":
        return f"{key}: {message}"
    table = _Entry if len(location) > 1 else _TrayFile
    return f"{key}: no such key; allowed are {', '.join(table.model_fields)}"
