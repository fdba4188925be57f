"""Carries a session out: events in, one picture out, work on threads between.

Knows no screen: `show` draws, `post` brings an event from any thread back to the one that calls `handle`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from drivers.printers.job_log import PrintReport
from drivers.printers.paper import Paper
from kiosk.conversation.desk import Desk
from kiosk.conversation.engine import Failed, Ok, ServiceBroken
from kiosk.conversation.events import (
    AnyEvent,
    Broken,
    Event,
    PayMoved,
    Tick,
    WithoutCard,
    WorkDone,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session import step
from kiosk.conversation.session_state import Effect, GiveUpPay, Pace, Session, StartLook, StartPay, StartPrint
from kiosk.conversation.steps import LookTimedOut, TooManyLooks
from kiosk.conversation.touches import WithoutCardWanted
from kiosk.conversation.view import Status, View
from kiosk.conversation.viewing import view_of
from kiosk.domain.sales import Payment, PayProgress, Sale

MAX_LOOKS = 4
"""Reads under way at once: one that is due, and those that were left behind and run into their limit."""


class PaperPrinter(Protocol):
    """What a session needs of a printer."""

    def print(self, paper: Paper, copy: int = 1) -> Future[PrintReport]:
        """Begins to print; the future holds what came of it within the printer's own limit."""


class Till(Protocol):
    """收银台: what a session needs to take money."""

    def pay(self, sale: Sale, tell: Callable[[PayProgress], None]) -> Payment:
        """Takes the money for a sale; gives what is known of it in a bounded time, whatever happens."""

    def give_up(self) -> None:
        """The payment that is being asked is wanted no more; returns at once."""


class Devices(PaperPrinter, Protocol):
    """What a terminal gives to a session."""

    @property
    def till(self) -> Till:
        """Where money is taken."""

    def new_desk(self) -> Desk:
        """What is fixed for a session that begins now, without a card."""


@dataclass(frozen=True, slots=True)
class _Running:
    """The look that is due, and when it must be done on the monotonic clock."""

    serial: int
    until: float
    key: str


class Runner:
    """One front's session. `handle` is called by one thread only."""

    def __init__(
        self,
        *,
        pace: Pace,
        status: Status,
        card_forgotten: bool,
        monotonic: Callable[[], float],
        post: Callable[[Event], None],
        show: Callable[[View], None],
        over: Callable[[bool], None],
    ) -> None:
        """`over(card_forgotten)` is called once, when the session has ended."""
        self._session = Session(pace, left_behind=card_forgotten)
        self._status = status
        self._monotonic = monotonic
        self._post = post
        self._show = show
        self._over = over
        self._devices: Devices | None = None
        self._running: _Running | None = None
        self._looks = threading.Semaphore(MAX_LOOKS)
        self._shown: View | None = None
        self._log = structlog.get_logger()

    @property
    def card_may_be_in(self) -> bool:
        """Whether a card may still be in the reader that is not a new resident's."""
        session = self._session
        still_in = session.presence is not None or bool(session.others_in)
        return still_in or session.left_behind or session.card_forgotten or session.out_of_sight

    @property
    def phase(self) -> Phase:
        return self._session.phase

    def attach(self, devices: Devices) -> None:
        """Gives what the terminal has; before `Ready` is handled."""
        self._devices = devices

    def set_status(self, status: Status) -> None:
        self._status = status
        self._draw()

    def handle(self, event: AnyEvent) -> None:
        """The session after `event`; shows it, and starts what it asks for."""
        before = self._session
        if before.phase is Phase.OVER:
            return
        if isinstance(event, WithoutCardWanted):
            if self._devices is None:
                return
            event = WithoutCard(self._devices.new_desk())
        try:
            self._session, effects = step(before, event, self._monotonic())
        except ServiceBroken as broken:
            # Even the page for broken services broke: nothing more can be promised here.
            self._session, effects = step(before, Broken(str(broken)), self._monotonic())
        self._note(before, event)
        # Work first: card and centre answer while the page is drawn.
        for effect in effects:
            self._start(effect)
        self._draw()
        if self._session.phase is Phase.OVER:
            self._over(self._session.card_forgotten)
        elif isinstance(event, Tick):
            self._check_limit()

    def _note(self, before: Session, event: Event) -> None:
        if before.phase is not self._session.phase:
            self._log.info("phase", was=before.phase, now=self._session.phase, by=type(event).__name__)
        talk = self._session.conversation
        if talk is not None and talk.frames and talk.frames[0].service.id == "broken":
            first = before.conversation.frames[0].service.id if before.conversation else ""
            if first != "broken":
                self._log.error("service broken", about=talk.frames[0].about)

    def _draw(self) -> None:
        view = view_of(self._session, self._status, self._monotonic())
        if view != self._shown:
            self._shown = view
            self._show(view)

    def _start(self, effect: Effect) -> None:
        match effect:
            case StartLook(serial, look):
                self._running = _Running(serial, self._monotonic() + look.limit_s, look.key)
                if not self._looks.acquire(blocking=False):
                    self._post(WorkDone(serial, Failed(TooManyLooks(look.key))))
                    return
                work = lambda: look.work(*look.inputs)  # noqa: E731
                threading.Thread(
                    target=self._look, args=(serial, work), name=f"look-{serial}", daemon=True
                ).start()
            case StartPrint(serial, paper):
                printer = self._attached
                try:
                    printing = printer.print(paper.paper, paper.copy)
                except ValueError as error:
                    self._post(WorkDone(serial, Failed(error)))
                    return
                printing.add_done_callback(lambda done: self._post(WorkDone(serial, _outcome(done))))
            case StartPay(serial, payment):
                paying = threading.Thread(
                    target=self._pay, args=(serial, payment.sale), name="pay", daemon=True
                )
                paying.start()
            case GiveUpPay():
                self._attached.till.give_up()

    @property
    def _attached(self) -> Devices:
        if self._devices is None:
            raise ValueError("a session prints and pays only after the devices were attached")
        return self._devices

    def _pay(self, serial: int, sale: Sale) -> None:
        try:
            payment = self._attached.till.pay(sale, lambda progress: self._post(PayMoved(serial, progress)))
        except Exception as error:  # noqa: BLE001 it goes on the tape: the service must not wait for ever
            self._log.error("payment failed", error=f"{type(error).__name__}: {error}")
            self._post(WorkDone(serial, Failed(error)))
        else:
            self._post(WorkDone(serial, Ok(payment)))

    def _look(self, serial: int, work: Callable[[], Any]) -> None:
        try:
            outcome = Ok(work())
        except Exception as error:  # noqa: BLE001 it goes on the tape, for the service to answer
            self._log.warning("look failed", error=f"{type(error).__name__}: {error}")
            self._post(WorkDone(serial, Failed(error)))
        else:
            self._post(WorkDone(serial, outcome))
        finally:
            self._looks.release()

    def _check_limit(self) -> None:
        running, talk = self._running, self._session.conversation
        if running is None or talk is None or talk.serial != running.serial:
            self._running = None
        elif self._monotonic() >= running.until:
            self._running = None
            self.handle(WorkDone(running.serial, Failed(LookTimedOut(running.key))))


def _outcome(done: Future[PrintReport]) -> Ok | Failed:
    error = done.exception()
    if error is None:
        return Ok(done.result())
    return Failed(error if isinstance(error, Exception) else RuntimeError(type(error).__name__))
