"""The ID reader loop: one thread that watches a SAM-V module, tells which card lies on it, and reads it.

A module tells nothing by itself: it is asked again and again whether it finds a card. A card that has been
read is not found again before it was lifted, so a card found then is another one. One that could not be read
is found again and again, and nothing tells whether it was laid anew (`docs/facts/cards.md` §7).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from drivers.cards.channel import CardError, CardPulled, ReaderBusy, ReaderLost
from drivers.cards.id_brake import Brake
from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdCardRead, IdOutcome, IdStep, IdUnreadable
from drivers.cards.reader_events import (
    CardInserted,
    CardRemoved,
    Presence,
    ReaderAppeared,
    ReaderEvent,
    ReaderGone,
)
from drivers.cards.records import Garbled
from drivers.cards.resident_id import resident_id_card
from drivers.cards.sam_module import (
    MODULE_FAILS,
    USUAL_LIMITS,
    ByteLine,
    LineError,
    SamLimits,
    SamModule,
    SamRefused,
    SamSilent,
)
from drivers.cards.sam_v import BadFrame, SamStatus

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 1.0
_MOST_FAILURES: Final = 3
"""So many looks in a row without a sensible answer, and the module counts as gone."""
_INBOX: Final = 8
_STOP_LIMIT: Final = 3.0
_SLICE: Final = 0.1
"""Seconds a wait for bytes lasts before it looks whether the loop is to end."""
_NO_ANSWER: Final = (SamSilent, BadFrame, Garbled)
_MOVED: Final = frozenset({SamStatus.READ_FAILED, SamStatus.NOT_FOUND, SamStatus.NOT_SELECTED})
_CLOSER_LOOKS: Final = 3
"""A card that could not be read is looked at so many times as often: a lift, however short, is what tells
that the next one found was laid anew."""


class _Stage(Enum):
    """What became of a card that lies there."""

    LAID = auto()
    """Not read yet: what is found is this card."""
    READ = auto()
    """For good: whatever a second reading says, what is found after the first is another card."""
    REFUSED = auto()
    """Card or module refused, and would again: what is found is this card."""
    LOST = auto()
    """It moved away or its reading ran out: what is found may be this card or another."""


@dataclass(slots=True)
class _Stay:
    presence: Presence
    stage: _Stage = _Stage.LAID


class IdReaderLoop:
    """Watches one module and reads the cards that are laid on it.

    `on_event` is called on the loop's thread, in order, and must return soon. A card is removed before its
    reader is gone. An exception that nobody foresaw ends the loop and goes to `threading.excepthook`; the
    reader is told as gone then, unless it came from `on_event` itself.
    """

    def __init__(
        self,
        open_line: Callable[[], ByteLine],
        on_event: Callable[[ReaderEvent], None],
        name: str,
        numbers: Iterator[int],
        limits: SamLimits = USUAL_LIMITS,
    ) -> None:
        """`open_line` opens the line anew, or raises `LineError`; `numbers` are those of presences, shared
        with the readers of other kinds."""
        self._open_line = open_line
        self._on_event = on_event
        self._name = name
        self._numbers = numbers
        self._limits = limits
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._inbox: deque[_Reading] = deque()
        self._stay: _Stay | None = None
        self._brake = Brake()
        self._is_here = False
        self._gone_was_told = False
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name=f"id-reader {name}", daemon=True)

    @property
    def trouble(self) -> str:
        """Why the module is gone, for a technician; empty while it works."""
        return self._trouble

    def start(self) -> None:
        """Begin to watch. A module that is not there is told as gone, once."""
        self._thread.start()

    def stop(self) -> None:
        """End the loop; no event begins after this. What was to be read is `CardPulled`.

        Raises `TimeoutError` when it does not end in 3 s. Not for the loop's own thread.
        """
        with self._changed:
            self._stopping.set()
            self._changed.notify_all()
        self._thread.join(_STOP_LIMIT)
        if self._thread.is_alive():
            raise TimeoutError(f"the ID reader loop did not end within {_STOP_LIMIT} s")

    def is_present(self, presence: Presence) -> bool:
        """Whether that card still lies there."""
        with self._changed:
            return self._stay is not None and presence == self._stay.presence

    def read(self, presence: Presence, *, keep_photo: bool = False) -> Future[IdOutcome]:
        """Have the loop's thread read this card; the photo is dropped unless it is asked for.

        The future ends with an outcome, or with `CardPulled` where that card or its reader has gone or may be
        another by now, or with `ReaderBusy`, or with what nobody foresaw. Its callbacks run on the loop's
        thread.
        """
        reading = _Reading(presence, keep_photo, Future())
        with self._changed:
            if not self._can_be_read(presence) or self._stopping.is_set():
                refusal: CardError = CardPulled("the card has left its reader")
            elif len(self._inbox) >= _INBOX:
                refusal = ReaderBusy(f"{self._name} does not answer")
            else:
                self._inbox.append(reading)
                self._changed.notify_all()
                return reading.future
        reading.future.set_exception(refusal)
        return reading.future

    def _can_be_read(self, presence: Presence) -> bool:
        stay = self._stay
        return stay is not None and stay.presence == presence and stay.stage is not _Stage.LOST

    def _tell(self, event: ReaderEvent) -> None:
        if self._stopping.is_set():
            return
        try:
            self._on_event(event)
        except BaseException:
            # The loop ends by it, and its end is not told to whom it came from.
            self._stopping.set()
            raise

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        try:
            while not self._stopping.is_set():
                if self._visit():
                    pause = _FIRST_PAUSE
                self._stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        except BaseException as error:
            # Only what kind it is: its text may hold what a card said.
            self._trouble = f"the loop has ended by a {type(error).__name__}: restart the terminal"
            raise
        finally:
            self._go()

    def _visit(self) -> bool:
        """Open the line and watch until it or the module goes; whether the module was ever told as here."""
        try:
            line = _EndingLine(self._open_line(), self._stopping)
            try:
                module = SamModule(line, self._limits)
                self._watch(module, module.wake())
            finally:
                line.close()
        except (LineError, SamRefused, *_NO_ANSWER) as error:
            self._trouble = str(error)
        was_here = self._is_here
        self._go()
        return was_here

    def _appear(self) -> None:
        """The module answers what a card's reader must: it is here."""
        if not self._is_here:
            self._is_here, self._gone_was_told, self._trouble = True, False, ""
            self._tell(ReaderAppeared(self._name))

    def _go(self) -> None:
        """The module is not here, or not any more."""
        self._is_here = False
        self._end_stay(with_reader=True)
        if not self._gone_was_told:
            self._gone_was_told = True
            self._tell(ReaderGone(self._name))

    def _watch(self, module: SamModule, module_id: str) -> None:
        """Look and read until the loop ends. Raises `LineError`, or what the module failed with."""
        failures = 0
        while not self._stopping.is_set():
            try:
                reading = self._next_reading()
                if reading is None:
                    self._look(module)
                else:
                    self._do(reading, module, module_id)
                failures = 0
            except (SamRefused, *_NO_ANSWER) as failure:
                failures += 1
                for_good = isinstance(failure, SamRefused) and failure.sw3 in MODULE_FAILS
                if for_good or failures >= _MOST_FAILURES:
                    raise
            with self._changed:
                self._changed.wait_for(lambda: self._inbox or self._stopping.is_set(), self._pause_s())

    def _pause_s(self) -> float:
        unread = self._stay is not None and self._stay.stage in {_Stage.REFUSED, _Stage.LOST}
        return self._limits.look_s / _CLOSER_LOOKS if unread else self._limits.look_s

    def _look(self, module: SamModule) -> None:
        """Ask once what lies there, and tell what has changed."""
        stay, already_in = self._stay, not self._is_here
        found = module.find()
        asks = not found and (already_in or stay is not None)
        lies = module.still_lies_there() if asks else None
        self._appear()
        if not found and already_in and lies:
            # Read before this loop began: somebody has left it behind.
            self._begin_stay(already_in=True, stage=_Stage.READ)
        elif not found and not lies:
            # Where the module cannot tell whether it still lies there, nothing keeps it: it counts as lifted.
            self._end_stay()
            self._brake.release()
        elif found and (stay is None or self._is_another(stay)):
            self._end_stay()
            self._begin_stay(already_in=already_in)

    def _is_another(self, stay: _Stay) -> bool:
        """Whether the card that was found counts as another than the one that lies there."""
        if stay.stage is _Stage.LOST:
            return not self._brake.holds(time.monotonic())
        return stay.stage is _Stage.READ

    def _begin_stay(self, *, already_in: bool, stage: _Stage = _Stage.LAID) -> None:
        stay = _Stay(Presence(next(self._numbers)), stage)
        with self._changed:
            self._stay = stay
        self._tell(CardInserted(stay.presence, self._name, b"", already_in))

    def _end_stay(self, *, with_reader: bool = False) -> None:
        with self._changed:
            stay, self._stay = self._stay, None
        gone = (
            ReaderLost("the module has gone") if with_reader else CardPulled("the card has left its reader")
        )
        self._end_readings(gone)
        if stay is not None:
            self._tell(CardRemoved(stay.presence, self._name, with_reader))

    def _end_readings(self, why: CardPulled) -> None:
        """What waits to be read is not read any more."""
        with self._changed:
            left = list(self._inbox)
            self._inbox.clear()
        for reading in left:
            reading.end(why)

    def _next_reading(self) -> _Reading | None:
        with self._changed:
            return self._inbox.popleft() if self._inbox else None

    def _do(self, reading: _Reading, module: SamModule, module_id: str) -> None:
        if not reading.future.set_running_or_notify_cancel():
            return
        try:
            outcome = read_laid_card(module, module_id, keep_photo=reading.keep_photo)
        except LineError as gone:
            reading.future.set_exception(ReaderLost(str(gone)))
            raise
        except BaseException as unforeseen:
            reading.future.set_exception(unforeseen)
            raise
        stage = _stage_after(outcome)
        with self._changed:
            if self._stay is not None and self._stay.stage is not _Stage.READ:
                self._stay.stage = stage
        reading.future.set_result(outcome)
        if stage is _Stage.READ:
            self._brake.release()
        elif stage is _Stage.LOST:
            self._brake.failed(time.monotonic())
            self._end_readings(CardPulled("the card was moved"))


