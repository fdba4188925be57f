"""The runner: work on threads, each with a limit; results that come late are dropped."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from synthetic import DESK, HELP

from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport
from drivers.printers.paper import Code, Paper
from drivers.printers.paper import Text as Line
from kiosk.conversation.desk import LOOK_LIMIT_S, Desk
from kiosk.conversation.events import (
    CardIn,
    CardOut,
    Desks,
    Event,
    Ready,
    Tick,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import Pace
from kiosk.conversation.steps import LookTimedOut, TooManyLooks
from kiosk.conversation.touches import ExitWanted, Touched
from kiosk.conversation.view import Status, View
from kiosk.domain.text import say
from kiosk.runner import MAX_LOOKS, Runner
from kiosk.services.broken import Broken

Talk = Callable[[Desk], Any]


class Told:
    """A service that is one function."""

    id = "told"
    name = say("试")

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def converse(self, desk: Desk, _presence: int) -> Any:
        return self._talk(desk)


class Front:
    """A runner whose events wait in a queue, and a clock that the test moves."""

    def __init__(self, talk: Talk) -> None:
        self.now = 0.0
        self.views: list[View] = []
        self.overs: list[bool] = []
        self.happened: queue.Queue[Event] = queue.Queue()
        self.runner = Runner(
            pace=Pace(),
            status=Status("村"),
            card_forgotten=False,
            monotonic=lambda: self.now,
            post=self.happened.put,
            show=self.views.append,
            over=self.overs.append,
        )
        self.runner.handle(Ready(Desks(Told(talk), HELP, HELP, Broken())))

    @property
    def key(self) -> str:
        return str(getattr(self.views[-1].due, "key", ""))

    def insert(self) -> None:
        self.runner.handle(CardIn(1, DESK))

    def touch(self, key: str) -> None:
        self.runner.handle(Touched(self.views[-1].serial, key))

    def next(self) -> None:
        """Handles what a thread posts."""
        self.runner.handle(self.happened.get(timeout=5))

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.runner.handle(Tick())


def test_a_look_runs_on_a_thread_of_its_own_and_its_answer_comes_back() -> None:
    async def talk(desk: Desk) -> None:
        where = await desk.look(say("查"), threading.get_ident)
        await desk.inform(f"elsewhere:{where != threading.get_ident()}", say("页"))

    front = Front(talk)
    front.insert()
    front.next()
    assert front.key == "elsewhere:True"


def test_a_look_that_does_not_end_is_given_up_and_its_late_answer_dropped() -> None:
    released = threading.Event()

    async def talk(desk: Desk) -> None:
        try:
            await desk.look(say("查"), released.wait, 10)
        except LookTimedOut:
            await desk.inform("given-up", say("页"))

    front = Front(talk)
    front.insert()
    front.pass_time(LOOK_LIMIT_S - 0.1)
    assert front.key == "look:Event.wait"
    front.pass_time(0.2)
    assert front.key == "given-up"
    released.set()
    front.next()
    assert front.key == "given-up"


def test_a_look_that_was_done_in_time_leaves_no_limit_behind() -> None:
    """Else the limit would pass later and count as a sign of a person."""

    async def talk(desk: Desk) -> None:
        await desk.look(say("查"), time.monotonic)
        await desk.inform("page", say("页"))

    front = Front(talk)
    front.insert()
    front.next()
    for _ in range(61):
        front.pass_time(1)
    assert front.runner.phase is Phase.IDLE_WARNING


def test_looks_that_never_end_fill_their_places_and_no_more() -> None:
    released = threading.Event()

    def waits(_attempt: int) -> bool:
        return released.wait(10)

    async def talk(desk: Desk) -> None:
        for attempt in range(MAX_LOOKS + 1):
            try:
                await desk.look(say("查"), waits, attempt)
            except TooManyLooks:
                await desk.inform("too-many", say("页"))
            except LookTimedOut:
                continue

    front = Front(talk)
    front.insert()
    for _ in range(MAX_LOOKS):
        front.pass_time(LOOK_LIMIT_S + 1)
    front.next()
    released.set()
    assert front.key == "too-many"


def test_a_failed_look_is_an_exception_in_the_service() -> None:
    async def talk(desk: Desk) -> None:
        try:
            await desk.look(say("查"), int, "no number")
        except ValueError:
            await desk.inform("failed", say("页"))

    front = Front(talk)
    front.insert()
    front.next()
    assert front.key == "failed"


class OnePaper:
    """A printer that settles its papers when the test says so."""

    def __init__(self) -> None:
        self.printing: list[Future[PrintReport]] = []

    def print(self, paper: Paper, copy: int = 1) -> Future[PrintReport]:  # noqa: ARG002
        if any(isinstance(row, Code) for row in paper.rows):
            raise ValueError("the code does not fit the paper")
        self.printing.append(Future())
        return self.printing[-1]


def report(outcome: PrintOutcome) -> PrintReport:
    return PrintReport(PrintJob(JobId("0" * 32), "test", "00" * 32, 1), outcome)


async def prints(desk: Desk) -> None:
    done = await desk.print("p", Paper("test", (Line("纸"),)))
    await desk.inform(f"done:{done.outcome.value}", say("页"))


def test_a_paper_is_begun_once_and_its_outcome_comes_back() -> None:
    front, printer = Front(prints), OnePaper()
    front.runner.attach(printer)
    front.insert()
    for _ in range(3):
        front.pass_time(100)
    assert len(printer.printing) == 1
    printer.printing[0].set_result(report(PrintOutcome.UNKNOWN))
    front.next()
    assert front.key == "done:unknown"


def test_a_paper_that_cannot_be_printed_at_all_is_a_failure_of_the_service() -> None:
    async def talk(desk: Desk) -> None:
        await desk.print("p", Paper("test", (Code("X" * 5000),)))

    front = Front(talk)
    front.runner.attach(OnePaper())
    front.insert()
    front.next()
    assert front.key == "broken:told"


def test_a_paper_whose_journal_failed_does_not_hang_the_session() -> None:
    front, printer = Front(prints), OnePaper()
    front.runner.attach(printer)
    front.insert()
    printer.printing[0].set_exception(TimeoutError())
    front.next()
    assert front.key == "broken:told"


def test_a_service_that_breaks_and_a_page_for_it_that_breaks_is_out_of_service() -> None:
    class NoOffice(Broken):
        async def converse(self, _desk: Desk, service: str, _why: str) -> None:
            raise KeyError(service)

    async def talk(desk: Desk) -> None:
        await desk.look(say("查"), int, "no number")

    front = Front(talk)
    front.runner.handle(Ready(Desks(Told(talk), HELP, HELP, NoOffice())))
    front.insert()
    front.next()
    assert front.runner.phase is Phase.OUT_OF_SERVICE
    assert front.views[-1].due is None


def test_the_end_is_told_once() -> None:
    async def talk(desk: Desk) -> None:
        await desk.inform("page", say("页"))

    front = Front(talk)
    front.insert()
    front.runner.handle(ExitWanted())
    front.runner.handle(CardOut(1))
    for event in (Tick(), CardIn(2, DESK), CardOut(1)):
        front.runner.handle(event)
    assert front.overs == [False]


def test_an_unchanged_picture_is_not_drawn_again() -> None:
    async def talk(desk: Desk) -> None:
        await desk.inform("page", say("页"))

    front = Front(talk)
    front.insert()
    drawn = len(front.views)
    for _ in range(20):
        front.pass_time(0.25)
    assert len(front.views) == drawn
    front.pass_time(60)
    assert front.views[-1].phase is Phase.IDLE_WARNING
    front.pass_time(1)
    assert front.views[-1].warning_s == 29


def test_a_paper_without_devices_is_a_mistake_of_the_program() -> None:
    front = Front(prints)
    with pytest.raises(ValueError, match="after the devices were attached"):
        front.insert()
