"""A resident in front of a terminal without a screen: real parts, and a queue in the place of Qt.

What he sees is the `View` that the window would draw; what he touches is an offer of it.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from fixtures.pcsc import FIRST_READER, SECOND_READER, wait_until

from drivers.cards.pcsc import look_at_readers
from drivers.printers.paper import Paper
from drivers.virtual.card_file import load_card
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot
from kiosk.clock import clock_of, monotonic
from kiosk.conversation.content import Grid, GridCell, Offer, Sheet
from kiosk.conversation.engine import Conversation
from kiosk.conversation.events import Event, Ready, Tick
from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import Pace
from kiosk.conversation.touches import (
    BackWanted,
    ExitWanted,
    GiveUpWanted,
    HelpWanted,
    Touched,
)
from kiosk.conversation.view import Status, View
from kiosk.domain.region import Region
from kiosk.domain.text import Text
from kiosk.payments.till import Till
from kiosk.runner import Runner
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal, open_terminal
from offline_cache.key_source import KeyBackend, KeySource
from offline_cache.keys import create_key

CARDS = Path(__file__).resolve().parents[2] / "demo" / "cards"
PATIENCE_S = 30.0
"""Longer than the longest wait that the terminal itself allows; a test that reaches it fails."""

T = TypeVar("T")


def texts_in(value: object) -> Iterator[str]:
    """Everything that a page says, in the order in which it holds it."""
    match value:
        case Text():
            yield str(value)
        case Paper():
            yield from words_on(value)
        case tuple() | frozenset():
            for one in value:
                yield from texts_in(one)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for one in fields(value):
                if one.name not in ("work", "inputs", "service", "about"):
                    yield from texts_in(getattr(value, one.name))


def words_on(paper: Paper) -> Iterator[str]:
    """The strings of a paper."""

    def of(value: object) -> Iterator[str]:
        match value:
            case str():
                yield value
            case tuple():
                for one in value:
                    yield from of(one)
            case _ if is_dataclass(value) and not isinstance(value, type):
                for one in fields(value):
                    yield from of(getattr(value, one.name))

    for row in paper.rows:
        yield from of(row)


def parts_of(value: object, kind: type[T]) -> Iterator[T]:
    """Every block or offer of this kind on a page."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, tuple):
        for one in value:
            yield from parts_of(one, kind)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from parts_of(getattr(value, one.name), kind)


@dataclass(frozen=True)
class Sight:
    """A page as the resident sees it."""

    view: View

    @property
    def text(self) -> str:
        return "\n".join((*map(str, self.view.where), *texts_in(self.view.due)))

    @property
    def key(self) -> str:
        """The key of the step shown; empty where none is."""
        return str(getattr(self.view.due, "key", ""))

    @property
    def grid(self) -> Grid:
        (grid,) = parts_of(self.view.due, Grid)
        return grid

    @property
    def sheet(self) -> Paper:
        (sheet,) = parts_of(self.view.due, Sheet)
        return sheet.paper

    def offer(self, words: str) -> Offer:
        offers = [one for one in parts_of(self.view.due, Offer) if str(one.label).startswith(words)]
        assert offers, f"nothing to touch begins with {words!r} on:\n{self.text}"
        return offers[0]


@dataclass(frozen=True)
class Hand:
    """One slot of the reader, and the name by which a terminal knows it."""

    slot: VirtualSlot
    reader: str


class Hands:
    """Two slots in turn. The service looks every 0.4 s: while it misses the card of one visit, the next can
    already begin at the other slot."""

    def __init__(self, pcscd: PrivatePcscd) -> None:
        readers = (FIRST_READER, SECOND_READER)
        self._hands = [Hand(VirtualSlot(port), name) for port, name in zip(pcscd.ports, readers, strict=True)]

    def free(self) -> Hand:
        """The slot that was not used last, once the service knows that it is empty."""
        self._hands.reverse()
        hand = self._hands[0]
        wait_until(lambda: not any(s.holds_card for s in look_at_readers() if s.reader == hand.reader))
        return hand

    def close(self) -> None:
        for hand in self._hands:
            hand.slot.close()


