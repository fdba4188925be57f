"""Working off a table of cases at many places at once, and what is watched meanwhile."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

C = TypeVar("C")

_THREADS_END_S: Final = 3.0


@dataclass(frozen=True)
class Came:
    """What came of a case: a cell of the table, and what is wrong."""

    name: str
    errand: str
    column: str
    outcome: str
    findings: list[str]


@dataclass
class Report:
    came: list[Came] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    """Still there when everything had been ended."""
    seconds: float = 0.0


@contextmanager
def watched() -> Iterator[Report]:
    """A report of what is done within: no traceback goes unseen, and every thread has to end."""
    report, before, began = Report(), set(threading.enumerate()), time.monotonic()

    def note(told: threading.ExceptHookArgs) -> None:
        report.tracebacks.append(f"{told.thread}: {told.exc_value!r}")

    threading.excepthook = note
    yield report
    deadline = time.monotonic() + _THREADS_END_S
    while (left := set(threading.enumerate()) - before) and time.monotonic() < deadline:
        time.sleep(0.02)
    report.threads = [thread.name for thread in left]
    report.seconds = round(time.monotonic() - began, 1)


def work_off(cases: Iterable[C], places: Sequence[Callable[[C], Came]], report: Report) -> None:
    """Every case at whichever place is free."""
    waiting: queue.SimpleQueue[C] = queue.SimpleQueue()
    for case in cases:
        waiting.put(case)

    def work(place: Callable[[C], Came]) -> None:
        while True:
            try:
                case = waiting.get_nowait()
            except queue.Empty:
                return
            report.came.append(place(case))

    workers = [threading.Thread(target=work, args=(place,)) for place in places]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
