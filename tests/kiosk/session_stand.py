"""A session that a test tells events, and its phases."""

from __future__ import annotations

from dataclasses import dataclass

from synthetic import DESK, HELP, Ask, Part, PrintOut, Read, Scripted, Show

from kiosk.conversation.engine import Failed, Ok
from kiosk.conversation.events import (
    Broken,
    CardIn,
    Desks,
    Event,
    Ready,
    Tick,
    WorkDone,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session import step
from kiosk.conversation.session_state import Effect, Pace, Session
from kiosk.conversation.touches import ExitWanted, HelpWanted, Touched
from kiosk.conversation.view import Status, View
from kiosk.conversation.viewing import view_of
from kiosk.services.broken import Broken as BrokenService

PACE = Pace(idle_s=60, warning_s=30, take_card_s=20)
CARD = 7
SECRET = "刘桂兰 800100198103120242"
PAGES: Part = (Read((1,), gives_up=False), Ask("q", ((Show("x", wakes=False),), (PrintOut("p"),))))


def desks(part: Part = PAGES) -> Desks:
    return Desks(Scripted(part, "visit"), HELP, HELP, BrokenService())


@dataclass
class Stand:
    """A session that is told events, one second after the other where no time is given."""

    session: Session
    now: float = 0.0

    def tell(self, *events: Event, after: float = 1.0) -> tuple[Effect, ...]:
        """The effects of the last."""
        effects: tuple[Effect, ...] = ()
        for event in events:
            self.now += after
            self.session, effects = step(self.session, event, self.now)
        return effects

    def pass_time(self, seconds: float) -> None:
        """As the front lets it pass: in small ticks."""
        until = self.now + seconds
        while self.now < until:
            self.tell(Tick(), after=min(0.25, until - self.now))

    @property
    def phase(self) -> Phase:
        return self.session.phase

    @property
    def serial(self) -> int:
        assert self.session.conversation is not None
        return self.session.conversation.serial

    @property
    def asked(self) -> str:
        """The key of the step that is due."""
        assert self.session.conversation is not None
        assert self.session.conversation.due is not None
        return self.session.conversation.due.key

    def touch(self, key: str) -> tuple[Effect, ...]:
        return self.tell(Touched(self.serial, key))

    def done(self, value: object = None) -> tuple[Effect, ...]:
        return self.tell(WorkDone(self.serial, Ok(value)))

    def view(self) -> View:
        return view_of(self.session, Status("村"), self.now)


def waiting(part: Part = PAGES, *, left_behind: bool = False) -> Stand:
    stand = Stand(Session(PACE, left_behind=left_behind))
    stand.tell(Ready(desks(part)))
    assert stand.phase is Phase.WAITING
    return stand


def talking(part: Part = PAGES) -> Stand:
    """At the first question; the read before it is done."""
    stand = waiting(part)
    stand.tell(CardIn(CARD, DESK))
    if isinstance(part[0], Read):
        stand.done(SECRET)
    assert stand.phase is Phase.TALKING
    return stand


def looking() -> Stand:
    stand = waiting()
    stand.tell(CardIn(CARD, DESK))
    return stand


def printing() -> Stand:
    stand = talking()
    stand.touch("a1")
    return stand


def helped() -> Stand:
    stand = talking()
    stand.tell(HelpWanted())
    return stand


def warned() -> Stand:
    stand = talking()
    stand.pass_time(60.5)
    return stand


def taking() -> Stand:
    stand = talking()
    stand.tell(ExitWanted())
    return stand


def broken() -> Stand:
    stand = looking()
    stand.tell(WorkDone(stand.serial, Failed(RuntimeError("unexpected"))))
    return stand


def out_of_service() -> Stand:
    stand = talking()
    stand.tell(Broken("the page for broken services broke"))
    return stand
