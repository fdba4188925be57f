"""Resident ID cards × faults: the ID reader's loop on virtual modules, each on a pseudo terminal of its own.

    PYTHONPATH=.:tests python tests/cards/id_fault_table.py [--some] [--variant NAME]

works off the table and writes what came of each case as JSON, as `fault_table.py` does.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

from fixtures.pcsc import Watch, wait_until
from proof_id_decoders import id_cards
from proof_id_troubles import SLOW_S, IdCase, every_case, truth_of
from proof_loops import ID_LOOPS, OURS
from proof_troubles import outcome_of
from proof_work import Came, watched, work_off

from drivers.cards.id_outcomes import IdOutcome
from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import CardInserted, CardRemoved, ReaderAppeared, ReaderEvent
from drivers.cards.sam_module import SamLimits
from drivers.cards.sam_serial import SerialLine
from drivers.virtual.id_card import VirtualIdCard
from drivers.virtual.sam_v_pty import VirtualIdModule

_MODULES: Final = 12
_LIMITS: Final = SamLimits(usual_s=1.0, read_s=2.0, look_s=0.1)
"""Much longer than the module takes, also on a busy machine."""
_LIMIT_S: Final = 8.0
_NOT_FOUND_S: Final = 4.0
"""By then a card is found that can be: a silence has passed, and the module has been woken again."""
_EVERY: Final = 13


class _Place:
    """One module, its loop, and whoever lays cards on it. A card is read as soon as it is told."""

    def __init__(self, link: Path, loop_kind: type[IdReaderLoop]) -> None:
        self.module = VirtualIdModule(link)
        self.watch = Watch()
        self.loop = loop_kind(lambda: SerialLine(link), self._hear, link.name, itertools.count(1), _LIMITS)
        self._readings: dict[int, Future[IdOutcome]] = {}
        self.loop.start()
        self.watch.wait_for(ReaderAppeared)

    def _hear(self, event: ReaderEvent) -> None:
        if isinstance(event, CardInserted):
            self._readings[event.presence] = self.loop.read(event.presence)
        self.watch(event)

    def work(self, case: IdCase) -> Came:
        """The card with its trouble, and then the next; nothing lies there afterwards."""
        other = id_cards()[-1]
        try:
            outcome = self._visit(case.troubled, lambda: self._swap(case, other))
            findings = case.judged(outcome, other)
            self._lift()
            after = self._visit(case.card, lambda: None)
            findings += [] if after == truth_of(case.card) else [f"the next card came to {after!r}"]
            self._lift()
        except (TimeoutError, AssertionError) as hangs:
            outcome, findings = None, [repr(hangs)]
        kind = "not told" if outcome is None else type(outcome).__name__
        return Came(case.name, case.errand, case.trouble.column, kind, findings)

    def _swap(self, case: IdCase, other: VirtualIdCard) -> None:
        if case.trouble.swaps:
            self._wait(lambda: self.module.mechanism.state().commands >= case.at, _NOT_FOUND_S)
            time.sleep(SLOW_S / 3)
            self.module.mechanism.lay(other)

    def _visit(self, card: VirtualIdCard, meanwhile: Callable[[], None]) -> object:
        """What a card comes to; None where it is never told."""
        seen = len(self.watch.events)
        self.module.mechanism.lay(card)
        meanwhile()
        if not self._wait(lambda: self._inserted(seen) is not None, _NOT_FOUND_S):
            return None
        inserted = self._inserted(seen)
        assert inserted is not None
        return outcome_of(self._readings[inserted.presence], _LIMIT_S)  # type: ignore[arg-type]

    def _inserted(self, seen: int) -> CardInserted | None:
        return next((event for event in self.watch.events[seen:] if isinstance(event, CardInserted)), None)

    @staticmethod
    def _wait(happened: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not happened() and time.monotonic() < deadline:
            time.sleep(0.01)
        return happened()

    def _lift(self) -> None:
        self.module.mechanism.lift()
        wait_until(self._is_empty)

    def _is_empty(self) -> bool:
        """Every card that was told has been told as gone."""
        stays = [event for event in self.watch.events if isinstance(event, CardInserted | CardRemoved)]
        return not stays or isinstance(stays[-1], CardRemoved)

    def close(self) -> None:
        self.loop.stop()
        self.module.close()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--some", action="store_true", help="a cross-section")
    parser.add_argument(
        "--variant", default=OURS, choices=ID_LOOPS, help="the reader's loop, or one that is wrong"
    )
    asked = parser.parse_args(arguments)
    loop_kind = ID_LOOPS[asked.variant]
    work = every_case()[:: _EVERY if asked.some else 1]
    with tempfile.TemporaryDirectory() as directory, watched() as report, ExitStack() as ending:
        places = [_Place(Path(directory) / f"module-{number}", loop_kind) for number in range(_MODULES)]
        for place in places:
            ending.callback(place.close)
        work_off(work, [place.work for place in places], report)
    print(json.dumps(asdict(report), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
