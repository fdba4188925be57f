"""A scripted resident: eyes, a finger, and cards in a pocket. Everything goes the way a person's would.

The finger moves the X server's pointer and presses its button; the eyes read what the front says is visible,
and photograph the screen. Nothing here reaches into the terminal's processes.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import ImageGrab

from demo.stage import HERE, Stage, StageError
from drivers.virtual.card_file import load_card
from drivers.virtual.sam_v_control import IdModuleControl
from drivers.virtual.slot import VirtualSlot

PATIENCE_S = 20.0
CARDS = HERE / "cards"
MOST_PAGES = 4
"""Of one menu."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something visible, and its middle in pixels of the screen."""

    text: str
    role: str
    enabled: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What the screen shows at one moment."""

    kind: str
    serial: int
    settled: bool
    touchable: bool
    """It did not come just now."""
    front_pid: int
    painted_at: float
    """CLOCK_MONOTONIC, seconds."""
    things: tuple[Thing, ...]

    @property
    def text(self) -> str:
        return "\n".join(thing.text for thing in self.things if thing.text)

    @property
    def leaf(self) -> str:
        """第2页 共3页; empty where all stands on one."""
        return next((t.text for t in self.things if t.text.startswith("第") and "页 共" in t.text), "")

    def shows(self, words: str) -> bool:
        return words in self.text


class Resident:
    """Stands in front of the stage's terminal."""

    def __init__(self, stage: Stage, screens: Path) -> None:
        self._stage = stage
        self._screens = screens
        self._slot = VirtualSlot(stage.slot_ports[0])
        self._id_module = IdModuleControl("127.0.0.1", stage.id_control)
        self._seen: tuple[str, Sight] | None = None
        self.touches = 0
        self.acted_at = time.monotonic()
        """When the last touch, card or pull was; CLOCK_MONOTONIC, seconds."""

    def close(self) -> None:
        self._slot.close()
        self._id_module.close()

    def put_in(self, card: str) -> None:
        """A card of the tray, by its file's name."""
        self.acted_at = time.monotonic()
        self._slot.insert(load_card(CARDS / f"{card}.toml"))

    def pull(self) -> None:
        self.acted_at = time.monotonic()
        self._slot.remove()

    def lay(self, card: str) -> None:
        """An ID card on the reading area, by its file's name."""
        self.acted_at = time.monotonic()
        self._id_module.lay(CARDS / f"{card}.toml")

    def lift(self) -> None:
        """The ID card is lifted."""
        self.acted_at = time.monotonic()
        self._id_module.lift()

    def look(self) -> Sight | None:
        """What is to be seen; None before the first front has painted."""
        try:
            told = (self._stage.run_dir / "glass.json").read_text("utf-8")
        except FileNotFoundError:
            return None
        # Whoever waits looks a hundred times a second, and mostly nothing has changed.
        if self._seen is None or self._seen[0] != told:
            self._seen = (told, _sight(json.loads(told)))
        return self._seen[1]

    def wait(self, until: Callable[[Sight], bool], what: str, limit_s: float = PATIENCE_S) -> Sight:
        """Looks until the page is what is waited for; raises `StageError` with what is there instead."""
        deadline = time.monotonic() + limit_s
        while True:
            sight = self.look()
            if sight is not None and sight.settled and until(sight):
                return sight
            if time.monotonic() > deadline:
                there = "nothing" if sight is None else f"{sight.kind}:\n{sight.text}"
                raise StageError(f"waited {limit_s:g} s for {what}; the screen shows {there}")
            time.sleep(0.01)

    def wait_for(self, words: str, limit_s: float = PATIENCE_S) -> Sight:
        return self.wait(lambda sight: sight.shows(words), repr(words), limit_s)

    def wait_for_page(self, kind: str, limit_s: float = PATIENCE_S) -> Sight:
        return self.wait(lambda sight: sight.kind == kind, f"the page {kind!r}", limit_s)

    def touch_tile(self, words: str) -> None:
        """A tile of the menu, perhaps on a later page of it."""
        for _ in range(MOST_PAGES):
            sight = self.wait_for("您好")
            if any(map(_touchable(words), sight.things)) or not any(map(_touchable("下一页"), sight.things)):
                break
            self.touch("下一页")
            self.wait(lambda now, was=sight: now.leaf != was.leaf, "the next page")  # type: ignore[misc]
        self.touch(words)

    def touch(self, words: str) -> None:
        """The button or cell whose text begins with `words`; presses and lets go in its middle."""
        wanted = _touchable(words)
        sight = self.wait(
            lambda sight: sight.touchable and any(map(wanted, sight.things)), f"a button {words!r}"
        )
        target = next(thing for thing in sight.things if wanted(thing))
        self.acted_at = time.monotonic()
        self.tap(target.x, target.y)

    def tap(self, x: int, y: int) -> None:
        subprocess.run(
            ["xdotool", "mousemove", str(x), str(y), "click", "1"],
            env=self._stage.environment,
            check=True,
            timeout=10,
        )
        self.touches += 1

    def photograph(self, name: str) -> Path:
        """The X server's screen as it is, after the fade of the page has ended."""
        time.sleep(0.25)
        self._screens.mkdir(parents=True, exist_ok=True)
        file = self._screens / f"{name}.png"
        ImageGrab.grab(xdisplay=self._stage.environment["DISPLAY"]).save(file)
        return file


def _sight(seen: dict[str, Any]) -> Sight:
    """What the front wrote of its screen."""
    things = tuple(
        Thing(
            item["text"],
            item["role"],
            item["enabled"],
            item["rect"]["x"] + item["rect"]["width"] // 2,
            item["rect"]["y"] + item["rect"]["height"] // 2,
        )
        for item in seen["items"]
    )
    settled, touchable = seen["settled"], seen["touchable"]
    return Sight(
        seen["kind"], seen["serial"], settled, touchable, seen["front_pid"], seen["painted_at"], things
    )


def _touchable(words: str) -> Callable[[Thing], bool]:
    return lambda thing: thing.role in ("button", "cell") and thing.enabled and thing.text.startswith(words)
