"""From a touch to the page that answers it, painted: hundreds of touches, by a finger that tries everything.

The X server brings the touches, the front's own window, session and services answer them. A page that waits
for the centre or for a device is not counted: their time is not the screen's.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from demo.resident import CARDS
from demo.stage import LANDSCAPE, PORTRAIT, ScreenSize, Stage, StageError, wait_for
from demo.x_screen import XScreen
from drivers.virtual.card_file import load_card
from drivers.virtual.slot import VirtualSlot
from ui import wording
from ui.metrics import TextSize

CARD = "liu-guilan"
TOUCHES = 70
"""At each screen and size of text."""
PRESS_S = 0.08
"""A finger rests so long; what it presses shows that it is pressed meanwhile."""
LIMIT_S = 40.0
MOST_VISITS = 12
"""For one size of text: a session may come to its end before everything was tried."""
_OTHERS_TIME = frozenset({"look", "printing", "pay"})
"""What comes after these pages waits for the centre or for a device."""
_NO_REST = frozenset({"look", "printing", "blank"})
_NOT_TOUCHED = frozenset(str(word) for word in (wording.EXIT, wording.LARGER_TEXT))
_OTHER_LANGUAGE = re.compile(r"[A-Za-z]{2,}")
"""The session goes on, in its size of text and in Chinese."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one touch brought, and after how many milliseconds it was painted."""

    ms: float
    kind: str
    """Of the page painted; `… in place` where it is the same page with another leaf, key or switch."""
    step: str
    """The page that was touched."""
    words: str
    """What was touched there."""
    screen: str
    text_size: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    count: int
    median: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Spread:
        took = sorted(answer.ms for answer in answers)
        return cls(len(took), median(took), _rank(took, 0.95), _rank(took, 0.99), took[-1])


