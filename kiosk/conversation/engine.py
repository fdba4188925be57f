"""The tape engine: a conversation is the list of its steps and what came of them.

No coroutine is kept. At every event the service runs again over its tape up to the step that is due; so
*back* is a shorter tape, and a late or doubled answer finds another serial and is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kiosk.conversation.desk import Desk
from kiosk.conversation.steps import (
    CHANGE,
    Browse,
    Call,
    CardShown,
    Enter,
    Human,
    Inform,
    Pay,
    Present,
    Review,
    Scanned,
    Service,
    Step,
    Typed,
    Wake,
    is_barrier,
)
from kiosk.domain.sales import NotPaid

MAX_FRAMES = 8
"""Services called by services; a deeper stack is a service that calls itself."""
MAX_TAPE = 2_000
"""Entries of one frame: far beyond any resident, short of a service that loops by itself."""


@dataclass(frozen=True, slots=True)
class Ok:
    """A step's answer."""

    value: object


@dataclass(frozen=True, slots=True)
class Failed:
    """A step's failed work; replayed as the exception it was."""

    error: Exception


Outcome = Ok | Failed


@dataclass(frozen=True, slots=True)
class Entry:
    """One step on the tape and what came of it."""

    step: Step[Any]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Finished:
    """The service came to its end."""

    value: object


class ServiceBroken(Exception):
    """A replay asked for something else than the tape holds, or the service itself raised.

    Never cut silently: the session goes to the page that says where the matter can be settled.
    """

    def __init__(self, service: str, why: str) -> None:
        super().__init__(f"service {service!r}: {why}")
        self.service = service
        self.why = why


def play(
    service: Service, desk: Desk, about: tuple[object, ...], tape: tuple[Entry, ...]
) -> Step[Any] | Finished:
    """The step that is due after `tape`, or the end. Raises `ServiceBroken`."""
    talk, replayed = service.converse(desk, *about), 0
    try:
        due = talk.send(None)
        for entry in tape:
            if due != entry.step:
                raise ServiceBroken(
                    service.id, f"asks for {due.key!r} where the tape holds {entry.step.key!r}"
                )
            replayed += 1
            match entry.outcome:
                case Failed(error):
                    # Each throw adds its frames to the error, and they hold what the service knew.
                    due = talk.throw(error.with_traceback(None))
                case Ok(value):
                    due = talk.send(value)
    except StopIteration as end:
        if replayed < len(tape):
            raise ServiceBroken(service.id, "ends before its tape does") from None
        return Finished(end.value)
    except ServiceBroken:
        raise
    except Exception as error:
        raise ServiceBroken(service.id, f"raised {type(error).__name__}") from error
    finally:
        talk.close()
    return due