class Resident:
    """One session at a terminal of its own settings; ends with the `with` block."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        hand: Hand,
        *,
        card_forgotten: bool = False,
    ) -> None:
        self._happened: queue.Queue[Event | Status] = queue.Queue()
        self.settings = settings
        self._clock = clock_of(environment)
        self.hand = hand
        self._skipped = 0.0
        self.views: list[View] = []
        self.overs: list[bool] = []
        self.terminal: Terminal | None = None
        self.runner = Runner(
            pace=Pace(settings.pace.idle_s, settings.pace.warning_s),
            status=Status(settings.terminal.place),
            card_forgotten=card_forgotten,
            monotonic=lambda: monotonic() + self._skipped,
            post=self._happened.put,
            show=self.views.append,
            over=self.overs.append,
        )

    def __enter__(self) -> Self:
        self.terminal = open_terminal(
            self.settings, self._clock, on_event=self._happened.put, on_status=self._happened.put
        )
        self.runner.attach(self.terminal)
        self.runner.handle(Ready(self.terminal.desks))
        self.terminal.watch()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.terminal is not None
        self.hand.slot.remove()
        self.terminal.readers.stop()
        self.terminal.close()

    @property
    def sight(self) -> Sight:
        return Sight(self.views[-1])

    def insert(self, card: str | Path) -> None:
        """A card of the county's people, by the name of its file."""
        self.hand.slot.insert(load_card(card if isinstance(card, Path) else CARDS / f"{card}.toml"))

    def pull(self) -> None:
        self.hand.slot.remove()

    def wait(self, until: Callable[[Sight], bool], what: str = "the page") -> Sight:
        """Lets things happen until the page is what is waited for; it may be that already."""
        deadline = time.monotonic() + PATIENCE_S
        while not (self.views and until(self.sight)):
            there = self.sight.text if self.views else "nothing"
            assert time.monotonic() < deadline, f"waited in vain for {what}; there is:\n{there}"
            try:
                happened = self._happened.get(timeout=0.05)
            except queue.Empty:
                happened = Tick()
            if isinstance(happened, Status):
                self.runner.set_status(happened)
            else:
                self.runner.handle(happened)
        return self.sight

    def wait_for(self, key: str) -> Sight:
        """The step whose key begins so."""
        return self.wait(lambda sight: sight.key.startswith(key), f"the step {key!r}")

    def wait_for_phase(self, phase: Phase) -> Sight:
        return self.wait(lambda sight: sight.view.phase is phase, f"the phase {phase}")

    def touch(self, words: str) -> None:
        """The offer whose label begins so."""
        self._answer(self.sight.offer(words).key)

    def touch_cell(self, row: int, column: int) -> None:
        key = self.sight.grid.rows[row].cells[column].key
        assert key is not None, "an empty cell cannot be touched"
        self._answer(key)

    def back(self) -> None:
        assert self.sight.view.can_go_back
        self.runner.handle(BackWanted(self.sight.view.serial))

    def help(self) -> None:
        self.runner.handle(HelpWanted())

    def leave(self) -> None:
        """退出"""
        self.runner.handle(ExitWanted())

    def give_up(self) -> None:
        """不缴了"""
        self.runner.handle(GiveUpWanted(self.sight.view.serial))

    @property
    def till(self) -> Till:
        assert self.terminal is not None
        return self.terminal.till

    @property
    def conversation(self) -> Conversation:
        talk = self.runner._session.conversation
        assert talk is not None
        return talk

    @property
    def region(self) -> Region:
        return self.conversation.desk.region

    def skip(self, seconds: float) -> None:
        """Time passes at once, for what the session itself counts."""
        self._skipped += seconds

    def _answer(self, key: str) -> None:
        before = self.sight.view.serial
        self.runner.handle(Touched(before, key))
        assert self.sight.view.serial != before, f"the touch of {key!r} was not taken"


def make_settings(
    directory: Path,
    *,
    centre_url: str,
    device_key: Path,
    printer: str,
    more: Mapping[str, Mapping[str, object]] | None = None,
) -> Settings:
    """A terminal's file in `directory`, read as the front reads it. Made there again, it keeps its vault."""
    return load_settings(
        write_settings(directory, centre_url=centre_url, device_key=device_key, printer=printer, more=more)
    )


def write_settings(
    directory: Path,
    *,
    centre_url: str,
    device_key: Path,
    printer: str,
    more: Mapping[str, Mapping[str, object]] | None = None,
) -> Path:
    run_dir = directory / "run"
    run_dir.mkdir(parents=True, exist_ok=True)
    key = KeySource(KeyBackend.DEMO_KEY_FILE, "vault-key", directory / "vault-key")
    if key.file is not None and not key.file.exists():
        create_key(key, demo=True)
    told: dict[str, dict[str, object]] = {
        "terminal": {"id": "T001", "place": "示例村服务站", "run_dir": str(run_dir)},
        "screen": {"width_px": 1280, "height_px": 1024, "width_mm": 338, "height_mm": 270},
        "centre": {"url": centre_url, "device_key": str(device_key)},
        "vault": {
            "path": str(directory / "vault" / "vault.db"),
            "key_backend": key.backend.value,
            "key_name": key.name,
            "key_file": str(key.file),
        },
        "printer": {"address": printer},
    }
    for table, values in (more or {}).items():
        told.setdefault(table, {}).update(values)
    lines = ["demo = true"]
    for table, values in told.items():
        lines.append(f"[{table}]")
        lines += [f"{name} = {value!r}" for name, value in values.items()]
    file = directory / "terminal.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def marks(row_cells: tuple[GridCell, ...]) -> str:
    """A row of the grid as it is seen: ●●△…"""
    return "".join(cell.symbol for cell in row_cells)


Visit = Callable[..., Resident]
"""Opens a terminal in a test's directory; keywords: centre, address of the printer, more settings."""