def _rank(ordered: Sequence[float], part: float) -> float:
    """The least value that at least `part` of all do not exceed (nearest rank)."""
    return ordered[math.ceil(len(ordered) * part) - 1]


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something that can be touched, and its middle in pixels of the screen."""

    words: str
    name: str
    """What it is told apart by: one cell of a table, or key of a keyboard, is as good as another."""
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class _Sight:
    """A page at rest."""

    kind: str
    serial: int
    step: str
    touches: int
    text: tuple[str, ...]
    things: tuple[_Thing, ...]

    @classmethod
    def parse(cls, told: dict[str, Any]) -> _Sight:
        items = told["items"]
        things = tuple(
            _Thing(
                item["text"] or item["name"],
                "·" if item["role"] == "cell" or len(item["text"]) == 1 else _kin(item["text"]),
                item["rect"]["x"] + item["rect"]["width"] // 2,
                item["rect"]["y"] + item["rect"]["height"] // 2,
            )
            for item in items
            if item["role"] in ("button", "cell") and item["enabled"]
        )
        text = tuple(item["text"] for item in items)
        return cls(told["kind"], told["serial"], told["step"], told["touches"], text, things)


def _kin(name: str) -> str:
    """The same for each year, month and amount."""
    return re.sub(r"\d+", "#", name)


@dataclass(frozen=True, slots=True)
class _Painted:
    """A page stood for the first time; or, without a kind, a further frame."""

    at: float
    kind: str = ""
    serial: int = 0


class _Front:
    """A front that tells what it paints, and the finger before it."""

    def __init__(self, process: subprocess.Popen[str], glass: Path, screen: XScreen) -> None:
        self._process, self._glass, self._screen = process, glass, screen
        self._told: list[_Painted] = []
        self._hearing = threading.Thread(target=self._hear, name="hear-front", daemon=True)
        self._hearing.start()

    def end(self) -> None:
        """Nothing of its session is kept: it is killed."""
        self._process.kill()
        self._process.wait()
        self._hearing.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _hear(self) -> None:
        for line in self._process.stdout or ():
            match line.split():
                case ["painted", serial, kind, at]:
                    self._told.append(_Painted(float(at), kind, int(serial)))
                case ["frame", at]:
                    self._told.append(_Painted(float(at)))

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def at_rest(self, touches: int, *, kinds: frozenset[str] = frozenset()) -> _Sight | None:
        """The page that is there after so many touches, of one of these kinds if any is given; None where the
        front has ended."""
        found: list[_Sight] = []

        def look() -> bool:
            if self.has_ended:
                return True
            if not self._glass.exists():
                return False
            sight = _Sight.parse(json.loads(self._glass.read_text("utf-8")))
            there = sight.kind in kinds if kinds else sight.kind not in _NO_REST
            if sight.touches >= touches and there:
                found.append(sight)
            return bool(found)

        wait_for(look, LIMIT_S, "a page that has come to rest")
        return found[0] if found else None

    def touch(self, thing: _Thing) -> float:
        """When the finger was lifted; CLOCK_MONOTONIC."""
        self._screen.point(thing.x, thing.y)
        self._screen.press()
        time.sleep(PRESS_S)
        lifted = time.monotonic()
        self._screen.lift()
        return lifted

    def painted_after(self, moment: float) -> tuple[_Painted | None, _Painted | None]:
        """The first page, and the first frame, painted after this moment."""
        later = [one for one in self._told if one.at > moment]
        return next((one for one in later if one.kind), None), next(iter(later), None)


class _Finger:
    """Touches what it has touched least, page by page, so that in the end it was everywhere."""

    def __init__(self) -> None:
        self._touched: Counter[tuple[str, str, str]] = Counter()

    def next(self, sight: _Sight) -> _Thing | None:
        open_to_it = [
            thing
            for thing in sight.things
            if thing.words not in _NOT_TOUCHED and not _OTHER_LANGUAGE.fullmatch(thing.words)
        ]
        if not open_to_it:
            return None
        step = _kin(sight.step)
        chosen = min(open_to_it, key=lambda thing: self._touched[sight.kind, step, thing.name])
        self._touched[sight.kind, step, chosen.name] += 1
        return chosen


def touches(directory: Path, *, still: bool = True, count: int = TOUCHES) -> list[Answer]:
    """`count` answers on each screen in each size of text. `still`: without motion, so that the frame in
    which a page is first painted holds all of it."""
    answers: list[Answer] = []
    for screen in (LANDSCAPE, PORTRAIT):
        with (
            Stage(directory, screen=screen) as stage,
            XScreen(stage.environment["DISPLAY"], screen.width_px) as pixels,
            VirtualSlot(stage.slot_ports[0]) as slot,
        ):
            for size in TextSize:
                answers += _walk(stage, pixels, slot, size, still=still, count=count)
    return answers


def _walk(
    stage: Stage, screen: XScreen, slot: VirtualSlot, size: TextSize, *, still: bool, count: int
) -> list[Answer]:
    """Visits of one resident, until so many touches were answered."""
    answers: list[Answer] = []
    finger = _Finger()
    for _ in range(MOST_VISITS):
        if len(answers) >= count:
            break
        with _front(stage, screen, still=still) as front:
            made = _enlarge(front, size)
            slot.insert(load_card(CARDS / f"{CARD}.toml"))
            answers += _visit(front, finger, made, _Where(stage.screen, size), count - len(answers))
            slot.remove()
    if len(answers) < count:
        raise StageError(f"{MOST_VISITS} visits brought {len(answers)} answers, not {count}")
    return answers


@dataclass(frozen=True, slots=True)
class _Where:
    screen: ScreenSize
    size: TextSize

    def answer(self, ms: float, kind: str, step: str, words: str) -> Answer:
        screen = f"{self.screen.width_px}×{self.screen.height_px}"
        return Answer(ms, kind, step, words, screen, self.size.name.lower())


def _enlarge(front: _Front, size: TextSize) -> int:
    """Chooses the size of text before a card is put in; how many touches that took."""
    made = 0
    sight = front.at_rest(made, kinds=frozenset({"attract"}))
    for _ in range(list(TextSize).index(size)):
        if sight is None:
            raise StageError("the front ended before a card was put in")
        made += 1
        front.touch(next(thing for thing in sight.things if thing.words == str(wording.LARGER_TEXT)))
        sight = front.at_rest(made, kinds=frozenset({"attract"}))
    return made


def _visit(front: _Front, finger: _Finger, made: int, where: _Where, count: int) -> list[Answer]:
    """Touches until so many were answered by the screen alone, or the session is over."""
    answers: list[Answer] = []
    sight = front.at_rest(made, kinds=frozenset({"browse", "inform"}))
    while sight is not None and len(answers) < count:
        thing = finger.next(sight)
        if thing is None or sight.kind in ("attract", "take-card", "out-of-service"):
            break
        lifted = front.touch(thing)
        made += 1
        after = front.at_rest(made)
        page, frame = front.painted_after(lifted)
        if page is not None:
            mine = page.serial - sight.serial <= 1 and page.kind != "look"
            if mine and sight.kind not in _OTHERS_TIME:
                answers.append(where.answer((page.at - lifted) * 1000, page.kind, sight.step, thing.words))
        elif frame is not None and after is not None and after.text != sight.text:
            kind = f"{sight.kind} in place"
            answers.append(where.answer((frame.at - lifted) * 1000, kind, sight.step, thing.words))
        sight = after
    return answers


@contextmanager
def _front(stage: Stage, screen: XScreen, *, still: bool) -> Iterator[_Front]:
    glass = stage.run_dir / "glass.json"
    glass.unlink(missing_ok=True)
    with (stage.directory / "touched.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.measure.touched", str(stage.config), *(["--still"] if still else [])],
            env=stage.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    front = _Front(process, glass, screen)
    try:
        yield front
    finally:
        front.end()


def write(answers: Sequence[Answer], file: Path) -> None:
    """The spread of each kind of page, and of each screen and size of text; and the slowest touches."""
    by_kind: dict[str, list[Answer]] = defaultdict(list)
    by_look: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_kind[answer.kind].append(answer)
        by_look[f"{answer.screen} {answer.text_size}"].append(answer)
    told = {
        "all": asdict(Spread.of(answers)),
        "by_kind": {kind: asdict(Spread.of(some)) for kind, some in sorted(by_kind.items())},
        "by_screen_and_text": {look: asdict(Spread.of(some)) for look, some in sorted(by_look.items())},
        "slowest": [asdict(one) for one in sorted(answers, key=lambda one: -one.ms)[:20]],
    }
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
