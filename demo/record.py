"""What the journey saw and what it holds true: `journey.json`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from demo.resident import Resident, Sight


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the journey."""

    name: str
    visible_text: str
    touches: int
    """Since the step before."""
    ms: int
    """From the last touch, card or pull to the page painted."""
    front_pid: int

    def to_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that must hold."""

    name: str
    held: bool

    def to_json(self) -> dict[str, object]:
        return {"name": self.name, "held": self.held}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was counted or measured."""

    name: str
    value: object

    def to_json(self) -> dict[str, object]:
        return {"name": self.name, "value": self.value}


Entry: TypeAlias = Step | Claim | Fact


class Record:
    """Collects steps and claims, and writes them down."""

    def __init__(self, resident: Resident) -> None:
        self._resident = resident
        self._entries: list[Entry] = []
        self._touches_before = 0

    def step(self, name: str, sight: Sight) -> None:
        """Photographs the page as `NN-name.png`."""
        number = 1 + sum(isinstance(entry, Step) for entry in self._entries)
        ms = round((sight.painted_at - self._resident.acted_at) * 1000)
        touches = self._resident.touches - self._touches_before
        self._touches_before = self._resident.touches
        self._entries.append(Step(name, sight.text, touches, ms, sight.front_pid))
        self._resident.photograph(f"{number:02d}-{name}")
        print(f"  {number:02d} {name}", flush=True)

    def claim(self, name: str, *, held: bool) -> None:
        self._entries.append(Claim(name, held))
        print(f"     {'holds' if held else 'DOES NOT HOLD'}: {name}", file=sys.stdout if held else sys.stderr)

    def fact(self, name: str, value: object) -> None:
        """`value` is what JSON can hold."""
        self._entries.append(Fact(name, value))
        print(f"     {name}: {value}", flush=True)

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self._entries if isinstance(entry, Claim) and not entry.held)

    def write(self, file: Path) -> None:
        """Steps in their order, then what was counted, then what the journey claims."""
        in_order = sorted(self._entries, key=lambda entry: (Step, Fact, Claim).index(type(entry)))
        told = [entry.to_json() for entry in in_order]
        file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
