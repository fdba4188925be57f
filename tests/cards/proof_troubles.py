"""What can go wrong with a card at the n-th command of a flow, and what then may be told of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Final

from proof_errands import Errand

from drivers.cards.channel import CardError, CardPulled
from drivers.virtual.cards import Answer, Pull, Reply, Silence, VirtualCard

SLOW_S: Final = 0.3
_STATUS_WORDS: Final = (
    *("6110", "6283", "6300", "63C2", "6400", "6581", "6600", "6700", "6881"),
    *("6982", "6983", "6985", "6A81", "6A82", "6A83", "6B00", "6C05", "6D00", "6E00", "6F00", "9303"),
)
"""Every class from 61 to 6F, and those within a class that mean something of their own."""


@dataclass(frozen=True)
class Trouble:
    """`befall` makes of the true reply what comes instead; `column` groups troubles in the table."""

    name: str
    column: str
    befall: Callable[[Reply], Reply]
    leaves: bool = False
    """The card is gone: that has to be told, and nothing else."""
    passes: bool = False
    """Only time goes by: the outcome is the true one."""
    needs_hand: bool = False
    """Nothing happens until somebody takes the card out."""
    swaps: bool = False


def every_trouble() -> tuple[Trouble, ...]:
    return (
        Trouble("pulled", "pulled", lambda _true: Pull(), leaves=True),
        Trouble("swapped", "swapped", lambda _true: Pull(), leaves=True, swaps=True),
        Trouble("silent", "silent", lambda _true: Silence(), leaves=True, needs_hand=True),
        Trouble("slow", "slow", _slow, passes=True),
        Trouble("garbage", "garbage", lambda _true: Answer(bytes.fromhex("A7D10E94 5B F2 07 C3 18"))),
        Trouble("half a status word", "wrong length", lambda _true: Answer(b"\x90")),
        Trouble("a byte short", "wrong length", _changed(lambda data: data[:-3] + data[-2:])),
        Trouble("a byte too long", "wrong length", _changed(lambda data: data[:-2] + b"\x20" + data[-2:])),
        Trouble("says too many bytes", "wrong length", _changed(_says_too_many)),
        *(
            Trouble(f"answers {word}", "6xxx, 9303", lambda _true, word=word: Answer(bytes.fromhex(word)))  # type: ignore[misc]
            for word in _STATUS_WORDS
        ),
    )


def does_not_start() -> Trouble:
    """Befalls a mute card before any command."""
    return Trouble("mute", "mute", lambda true: true, passes=True)


def _changed(change: Callable[[bytes], bytes]) -> Callable[[Reply], Reply]:
    return lambda true: Answer(change(true.data)) if isinstance(true, Answer) else true


def _slow(true: Reply) -> Reply:
    return Answer(true.data, SLOW_S) if isinstance(true, Answer) else true


def _says_too_many(data: bytes) -> bytes:
    """Where the second byte is a length: what else comes is a cryptogram or an ID card's text."""
    has_length = len(data) > 3 and data[1] == len(data) - 4
    return data[:1] + bytes([data[1] + 1]) + data[2:] if has_length else data


class TroubledCard:
    """A card like any other to its slot, until the n-th command of its stay."""

    def __init__(self, card: VirtualCard, at: int, befall: Callable[[Reply], Reply]) -> None:
        self.atr = card.atr
        self._card = card
        self._at = at
        self._befall = befall
        self._commands = 0

    def insert(self) -> None:
        self._commands = 0
        self._card.insert()

    def reset(self) -> None:
        self._card.reset()

    def answer(self, apdu: bytes) -> Reply:
        self._commands += 1
        true = self._card.answer(apdu)
        return self._befall(true) if self._commands == self._at else true


def outcome_of(reading: Future[object], limit_s: float) -> object:
    """What came of it, or the exception it ended with. Raises `NotYet` where it has not ended in time."""
    try:
        return reading.result(limit_s)
    except NotYet:
        if not reading.done():
            raise
        return reading.exception()
    except Exception as error:  # noqa: BLE001  the judge looks at it
        return error


def judged(errand: Errand, trouble: Trouble, outcome: object) -> list[str]:
    """What is wrong with it."""
    if trouble.leaves:
        return [] if isinstance(outcome, CardPulled) else [f"the card is gone, and it came to {outcome!r}"]
    if trouble.passes:
        return [] if errand.is_true(outcome) else [f"nothing was wrong, and it came to {outcome!r}"]
    if isinstance(outcome, CardError):
        # The card is still in: only that it could not be read may be told.
        return ["a card that is in was told as gone"] if isinstance(outcome, CardPulled) else []
    return errand.lies(outcome)
