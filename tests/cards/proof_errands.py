"""What is done with cards at a terminal: each flow with a card that it fits, and what it truly comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from fixtures.pcsc import CardInHand
from proof_chip_decoders import (
    ANY_READING,
    BANKING,
    DATA,
    MASTER_KEYS,
    PIN_OUTCOMES,
    READING,
    authenticated,
    change,
    read_all,
    read_any,
    verify,
)
from proof_id_decoders import id_cards

from drivers.cards.any_card import read_card
from drivers.cards.bank import BankCardKind, read_bank_application
from drivers.cards.channel import CardChannel, CardMute
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.id_card import as_pcsc_card

_DEMO: Final = Path(__file__).resolve().parents[2] / "demo" / "cards"
_LONGEST_ATR: Final = 33
_ITS_OWN_TROUBLE: Final = frozenset({"swapped"})
"""Files of cards that go wrong by themselves: here the trouble comes from outside."""


@dataclass(frozen=True)
class Errand:
    """`card` makes the card anew; `job` ends in one of `typed`, or raises a documented `CardError`."""

    name: str
    card: Callable[[], VirtualCard]
    job: Callable[[CardChannel], object]
    typed: tuple[type, ...]

    @cached_property
    def starts(self) -> bool:
        """False for a card that is put in the wrong way round."""
        return len(self.card().atr) <= _LONGEST_ATR

    @cached_property
    def _in_hand(self) -> tuple[object, int]:
        if not self.starts:
            return None, 0
        channel = CardInHand(self.card())
        return self.job(channel), len(channel.commands)

    @property
    def truth(self) -> object:
        """What it comes to where nothing goes wrong."""
        return self._in_hand[0]

    @property
    def commands(self) -> int:
        """How many it takes then."""
        return self._in_hand[1]

    def is_true(self, outcome: object) -> bool:
        """Whether it is what the card says."""
        return outcome == self.truth if self.starts else isinstance(outcome, CardMute)

    def lies(self, outcome: object) -> list[str]:
        """What is said otherwise than it is. That something is not known is no lie."""
        if not isinstance(outcome, self.typed):
            return [f"it came to {type(outcome).__name__}"]
        return _lies(outcome, self.truth) if type(outcome) is type(self.truth) else []


def _lies(said: object, true: object, name: str = "") -> list[str]:
    if is_dataclass(said) and is_dataclass(true) and not isinstance(said, type):
        names = [one.name for one in fields(said)]
        return [lie for one in names for lie in _lies(getattr(said, one), getattr(true, one), one)]
    return [] if said == true or name in _DIAGNOSES or _is_unknown(name, said, true) else [f"{name} is a lie"]


_DIAGNOSES: Final = frozenset(
    {"step", "status_word", "status", "detail", "number_protected", "tries_left", "is_bank_card"}
)
"""What an outcome says of the way it came about, and not of the card."""
_USUAL_ALGORITHM: Final = 1


def _is_unknown(name: str, said: object, true: object) -> bool:
    """Left open, or as it stands for a card that does not tell."""
    if name == "authenticator_trouble":
        return isinstance(said, str)
    if name == "algorithm" and said == _USUAL_ALGORITHM:
        return True
    # A card that says it has no continuation of the name is believed.
    shortened = name == "name" and isinstance(said, str) and isinstance(true, str) and true.startswith(said)
    return said in (None, False, BankCardKind.OTHER) or shortened


def every_errand() -> list[Errand]:
    """Whatever the cards of the tests can do; and a terminal's usual reading of the cards of the demo."""
    return [
        *_chips(DATA, "all fields", read_all, READING),
        *_chips(_DEMO, "at the terminal", read_card, ANY_READING),
        *(_own(name, "authenticated", authenticated(name), READING) for name in MASTER_KEYS),
        _own("third_generation_sm4", "PIN verified", verify, PIN_OUTCOMES),
        _own("third_generation_sm4", "PIN changed", change, PIN_OUTCOMES),
        _own("third_generation_sm4", "bank application", read_bank_application, BANKING),
        _own("bank_only", "bank application", read_bank_application, BANKING),
        *_id_cards(),
    ]


def some_errands() -> list[Errand]:
    """A cross-section: what the terminal meets most, and the longest conversations."""
    chosen = ("second_generation, all", "gao-feng", "3des, authenticated", "PIN verified", "bank_only, bank")
    return [one for one in every_errand() if any(words in one.name for words in (*chosen, "CITIZEN"))]


def _chips(
    folder: Path, what: str, job: Callable[[CardChannel], object], typed: tuple[type, ...]
) -> Iterator[Errand]:
    for file in sorted(folder.glob("*.toml")):
        if not file.stem.startswith("id-") and file.stem not in _ITS_OWN_TROUBLE:
            yield Errand(f"{file.stem}, {what}", _loader(file), job, typed)


def _own(name: str, what: str, job: Callable[[CardChannel], object], typed: tuple[type, ...]) -> Errand:
    return Errand(f"{name}, {what}", _loader(DATA / f"{name}.toml"), job, typed)


def _loader(file: Path) -> Callable[[], VirtualCard]:
    return lambda: load_card(file)


def _id_cards() -> Iterator[Errand]:
    """Resident ID cards in a reader that has the module inside and speaks PC/SC."""
    for number, card in enumerate(id_cards()):
        yield Errand(
            f"ID card {card.name}, over PC/SC",
            lambda number=number: as_pcsc_card(id_cards()[number]),  # type: ignore[misc]
            read_any,
            ANY_READING,
        )