@dataclass(frozen=True, slots=True)
class Frame:
    """One service that is talking, or waits for the one that it called."""

    service: Service
    about: tuple[object, ...]
    tape: tuple[Entry, ...] = ()
    on_top: bool = False
    """Opened over another (帮助): its end gives nothing to the frame below."""
    spare: tuple[Entry, ...] = ()
    """What stood after an answer that is being changed; taken over where the same step comes up again."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stack of frames and the step that is due; every method gives a new one."""

    desk: Desk
    frames: tuple[Frame, ...]
    serial: int
    due: Step[Any] | None
    """None when the first service has come to its end."""

    @classmethod
    def begin(cls, desk: Desk, service: Service, *about: object, serial: int = 0) -> Conversation:
        return _settled(cls(desk, (Frame(service, about),), serial, None))

    @property
    def where(self) -> tuple[Service, ...]:
        """The services from the first to the one that talks."""
        return tuple(frame.service for frame in self.frames)

    @property
    def on_top(self) -> bool:
        """Whether what is shown lies over another page: help, or what was opened from it."""
        return any(frame.on_top for frame in self.frames)

    @property
    def waits_for_person(self) -> bool:
        return isinstance(self.due, Human)

    def answer(self, serial: int, key: str) -> Conversation:
        """A touch. One with another serial, or with a key that the step does not offer, changes nothing."""
        if serial != self.serial or not isinstance(self.due, Human) or key not in self.due.keys:
            return self
        if isinstance(self.due, Review) and key.startswith(CHANGE):
            return self._change(key.removeprefix(CHANGE))
        return self._record(Ok(key))

    def _change(self, question: str) -> Conversation:
        """Cuts the tape at the last answer to `question`; what came after it is spare. Raises `ServiceBroken`
        where nothing behind the last barrier answered it."""
        frame = self.frames[-1]
        for i in range(len(frame.tape) - 1, -1, -1):
            step = frame.tape[i].step
            if is_barrier(step) or isinstance(step, Call):
                break
            if isinstance(step, Human) and step.key == question:
                cut = replace(frame, tape=frame.tape[:i], spare=frame.tape[i + 1 :])
                return self._with((*self.frames[:-1], cut))
        raise ServiceBroken(frame.service.id, f"offers to change {question!r}, which was not asked")

    def shown(self, presence: int) -> Conversation:
        """Another card was put in; it answers only a step that asks for one."""
        return self._record(Ok(CardShown(presence))) if isinstance(self.due, Present) else self

    def entered(self, serial: int, text: str) -> Conversation:
        """What was typed; what the step does not take changes nothing."""
        due = self.due
        if serial != self.serial or not isinstance(due, Enter) or not due.takes(text):
            return self
        return self._record(Ok(Typed(text)))

    def scanned(self, text: str) -> Conversation:
        """What a scanner read; it answers only a step that takes scans."""
        takes = isinstance(self.due, Enter) and self.due.scans
        return self._record(Ok(Scanned(text))) if takes else self

    @property
    def money_in_hand(self) -> bool:
        """Whether a payment is being asked, or the service that asked it still talks: of its papers, say."""
        paid_here = (entry.step for frame in self.frames for entry in frame.tape)
        return isinstance(self.due, Pay) or any(isinstance(step, Pay) for step in paid_here)

    def desk_after(self, outcome: Outcome) -> Desk:
        """The desk once the step that is due came to `outcome`: from a payment on, unless the till itself
        says that no money moved, no page of this session may say so."""
        unmoved = isinstance(outcome, Ok) and isinstance(outcome.value, NotPaid)
        if unmoved or not isinstance(self.due, Pay):
            return self.desk
        return replace(self.desk, money_moved=True)

    def done(self, serial: int, outcome: Outcome) -> Conversation:
        """The outcome of a look, a print or a payment; a late one changes nothing."""
        if serial != self.serial or self.due is None or isinstance(self.due, Human):
            return self
        return self._record(outcome)

    def wake(self, wake: Wake) -> Conversation:
        """Something happened that the due step may have asked for."""
        if isinstance(self.due, Browse | Inform) and wake in self.due.wakes:
            return self._record(Ok(wake))
        return self

    def open_on_top(self, service: Service, *about: object) -> Conversation:
        """Help, over a step that a person answers; returns exactly where one was."""
        if not self.waits_for_person or self.on_top:
            return self
        return self._with((*self.frames, Frame(service, about, on_top=True)))

    @property
    def can_go_back(self) -> bool:
        return self._before() is not None

    def back(self, serial: int) -> Conversation:
        """Drops the last human answer and the looks after it; a barrier is never passed."""
        frames = self._before()
        return self if serial != self.serial or frames is None else self._with(frames)

    def _before(self) -> tuple[Frame, ...] | None:
        if not self.waits_for_person:
            return None
        for depth in range(len(self.frames), 0, -1):
            frame = self.frames[depth - 1]
            for i in range(len(frame.tape) - 1, -1, -1):
                step = frame.tape[i].step
                # What a called service did is done: nobody steps back into the middle of it.
                if is_barrier(step) or isinstance(step, Call):
                    return None
                if isinstance(step, Human) and not _woken(frame.tape[i].outcome):
                    return (*self.frames[: depth - 1], replace(frame, tape=frame.tape[:i], spare=()))
            if frame.on_top:
                return self.frames[: depth - 1]
        return None

    def _record(self, outcome: Outcome) -> Conversation:
        frame = self.frames[-1]
        if self.due is None:
            raise ServiceBroken(frame.service.id, "is answered after its end")
        if len(frame.tape) >= MAX_TAPE:
            raise ServiceBroken(frame.service.id, "its tape is full")
        longer = replace(frame, tape=(*frame.tape, Entry(self.due, outcome)))
        desk = self.desk_after(outcome)
        return _settled(replace(self, desk=desk, frames=(*self.frames[:-1], longer)))

    def _with(self, frames: tuple[Frame, ...]) -> Conversation:
        return _settled(replace(self, frames=frames))


def _woken(outcome: Outcome) -> bool:
    """Whether the world answered in a person's place: there is nothing of his to take back."""
    return isinstance(outcome, Ok) and isinstance(outcome.value, Wake)


def _settled(conversation: Conversation) -> Conversation:
    """Runs calls and ends until something is due that the world must answer."""
    frames, serial = conversation.frames, conversation.serial + 1
    while frames:
        top = frames[-1]
        match play(top.service, conversation.desk, top.about, top.tape):
            case Finished() if top.on_top:
                frames = frames[:-1]
            case Finished(value):
                frames = _ended(frames, value)
            case Call(about=about, service=service):
                if len(frames) >= MAX_FRAMES:
                    raise ServiceBroken(service.id, "is called too deep")
                frames = (*frames, Frame(service, about))
            case due if (taken := _taken_over(top, due)) is not None:
                frames = (*frames[:-1], taken)
            case due:
                return replace(conversation, frames=frames, serial=serial, due=due)
    return replace(conversation, frames=(), serial=serial, due=None)


def _taken_over(frame: Frame, due: Step[Any]) -> Frame | None:
    """The frame with the spare answer to the step that is due; those before it answer nothing any more.

    Another card is asked for again, and all that followed from it: whoever changes the answer before it wants
    another person.
    """
    for i, entry in enumerate(frame.spare):
        if isinstance(entry.step, Present):
            return None
        if entry.step == due:
            return replace(frame, tape=(*frame.tape, entry), spare=frame.spare[i + 1 :])
    return None


def _ended(frames: tuple[Frame, ...], value: object) -> tuple[Frame, ...]:
    """The called service is over: its value stands on the caller's tape."""
    if len(frames) == 1:
        return ()
    caller, called = frames[-2], frames[-1]
    entry = Entry(Call(called.service.id, called.about, called.service), Ok(value))
    return (*frames[:-2], replace(caller, tape=(*caller.tape, entry)))
