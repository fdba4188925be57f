"""The reader loop: which readers there are, which card is in them, and a thread for each reader's work."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from drivers.cards.channel import CardChannel, CardError, CardPulled, ReaderBusy
from drivers.cards.pcsc import PcscContext, PcscError, ReaderState, with_card
from drivers.cards.reader_events import (
    CardInserted,
    CardRemoved,
    Presence,
    ReaderAppeared,
    ReaderEvent,
    ReaderGone,
    ServiceDown,
    ServiceUp,
)

T = TypeVar("T")

_LONGEST_WAIT: Final = 1.0
"""Seconds. Changes wake the loop at once; this only bounds what a lost notification can cost."""
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 1.0
_INBOX: Final = 8
_STOP_LIMIT: Final = 3.0


class ReaderLoop:
    """Watches all readers and works on their cards.

    `on_event` is called on the loop's thread, in order, and must return soon. Each event is undone before its
    cause goes: a card is removed before its reader is gone, a reader is gone before the service is down.
    An exception from `on_event` ends the loop and goes to `threading.excepthook`.
    """

    def __init__(self, on_event: Callable[[ReaderEvent], None], numbers: Iterator[int] | None = None) -> None:
        """`numbers` are those of presences, where several kinds of readers share them."""
        self._on_event = on_event
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="card-readers", daemon=True)
        self._context: PcscContext | None = None
        self._lock = threading.Lock()
        self._stays: dict[Presence, _ReaderThread] = {}
        self._readers: dict[str, _Reader] = {}
        self._numbers = itertools.count(1) if numbers is None else numbers

    def start(self) -> None:
        """Begin to watch. Cards that are in already are reported as inserted."""
        self._thread.start()

    def stop(self) -> None:
        """End the loop and the readers' threads; no event begins after this.

        Raises `TimeoutError` when the loop does not end in 3 s. Not for the loop's own thread.
        """
        self._stopping.set()
        for _ in range(round(_STOP_LIMIT / 0.05)):
            context = self._context
            if context is not None:
                context.cancel()
            # A cancel that comes just before the wait begins is lost: hence again and again.
            self._thread.join(0.05)
            if not self._thread.is_alive():
                return
        raise TimeoutError(f"the reader loop did not end within {_STOP_LIMIT} s")

    def submit(self, presence: Presence, job: Callable[[CardChannel], T]) -> Future[T]:
        """Have the reader's thread do `job` on this card, one job after the other.

        The future ends with the job's result or exception, or a `CardError`: `CardPulled` where that card
        has gone, `CardMute`, `CardInUse`, `ExchangeFailed`, `ReaderBusy`. Its callbacks run on the reader's
        thread.
        """
        future: Future[T] = Future()
        with self._lock:
            thread = self._stays.get(presence)
        if thread is None:
            future.set_exception(CardPulled("the card has left its reader"))
        else:
            thread.put(_Job(presence, job, future))
        return future

    def is_present(self, presence: Presence) -> bool:
        """Whether that card is still in its reader."""
        with self._lock:
            return presence in self._stays

    def _tell(self, event: ReaderEvent) -> None:
        if not self._stopping.is_set():
            self._on_event(event)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        was_down = False
        while not self._stopping.is_set():
            try:
                with PcscContext() as context:
                    self._context = context
                    self._tell(ServiceUp())
                    pause, was_down = _FIRST_PAUSE, False
                    self._watch(context)
            except PcscError as error:
                self._forget_readers()
                if not was_down:
                    self._tell(ServiceDown(str(error)))
                    was_down = True
                self._stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            finally:
                self._context = None
        self._forget_readers()

    def _watch(self, context: PcscContext) -> None:
        while not self._stopping.is_set():
            listed = context.readers()
            for name in [name for name in self._readers if name not in listed]:
                self._forget_reader(name)
            unseen = [name for name in listed if name not in self._readers]
            known = [reader.state for reader in self._readers.values()]
            for state in context.wait(known, unseen, _LONGEST_WAIT):
                self._note(state)

    def _note(self, state: ReaderState) -> None:
        reader = self._readers.get(state.reader)
        already_in = reader is None
        if reader is None:
            reader = _Reader(_ReaderThread(state.reader, self.is_present), state)
            self._readers[state.reader] = reader
            self._tell(ReaderAppeared(state.reader))
        before, reader.state = reader.state, state
        another = state.card_events != before.card_events or state.atr != before.atr
        if reader.presence is not None and (another or not state.holds_card):
            self._end_stay(reader)
        if reader.presence is None and state.holds_card:
            reader.presence = Presence(next(self._numbers))
            with self._lock:
                self._stays[reader.presence] = reader.thread
            self._tell(CardInserted(reader.presence, state.reader, state.atr, already_in))

    def _end_stay(self, reader: _Reader, *, with_reader: bool = False) -> None:
        presence, reader.presence = reader.presence, None
        if presence is None:
            return
        with self._lock:
            del self._stays[presence]
        self._tell(CardRemoved(presence, reader.state.reader, with_reader))

    def _forget_reader(self, name: str) -> None:
        reader = self._readers.pop(name)
        self._end_stay(reader, with_reader=True)
        reader.thread.close()
        self._tell(ReaderGone(name))

    def _forget_readers(self) -> None:
        for name in list(self._readers):
            self._forget_reader(name)


@dataclass(slots=True)
class _Reader:
    thread: _ReaderThread
    state: ReaderState
    presence: Presence | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    presence: Presence
    work: Callable[[CardChannel], Any]
    future: Future[Any]


class _ReaderThread:
    """The one thread that exchanges bytes with the card in a reader.

    A daemon: a reader that never answers must not keep the process from ending.
    """

    def __init__(self, reader: str, is_present: Callable[[Presence], bool]) -> None:
        self._reader = reader
        self._is_present = is_present
        self._inbox: deque[_Job] = deque()
        self._closed = False
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name=f"card-io {reader}", daemon=True).start()

    def put(self, job: _Job) -> None:
        """Take the job in, or end its future at once."""
        with self._changed:
            if self._closed:
                refusal: CardError = CardPulled(f"{self._reader} has gone")
            elif len(self._inbox) >= _INBOX:
                refusal = ReaderBusy(f"{self._reader} does not answer")
            else:
                self._inbox.append(job)
                self._changed.notify()
                return
        job.future.set_exception(refusal)

    def close(self) -> None:
        """End the thread once its inbox is empty."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            if not job.future.set_running_or_notify_cancel():
                continue
            if not self._is_present(job.presence):
                job.future.set_exception(CardPulled("the card has left its reader"))
                continue
            try:
                result = with_card(self._reader, job.work)
            except BaseException as error:  # noqa: BLE001  the future hands it to whoever asked
                job.future.set_exception(error)
            else:
                job.future.set_result(result)

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._inbox and not self._closed:
                self._changed.wait(_LONGEST_WAIT)
            return self._inbox.popleft() if self._inbox else None
