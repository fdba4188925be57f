"""Services made of data, for tests of the engine: any nest of questions, reads, papers and calls."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from drivers.printers.paper import Paper
from drivers.printers.paper import Text as Line
from kiosk.clock import CHINA
from kiosk.conversation.content import Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.steps import EntryForm, Step, Wake
from kiosk.domain.region import Issuer, Office, Region
from kiosk.domain.text import Text, say

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)
_OFFICE = Office("示例县社保中心", "人民路1号", "0800-1000001", "9:00-17:00")
REGION = Region(
    code="800100",
    name="示例县",
    version="1",
    offices=dict.fromkeys(Issuer, _OFFICE),
    issuers={issuer: issuer.value for issuer in Issuer},
    tax_office=_OFFICE,
    base_limits={},
    details_on_card_read=True,
)
DESK = Desk(NOW, REGION)
PAPER = Paper("test", (Line("一张纸"),))
FORM = EntryForm("ABC123", 3, 2)


class NothingThere(Exception):
    """What a failing read raises."""


def nothing(*inputs: object) -> None:
    """Stands for a read; the tests give its outcome themselves."""
    raise AssertionError("the engine itself runs no work")


def complaint(typed: str) -> Text | None:
    return say("不能都一样") if len(set(typed)) == 1 else None


@dataclass(frozen=True)
class Ask:
    """A question; each answer leads on to its own part."""

    key: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Show:
    """A page to read, which may be answered by a wake."""

    key: str
    wakes: bool


@dataclass(frozen=True)
class Type:
    """Signs to be typed, or scanned where it may be."""

    key: str
    scans: bool


@dataclass(frozen=True)
class Read:
    """A look; where it fails, the page of its failure is shown, or the service ends."""

    inputs: tuple[int, ...]
    gives_up: bool


@dataclass(frozen=True)
class PrintOut:
    key: str


@dataclass(frozen=True)
class CallOn:
    part: Part


@dataclass(frozen=True)
class Again:
    """A loop that ends with the answer `out`."""

    key: str
    part: Part


Instruction = Ask | Show | Type | Read | PrintOut | CallOn | Again
Part = tuple[Instruction, ...]


@dataclass(frozen=True)
class Scripted:
    """A service that does what its part says."""

    part: Part
    id: str = "scripted"

    @property
    def name(self) -> Text:
        return say("试")

    def converse(self, desk: Desk, *_about: object) -> Coroutine[Step[Any], Any, object]:
        return self._talk(desk)

    async def _talk(self, desk: Desk) -> object:
        try:
            return await _run(desk, self.part)
        except NothingThere:
            return "gave up"


def offers(*keys: str) -> tuple[Offer, ...]:
    return tuple(Offer(key, say("{key}", key=key)) for key in keys)


async def _run(desk: Desk, part: Part) -> list[object]:
    seen: list[object] = []
    for instruction in part:
        match instruction:
            case Ask(key, parts):
                picked = await desk.choose(key, say("哪个？"), offers(*(f"a{i}" for i in range(len(parts)))))
                seen.append((picked, await _run(desk, parts[int(picked[1:])])))
            case Show(key, wakes):
                wanted = frozenset({Wake.CENTRE_BACK}) if wakes else frozenset()
                seen.append(await desk.browse(key, say("看"), offers=offers("on"), wakes=wanted))
            case Type(key, scans):
                asked = desk.enter(
                    key, say("输入"), FORM, hint=say("三个"), confirm=say("好"), check=complaint, scans=scans
                )
                seen.append(await asked)
            case Read(inputs, gives_up):
                try:
                    seen.append(await desk.look(say("查"), nothing, *inputs))
                except NothingThere:
                    if gives_up:
                        raise
                    seen.append(await desk.inform("failed", say("没有查到")))
            case PrintOut(key):
                seen.append(await desk.print(key, PAPER))
            case CallOn(inner):
                seen.append(await desk.call(Scripted(inner, "called")))
            case Again(key, inner):
                while await desk.choose(key, say("再来？"), offers("again", "out")) == "again":
                    seen.append(await _run(desk, inner))
    return seen


_keys = st.sampled_from(["k1", "k2", "k3"])
_leaves: st.SearchStrategy[Instruction] = st.one_of(
    st.builds(Show, _keys, st.booleans()),
    st.builds(Type, _keys, st.booleans()),
    st.builds(Read, st.tuples(st.integers(0, 2)), st.booleans()),
    st.builds(PrintOut, _keys),
)


def _nested(inner: st.SearchStrategy[Instruction]) -> st.SearchStrategy[Instruction]:
    part = st.lists(inner, min_size=0, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Ask, _keys, st.lists(part, min_size=1, max_size=3).map(tuple)),
        st.builds(CallOn, part),
        st.builds(Again, _keys, part),
    )


parts: st.SearchStrategy[Part] = st.lists(
    st.recursive(_leaves, _nested, max_leaves=10), min_size=1, max_size=5
).map(tuple)
HELP = Scripted((Show("help", wakes=False),), "help")
