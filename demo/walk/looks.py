"""Looks, really made: as things are, and under every circumstance that touches what the look asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

from demo.walk.bounds import TooManyOfThem
from demo.walk.centre import Asked, LineTrouble, Sealing
from demo.walk.shapes import Shape, sort_of
from demo.walk.terminal import Circumstances, Part, Touched, WalkTerminal
from kiosk.card_reading import Places
from kiosk.contract.problems import ProblemType
from kiosk.conversation.engine import Failed, Ok, Outcome
from kiosk.conversation.steps import Look, LookTimedOut
from kiosk.conversation.view import Condition, Status
from kiosk.payments.till import Hindrance
from kiosk.records import SNAPSHOTS, Visitor

MOST_LOOKS: Final = 4_000
CUT: Final = LineTrouble()
_IN_SESSION: Final = (ProblemType.SESSION_OVER, ProblemType.EVIDENCE_INSUFFICIENT)
_ANYWHERE: Final = (ProblemType.INTERNAL, ProblemType.DEVICE_UNKNOWN, ProblemType.TOO_MANY_REQUESTS)
_PLACES: Final = {
    "one-slot": Places(1, id_area=False),
    "slots-only": Places(2, id_area=False),
    "id-area-only": Places(1, id_area=True),
}
USUAL: Final = "usual"


@dataclass(frozen=True, slots=True)
class Told:
    """What a look came to; `name` says under what circumstance."""

    name: str
    outcome: Outcome
    network: Condition = Condition.GOOD

    def status(self, before: Status) -> Status:
        """The line at the top after it."""
        return replace(before, network=self.network)


class Looks:
    """Makes each look once: for the same key and inputs it comes to the same."""

    def __init__(self, terminal: WalkTerminal, usual: Circumstances, *, varied: bool) -> None:
        """`varied`: not only as things are."""
        self._terminal = terminal
        self._is_varied = varied
        self._usual = usual
        self._asked: dict[str, list[tuple[object, ...]]] = {}
        self._known: dict[tuple[str, int], tuple[Told, ...]] = {}
        self._varied: set[Shape] = set()
        self.made = 0

    def number_of(self, look: Look[Any]) -> int:
        """The same for looks of the same key and inputs."""
        asked = self._asked.setdefault(look.key, [])
        if look.inputs not in asked:
            asked.append(look.inputs)
        return asked.index(look.inputs)

    def all_of(self, look: Look[Any]) -> tuple[Told, ...]:
        """Everything that it may come to here. Raises `TooManyOfThem`."""
        place = (look.key, self.number_of(look))
        if place not in self._known:
            self._known[place] = tuple(_apart(self._make(look)))
        return self._known[place]

    def _make(self, look: Look[Any]) -> Iterator[Told]:
        of = (look.key, sort_of(look.inputs))
        if self._is_varied and of not in self._varied:
            # The terminal has not seen this resident yet: nothing is kept of him.
            self._varied.add(of)
            yield self._told("cut-at-first", look, replace(self._usual, line=CUT))
        usual = self._told(USUAL, look, self._usual)
        touched = self._terminal.touched()
        yield usual
        sort = (*of, sort_of(_value(usual.outcome)))
        if self._is_varied and sort not in self._varied:
            self._varied.add(sort)
            for name, circumstances in _variations(self._usual, touched):
                yield self._told(name, look, circumstances)
            yield from self._without_snapshot(look, touched)
            yield Told("too-late", Failed(LookTimedOut(look.key)))

    def _without_snapshot(self, look: Look[Any], touched: Touched) -> Iterator[Told]:
        """Of several calls one fails, and what that one tells was never kept."""
        visitors = [one for one in look.inputs if isinstance(one, Visitor)]
        names = {call.path.rpartition("/")[2]: call.path for call in touched.calls}
        kept = sorted(set(names) & set(SNAPSHOTS))
        for visitor, name in product(visitors, kept if len(kept) > 1 else ()):
            self._terminal.set(self._usual)
            self._terminal.forget(visitor, name)
            trouble = LineTrouble(ProblemType.INTERNAL, only=names[name])
            yield self._told(f"never-any-{name}", look, replace(self._usual, line=trouble))
            # Later looks find it kept again.
            self._told(USUAL, look, self._usual)

    def _told(self, name: str, look: Look[Any], circumstances: Circumstances) -> Told:
        self.made += 1
        if self.made > MOST_LOOKS:
            raise TooManyOfThem("looks", MOST_LOOKS)
        self._terminal.set(circumstances)
        network = Condition.GOOD if circumstances.line is None else Condition.BAD
        try:
            return Told(name, Ok(look.work(*look.inputs)), network)
        except Exception as error:  # noqa: BLE001 it goes on the tape, for the service to answer
            return Told(name, Failed(error.with_traceback(None)), network)


def _variations(usual: Circumstances, touched: Touched) -> Iterator[tuple[str, Circumstances]]:
    """Every circumstance that could make a difference to a look that asked this."""
    if touched.calls:
        yield from _of_the_line(usual, touched.calls)
    if Part.VAULT in touched.parts:
        yield "vault-full", replace(usual, vault_full=True)
    if Part.PRINTER in touched.parts:
        yield "paper-short", replace(usual, paper_fits=False)
    if Part.PAD in touched.parts:
        yield "no-paper", replace(usual, has_paper=False)
        yield "line-down", replace(usual, line=CUT)
        for hindrance in Hindrance:
            yield hindrance.value, replace(usual, pad=hindrance)
            yield f"{hindrance.value}-and-line-down", replace(usual, pad=hindrance, line=CUT)
    if Part.PLACES in touched.parts:
        for name, places in _PLACES.items():
            yield name, replace(usual, places=places)


def _of_the_line(usual: Circumstances, calls: frozenset[Asked]) -> Iterator[tuple[str, Circumstances]]:
    yield "cut", replace(usual, line=CUT)
    in_session = any(call.in_session for call in calls)
    for problem in (*_ANYWHERE, *(_IN_SESSION if in_session else ())):
        yield _name_of(problem), replace(usual, line=LineTrouble(problem))
    paths = sorted({call.path for call in calls})
    for path in paths if len(paths) > 1 else ():
        name = f"no-{path.rpartition('/')[2]}"
        yield name, replace(usual, line=LineTrouble(ProblemType.INTERNAL, only=path))
    if any(path.startswith(("/v1/papers", "/v1/region", "/v1/revocations")) for path in paths):
        for sealing in Sealing:
            yield f"sealed-{sealing.value}", replace(usual, sealing=sealing)


def _name_of(problem: ProblemType) -> str:
    return problem.value.rpartition("/")[2]


def _value(outcome: Outcome) -> object:
    return outcome.value if isinstance(outcome, Ok) else outcome.error


def _apart(all_told: Iterator[Told]) -> Iterator[Told]:
    """Without those that came to the same; as things are stands first, and for all that are no different."""
    seen: list[object] = []
    for told in sorted(all_told, key=lambda told: told.name != USUAL):
        value = _value(told.outcome)
        alike = (type(value), value.args) if isinstance(value, Exception) else value
        if alike not in seen:
            seen.append(alike)
            yield told
