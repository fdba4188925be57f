"""The fuzzing itself, a process of its own: it limits its memory, and a decoder's time.

    PYTHONPATH=.:tests python tests/cards/proof_fuzz.py --first 0 --last 1000 [--control NAME]

tries the cases of these numbers and writes what came of them as JSON. A case depends on nothing but seed and
number (and on the questions of an authentication, which nobody may foretell): one that was found is tried
again by its number alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from random import Random
from types import FrameType
from typing import Final

from fixtures.pcsc import CardInHand
from proof_all_decoders import all_decoders
from proof_controls import WRONG_READERS, Reader, wrong_decoders
from proof_decoders import Decoder
from proof_harmless import HarmlessDetours
from proof_true_cards import true_card

from drivers.cards.social_security import ALL, CardRead, read_social_security_card

SEED: Final = 20261126
LONGEST_S: Final = 1.0
"""Seconds of computing that one answer may cost."""
_ROOM: Final = 256 << 20
"""Bytes that the decoders may need beside what the process has at its start."""
_TOLD: Final = 20
"""Findings told in full; the rest is counted."""
_TRUE_CARD_EVERY: Final = 20
"""Besides the mutated ones, so many cases apart, a true card is read and its truth compared."""


class _Hangs(BaseException):
    """Not an `Exception`: no decoder catches it."""


@dataclass
class Report:
    """What a stretch of cases came to. `true_cards` are counted apart from `cases`."""

    seed: int
    cases: int = 0
    true_cards: int = 0
    failures: int = 0
    findings: list[str] = field(default_factory=list)
    by_decoder: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def note(self, name: str, number: int, findings: Sequence[str]) -> None:
        if not findings:
            return
        self.failures += 1
        if len(self.findings) < _TOLD:
            self.findings += [f"{name}, case {number} of seed {self.seed}: {one}" for one in findings]


def fuzz(
    decoders: Sequence[Decoder], numbers: range, seed: int = SEED, *, until_found: bool = False
) -> Report:
    """One mutated response for each number, the decoders taking turns."""
    report, rng, began = Report(seed), Random(0), time.monotonic()  # noqa: S311  a repeatable order
    for number in numbers:
        decoder = decoders[number % len(decoders)]
        rng.seed(seed << 40 | number)
        report.cases += 1
        report.by_decoder[decoder.name] = report.by_decoder.get(decoder.name, 0) + 1
        report.note(decoder.name, number, _tried(partial(decoder.mutated_case, rng), decoder.own))
        if until_found and report.failures:
            break
    report.seconds = round(time.monotonic() - began, 1)
    return report


def read_true_cards(reader: Reader, numbers: range, report: Report) -> None:
    """Cards that break no rule, over connections that make every detour allowed: read, and compared."""
    rng = Random(0)  # noqa: S311  a repeatable order
    for number in numbers:
        rng.seed(report.seed << 40 | number)
        report.true_cards += 1
        report.note("true cards", number, _tried(lambda: _lies(reader, rng), ()))


def _lies(reader: Reader, rng: Random) -> list[str]:
    one = true_card(rng)
    card = CardInHand(one.card)
    outcome = reader(HarmlessDetours(card, rng) if rng.random() < 0.5 else card, ALL)
    return one.lies(outcome.card if isinstance(outcome, CardRead) else outcome)


def _tried(case: Callable[[], list[str]], own: tuple[type[Exception], ...]) -> list[str]:
    try:
        with _limited():
            return case()
    except own:
        return []
    except _Hangs:
        return [f"it computed for {LONGEST_S} s"]
    except Exception as error:  # noqa: BLE001  this is what the fuzzing looks for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return [f"{type(error).__name__} at {where.name}, line {where.lineno}"]


@contextmanager
def _limited() -> Iterator[None]:
    # Computing time: on a busy machine the clock on the wall would find hangs where there are none.
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def _hangs(_signal: int, _frame: FrameType | None) -> None:
    raise _Hangs


def _limit_memory() -> None:
    """An answer that makes a decoder claim more becomes a MemoryError, and so a finding."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  one line of the kernel's
        pages = int(statm.read().split()[0])
    limit = pages * resource.getpagesize() + _ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--last", type=int, required=True, help="the number behind the last case")
    parser.add_argument("--control", help="instead: a decoder that is wrong in this way")
    asked = parser.parse_args(arguments)
    numbers = range(asked.first, asked.last)
    signal.signal(signal.SIGPROF, _hangs)
    wrong = wrong_decoders()
    decoders = all_decoders()
    _limit_memory()
    if asked.control in WRONG_READERS:
        report = Report(asked.seed)
        read_true_cards(WRONG_READERS[asked.control], numbers, report)
    elif asked.control:
        report = fuzz([wrong[asked.control]], numbers, asked.seed, until_found=True)
    else:
        report = fuzz(decoders, numbers, asked.seed)
        read_true_cards(read_social_security_card, numbers[::_TRUE_CARD_EVERY], report)
    print(json.dumps(asdict(report), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