def _stage_after(outcome: IdOutcome) -> _Stage:
    match outcome:
        case IdCardRead() | IdUnreadable(IdStep.TEXT):
            return _Stage.READ
        case IdCardFault():
            return _Stage.REFUSED
        case IdCardMoved() | IdUnreadable():
            return _Stage.LOST


def read_laid_card(module: SamModule, module_id: str, *, keep_photo: bool = False) -> IdOutcome:
    """Read the card that the module has found.

    Whatever comes ends in an outcome. Raises only `LineError`.
    """
    step = IdStep.SELECT
    try:
        module.select()
        step = IdStep.READ
        content = module.read()
        step = IdStep.TEXT
        card = resident_id_card(content, keep_photo=keep_photo)
    except SamRefused as refused:
        return (IdCardMoved if refused.sw3 in _MOVED else IdCardFault)(step, refused.sw3)
    except _NO_ANSWER as broken:
        return IdUnreadable(step, str(broken))
    return IdCardRead(card, module_id, _extra_address(module))


def _extra_address(module: SamModule) -> str | None:
    """The extra address where it can be had: the card is read, and nothing after that spoils it."""
    try:
        return module.extra_address()
    except (SamRefused, *_NO_ANSWER):
        return None


@dataclass(frozen=True, slots=True)
class _Reading:
    presence: Presence
    keep_photo: bool
    future: Future[IdOutcome]

    def end(self, error: CardError) -> None:
        """It will not be done."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


class _EndingLine:
    """A line whose waits end when the loop is to end."""

    def __init__(self, line: ByteLine, ending: threading.Event) -> None:
        self._line = line
        self._ending = ending
        self.write = line.write
        self.flush = line.flush
        self.close = line.close

    def read(self, within_s: float) -> bytes:
        """See `ByteLine.read`."""
        deadline = time.monotonic() + within_s
        while not self._ending.is_set():
            left = deadline - time.monotonic()
            data = self._line.read(max(0.0, min(_SLICE, left)))
            if data or left <= _SLICE:
                return data
        raise LineError("the loop ends")
