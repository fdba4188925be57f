"""What can be touched on a page, and everything else that may answer the step that is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from demo.walk.answers import of_pay, of_print
from demo.walk.cards import WalkCard
from demo.walk.entries import Entries
from demo.walk.looks import USUAL, Looks
from kiosk.conversation.content import Grid, Offer
from kiosk.conversation.engine import Conversation, Failed
from kiosk.conversation.events import (
    CardIn,
    Event,
    Woken,
    WorkDone,
)
from kiosk.conversation.steps import Browse, Enter, Human, Inform, Look, Pay, Present, Print, Scanned
from kiosk.conversation.touches import Entered, ScanRead, Touched
from kiosk.conversation.view import Condition

_BLAND: Final = frozenset({USUAL})
_PLAIN: Final = re.compile(r"[a-z][a-z_:-]{0,23}")
"""Keys that services made up; not somebody's references and numbers."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One answer."""

    mark: str
    """Tells it from the others of its page, and again on the page's next turn."""
    name: str
    """For people who read where a page is from; empty where it goes without saying."""
    said: str
    """The words that were touched, or `name`."""
    event: Event
    network: Condition | None = None
    """How the line is afterwards; None: as before."""
    paper: Condition | None = None
    defect: bool = False
    """The program itself is at fault: a service may break."""
    once: bool = False
    """It leads to the same from every page that offers it to the same card."""


class Edges:
    """Everything that may answer a step."""

    def __init__(
        self, looks: Looks, entries: Entries, cards: tuple[WalkCard, ...], *, every_print: bool
    ) -> None:
        """`every_print`: the first paper comes to everything that one may come to."""
        self._looks = looks
        self._entries = entries
        self._cards = cards
        self._broken: set[str] = set()
        self._every_print = every_print

    def of(self, talk: Conversation) -> Iterator[Edge]:
        """Of the step that is due. Raises what looking and entering raise."""
        match talk.due:
            case Look() as look:
                yield from self._looked(talk, look)
            case Print() as due:
                whole, self._every_print = self._every_print, False
                for answer in of_print(due, whole=whole):
                    yield _happens(answer.name, WorkDone(talk.serial, answer.outcome), paper=answer.paper)
            case Pay() as due:
                for answer in of_pay(due, talk.desk.now):
                    edge = _happens(answer.name, WorkDone(talk.serial, answer.outcome))
                    yield replace(edge, defect=isinstance(answer.outcome, Failed))
            case Enter() as due:
                yield from self._entered(talk, due)
            case _:
                yield from self._touched(talk)

    def number_of(self, look: Look[Any]) -> int:
        """The same for looks that come to the same."""
        return self._looks.number_of(look)

    def _looked(self, talk: Conversation, look: Look[Any]) -> Iterator[Edge]:
        for told in self._looks.all_of(look):
            yield _happens(told.name, WorkDone(talk.serial, told.outcome), network=told.network)
        service = talk.frames[-1].service.id
        if service not in self._broken:
            self._broken.add(service)
            failed = Failed(RuntimeError("a defect of the program"))
            yield replace(_happens("defect", WorkDone(talk.serial, failed)), defect=True)

    def _entered(self, talk: Conversation, due: Enter) -> Iterator[Edge]:
        for entry in self._entries.of(talk.frames[-1].service.id, due):
            given = entry.given
            scan = isinstance(given, Scanned)
            yield _happens(entry.name, ScanRead(given.text) if scan else Entered(talk.serial, given.text))

    def _touched(self, talk: Conversation) -> Iterator[Edge]:
        due = talk.due
        if not isinstance(due, Human):
            return
        labels = {offer.key: str(offer.label) for offer in _offers_in(due)}
        again, years = frozenset(_cells_again(due)), frozenset(_years(due))
        for place, key in enumerate(due.keys, start=1):
            if key in again:
                continue
            name = key if _PLAIN.fullmatch(key) else f"{place}"
            said = labels.get(key, key)
            yield Edge(f"touch {key}", name, said, Touched(talk.serial, key), once=key in years)
        if isinstance(due, Browse | Inform):
            for wake in sorted(due.wakes):
                yield _happens(wake.value, Woken(wake))
        if isinstance(due, Present):
            for card in self._cards:
                desk = replace(talk.desk, laid=card.is_laid)
                yield _happens(f"card-{card.name}", CardIn(card.presence, desk, laid=card.is_laid))


def _happens(
    name: str, event: Event, *, network: Condition | None = None, paper: Condition | None = None
) -> Edge:
    return Edge(name, "" if name in _BLAND else name, name, event, network, paper)


def _cells_again(value: object) -> Iterator[str]:
    """The keys of months that look as another one of their grid: what they lead to looks alike too."""
    for grid in _grids(value):
        seen = set()
        cells = ((row, i, cell) for row in grid.rows for i, cell in enumerate(row.cells))
        for row, i, cell in cells:
            if cell.key is None:
                continue
            # Each finding is one of its own.
            found = [(str(row.label), first) for first, last in row.brackets if first <= i <= last]
            look = (cell.symbol, str(cell.word), cell.tone, *found)
            if look in seen:
                yield cell.key
            seen.add(look)


def _years(value: object) -> Iterator[str]:
    for grid in _grids(value):
        yield from (year.key for year in grid.years)


def _grids(value: object) -> list[Grid]:
    return [block for block in getattr(value, "blocks", ()) if isinstance(block, Grid)]


def _offers_in(value: object) -> Iterator[Offer]:
    match value:
        case Offer():
            yield value
        case tuple():
            for one in value:
                yield from _offers_in(one)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for one in fields(value):
                yield from _offers_in(getattr(value, one.name))
