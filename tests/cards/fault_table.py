"""Cards × faults on the real PC/SC service: one reader loop, 14 slots, a card in each, all at work at once.

    PYTHONPATH=.:tests python tests/cards/fault_table.py [--some] [--share 0 --of 4] [--variant NAME]

works off the table and writes what came of each case as JSON. A process of its own: libpcsclite knows one
service in a process, and here it has more readers than the tests' usual one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Final, cast

from fixtures.pcsc import Watch, wait_until
from proof_errands import Errand, every_errand, some_errands
from proof_loops import LOOPS, OURS
from proof_troubles import Trouble, TroubledCard, does_not_start, every_trouble, judged, outcome_of
from proof_work import Came, Report, watched, work_off

from drivers.cards.channel import CardPulled
from drivers.cards.reader_events import CardInserted, CardRemoved, ReaderAppeared, ReaderEvent
from drivers.cards.readers import ReaderLoop
from drivers.virtual.cards import Reply, VirtualCard
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot

_SERVICE_READERS: Final = 7
"""Of two slots each: pcsc-lite watches 15 names."""
_LIMIT_S: Final = 8.0
"""Within which each step of a case ends; one that does not hangs."""
_PATIENCE_S: Final = 0.5
"""After which somebody takes a silent card out."""
_MOST_STAYS: Final = 2
_EVERY: Final = 17
"""A cross-section takes one case in so many, and so each of the troubles in turn."""


@dataclass(frozen=True)
class Case:
    errand: Errand
    trouble: Trouble
    at: int

    @property
    def name(self) -> str:
        return f"{self.errand.name}: {self.trouble.name} at command {self.at}"


def cases(errands: Sequence[Errand]) -> Iterator[Case]:
    """Every trouble at every command of every errand; a card that does not start gets none."""
    for errand in errands:
        if not errand.starts:
            yield Case(errand, does_not_start(), 1)
        for at, trouble in itertools.product(range(1, errand.commands + 1), every_trouble()):
            yield Case(errand, trouble, at)


class _Place:
    """One slot, its reader's events, and whoever puts cards in."""

    def __init__(self, loop: ReaderLoop, slot: VirtualSlot, watch: Watch) -> None:
        self._loop = loop
        self._slot = slot
        self._watch = watch

    def work(self, case: Case) -> Came:
        """The card with its trouble, and then the next; the slot is empty afterwards."""
        try:
            seen = len(self._watch.events)
            self._slot.insert(self._troubled(case))
            inserted = self._watch.wait_for(CardInserted, after=seen)
            outcome = self._outcome(case, inserted)
            if not case.trouble.swaps:
                self._slot.insert(case.errand.card())
            findings = judged(case.errand, case.trouble, outcome)
            findings += self._next_card_reads(case.errand, inserted, seen)
            return _came(case, type(outcome).__name__, findings)
        except (NotYet, AssertionError) as hangs:
            return _came(case, "none", [repr(hangs)])
        finally:
            self._slot.remove()
            wait_until(lambda: not self._watch.events or isinstance(self._watch.events[-1], CardRemoved))

    def _troubled(self, case: Case) -> VirtualCard:
        def befall(true: Reply) -> Reply:
            if case.trouble.swaps:
                self._slot.insert(case.errand.card())
            return case.trouble.befall(true)

        return cast("VirtualCard", TroubledCard(case.errand.card(), case.at, befall))

    def _outcome(self, case: Case, inserted: CardInserted) -> object:
        reading: Future[object] = self._loop.submit(inserted.presence, case.errand.job)
        if case.trouble.needs_hand:
            try:
                return outcome_of(reading, _PATIENCE_S)
            except NotYet:
                self._slot.remove()
        return outcome_of(reading, _LIMIT_S)

    def _next_card_reads(self, errand: Errand, before: CardInserted, seen: int) -> list[str]:
        removed = self._watch.wait_for(CardRemoved, after=seen)
        if removed.presence != before.presence:
            return ["another card's removal was told"]
        outcome: object = None
        for _ in range(_MOST_STAYS):
            inserted = self._watch.wait_for(CardInserted, after=self._watch.events.index(removed))
            outcome = outcome_of(self._loop.submit(inserted.presence, errand.job), _LIMIT_S)
            if not isinstance(outcome, CardPulled):
                break
            # On a busy machine vpcd can take a new card for the old one, and then for another. That is the
            # reader's word: the loop has to tell it, and the card has to be read at its next stay.
            removed = self._watch.wait_for(CardRemoved, after=self._watch.events.index(inserted))
        return [] if errand.is_true(outcome) else [f"the next card came to {outcome!r}"]


def _came(case: Case, outcome: str, findings: list[str]) -> Came:
    return Came(case.name, case.errand.name, case.trouble.column, outcome, findings)


class _Readers:
    """Hands each reader's events to its own watch."""

    def __init__(self) -> None:
        self.watches: dict[str, Watch] = {}

    def hear(self, event: ReaderEvent) -> None:
        match event:
            case ReaderAppeared(reader):
                self.watches[reader] = Watch()
            case CardInserted() | CardRemoved():
                self.watches[event.reader](event)
            case _:
                pass


def work_off_table(work: Sequence[Case], loop_kind: type[ReaderLoop], ports: Sequence[int]) -> Report:
    """What came of the cases, worked off in the slots on these ports."""
    with watched() as report, ExitStack() as slots:
        readers = _Readers()
        loop = loop_kind(readers.hear)
        loop.start()
        wait_until(lambda: len(readers.watches) == len(ports))
        pairs = zip(ports, sorted(readers.watches.items()), strict=True)
        places = [_Place(loop, slots.enter_context(VirtualSlot(port)), watch) for port, (_, watch) in pairs]
        work_off(work, [place.work for place in places], report)
        loop.stop()
    return report


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--some", action="store_true", help="a cross-section")
    parser.add_argument(
        "--share", type=int, default=0, help="of so many that are worked on beside it, from 0"
    )
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument(
        "--variant", default=OURS, choices=LOOPS, help="the reader loop, or one that is wrong"
    )
    asked = parser.parse_args(arguments)
    work = list(cases(some_errands()))[::_EVERY] if asked.some else list(cases(every_errand()))
    with PrivatePcscd(_SERVICE_READERS) as service:
        os.environ.update(service.environment)
        report = work_off_table(work[asked.share :: asked.of], LOOPS[asked.variant], service.ports)
    print(json.dumps(asdict(report), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
