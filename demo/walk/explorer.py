"""Walks from a card through every page of a session, and touches everything on it.

From a page that was seen it does not go on; only the turns of a loop are followed: a counter may run out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from demo.walk.answers import progress_of
from demo.walk.bounds import TooManyOfThem
from demo.walk.edges import Edge, Edges
from demo.walk.pages import Pages
from demo.walk.shapes import Shape, bare
from kiosk.conversation.desk import Desk
from kiosk.conversation.engine import Conversation
from kiosk.conversation.events import (
    CardIn,
    Desks,
    Event,
    PayMoved,
    Ready,
    WithoutCard,
)
from kiosk.conversation.session import step
from kiosk.conversation.session_state import Session
from kiosk.conversation.steps import Human, Look, Pay, Step
from kiosk.conversation.touches import HelpWanted
from kiosk.conversation.view import Status
from kiosk.conversation.viewing import view_of

MOST_WAYS: Final = 100_000
MOST_TURNS: Final = 12
"""So often a loop is followed: past every counter of a service."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A page on a way."""

    kind: str
    """Its key without numbers."""
    key: str
    at: int
    """How many marks led there."""


@dataclass(frozen=True, slots=True)
class Way:
    """A session, and how it came about."""

    session: Session
    status: Status
    path: tuple[str, ...]
    marks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Since the last page that a person answered."""
    turns: tuple[Turn, ...] = ()
    follow: tuple[str, ...] | None = None
    """The marks of a turn that is taken once more; None: everything is touched."""


class DeadTouch(Exception):
    """What a page offers did nothing; `path` leads to the page."""

    def __init__(self, path: tuple[str, ...], what: str) -> None:
        super().__init__(f"{what!r} does nothing after {' > '.join(path)}")
        self.path = path


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """A service that could not go on though nothing but the world was in the way."""

    service: str
    step: str
    """Its kind."""
    circumstance: str


class Explorer:
    """Goes from cards that are put in. Each is for one time and one terminal: elsewhere, the same page may
    lead to others."""

    def __init__(
        self,
        pages: Pages,
        edges: Edges,
        desks: Desks,
        *,
        thorough: bool,
        apart: bool,
        only: frozenset[str] = frozenset(),
    ) -> None:
        """`thorough`: loops are followed, and after a payment it goes everywhere once more. `apart`: from
        each card it goes on as if it were the first. `only`: no further than into these services."""
        self._apart = apart
        self._only = only
        self._thorough = thorough
        self._pages = pages
        self._edges = edges
        self._desks = desks
        self._walked_on: set[Shape] = set()
        self._followed: set[tuple[str, tuple[str, ...]]] = set()
        self._helped: set[type] = set()
        self._taken_once: set[Shape] = set()
        self.breaks: set[Break] = set()
        self._ways: deque[Way] = deque()

    def put_in(self, name: str, presence: int, desk: Desk, status: Status) -> None:
        """A card from which `explore` goes."""
        label = f"{name}{' laid' if desk.laid else ''}"
        self._arrive(Way(self._begun(CardIn(presence, desk, laid=desk.laid)), status, (label,)))

    def come_without_card(self, desk: Desk, status: Status) -> None:
        """没有带卡, touched on the first page."""
        self._arrive(Way(self._begun(WithoutCard(desk)), status, ("no-card",)))

    def _begun(self, by: Event) -> Session:
        waiting, _ = step(Session(), Ready(self._desks), 0.0)
        return step(waiting, by, 0.0)[0]

    def explore(self) -> None:
        """Until there is nothing new. Raises `TooManyOfThem`, `DeadTouch`, and what looks and entries do."""
        gone = 0
        while self._ways:
            gone += 1
            if gone > MOST_WAYS:
                raise TooManyOfThem("ways", MOST_WAYS)
            way = self._ways.popleft()
            talk = way.session.conversation
            if talk is not None:
                self._go_on(way, talk)

    def _go_on(self, way: Way, talk: Conversation) -> None:
        for edge in (*self._helps(talk), *self._edges.of(talk)):
            if way.follow is None:
                if not self._was_taken(way, talk, edge):
                    self._take(way, edge, None)
            elif way.follow and way.follow[0] == edge.mark:
                self._take(way, edge, way.follow[1:])
                return

    def _was_taken(self, way: Way, talk: Conversation, edge: Edge) -> bool:
        """Whether it leads where it led before."""
        at = (way.path[0], talk.desk.money_moved, tuple(frame.service.id for frame in talk.frames), edge.mark)
        was = edge.once and at in self._taken_once
        self._taken_once.add(at)
        return was

    def _take(self, way: Way, edge: Edge, follow: tuple[str, ...] | None) -> None:
        before = way.session.conversation
        after, _ = step(way.session, edge.event, 0.0)
        talk = after.conversation
        if before is not None and talk is not None and before.serial == talk.serial:
            raise DeadTouch(way.path, edge.said)
        if before is not None and talk is not None and not edge.defect:
            self._note_break(before, talk, edge)
        status = replace(
            way.status,
            network=edge.network or way.status.network,
            paper=edge.paper or way.status.paper,
        )
        path = (*way.path, edge.said) if edge.name else way.path
        names = () if before is not None and isinstance(before.due, Human) else way.names
        names = (*names, edge.name) if edge.name else names
        marks = (*way.marks, edge.mark)
        self._arrive(Way(after, status, path, marks, names, way.turns, follow))

    def _note_break(self, before: Conversation, after: Conversation, edge: Edge) -> None:
        broken, due = self._desks.broken, before.due
        is_new = after.frames and after.frames[0].service is broken and before.frames[0].service is not broken
        if is_new and due is not None:
            self.breaks.add(Break(before.frames[-1].service.id, type(due).__name__, edge.name))

    def _arrive(self, way: Way) -> None:
        """Writes down what is to be seen, and goes on where there may be something new."""
        shape = self._show(way)
        talk = way.session.conversation
        if talk is None or talk.due is None:
            return
        if self._only and talk.frames[-1].service.id not in self._only:
            return
        if isinstance(talk.due, Pay):
            for progress in progress_of(talk.due.sale):
                self._show_moved(way, PayMoved(talk.serial, progress), progress.stage.value)
        place = self._place(way, talk, talk.due, shape)
        is_new = place not in self._walked_on
        self._walked_on.add(place)
        if not isinstance(talk.due, Human):
            if is_new or way.follow is not None:
                self._ways.append(way)
            return
        turn = Turn(bare(talk.due.key), talk.due.key, len(way.marks))
        follow = None if is_new else self._follow(way, turn)
        if is_new or follow is not None:
            self._ways.append(replace(way, turns=(*way.turns, turn), follow=follow))

    def _follow(self, way: Way, turn: Turn) -> tuple[str, ...] | None:
        """The marks to go on by from a page that was seen; None where there is no reason to."""
        if way.follow:
            return way.follow
        if not self._thorough:
            return None
        alike = [one for one in way.turns if one.kind == turn.kind]
        if not alike or turn.key in {one.key for one in alike} or len(alike) >= MOST_TURNS:
            return None
        follow = way.marks[alike[-1].at :]
        if way.follow is None and (turn.kind, follow) in self._followed:
            return None
        self._followed.add((turn.kind, follow))
        return follow

    def _place(self, way: Way, talk: Conversation, due: Step[Any], shape: Shape) -> Shape:
        """Whoever was there once need not go on from there again.

        A page of a person is known by its looks. What comes of paper, money and looks depends on what was
        done since the last such page, too.
        """
        desk = talk.desk
        # Money moved: from then on another sentence stands wherever something goes wrong.
        moved = desk.money_moved and (self._thorough or isinstance(due, Look))
        context = (desk.laid, moved, way.path[0] if self._apart else "")
        if isinstance(due, Human):
            return (context, shape)
        what = self._edges.number_of(due) if isinstance(due, Look) else shape
        services = tuple(frame.service.id for frame in talk.frames)
        return (context, services, due.key, what, way.turns[-1].kind if way.turns else "", way.names)

    def _helps(self, talk: Conversation) -> Iterator[Edge]:
        """帮助, from the first page of each kind."""
        kind = type(talk.due)
        if isinstance(talk.due, Human) and kind not in self._helped and not talk.frames[-1].on_top:
            self._helped.add(kind)
            yield Edge("help", "help", "帮助", HelpWanted())

    def _show_moved(self, way: Way, event: Event, name: str) -> None:
        session, _ = step(way.session, event, 0.0)
        self._show(replace(way, session=session, path=(*way.path, name), names=(*way.names, name)))

    def _show(self, way: Way) -> Shape:
        talk = way.session.conversation
        if talk is None:
            # Such pages are in the table of phases, with whatever can be the matter then.
            return None
        service = talk.frames[-1].service.id
        card = way.path[0].replace(" ", "-")
        return self._pages.add(
            view_of(way.session, way.status, 0.0),
            service=service,
            variant=".".join((card, *way.names)),
            id_reader=talk.desk.reads_id_cards,
            path=way.path,
        )
