"""What the bench and the demo that started it tell each other: one JSON object a line, over stdout and stdin.

The bench asks `{"do":"centre","on":false}`, `{"do":"power-cut"}`, `{"do":"key","key":"Down","down":true}`,
`{"do":"scan","paper":7,"altered":false}` and `{"do":"quit"}`; the demo tells `centre` and `front_pid`, as in
`{"centre":true,"front_pid":1234}`, and `scanned`, as in `{"scanned":{"code":1,"codes":3,"altered":false}}`,
one of the three or several. The end of stdin ends the bench.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

_LONGEST_LINE: Final = 4096
_READ: Final = 4096
_KEYS: Final = frozenset({"centre", "front_pid", "scanned"})


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the scanner saw of a paper: which of its codes, from 1, and how many it has; 0 of 0 where none."""

    code: int
    codes: int
    altered: bool = False
    """Somebody had altered a sign of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the demo's; None where it says nothing of it."""

    centre: bool | None = None
    front_pid: int | None = None
    scanned: Scanned | None = None


class BadLine(ValueError):
    """A line from the demo that is not understood."""

    def __init__(self, line: bytes) -> None:
        super().__init__(f"not understood: {line[:80]!r}")
        self.line = line


def read_line(line: bytes) -> Told:
    """Raises `BadLine`."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine(line) from None
    if not isinstance(content, dict) or not content or content.keys() - _KEYS:
        raise BadLine(line)
    centre, front_pid = content.get("centre"), content.get("front_pid")
    if not isinstance(centre, bool | None):
        raise BadLine(line)
    if isinstance(front_pid, bool) or not isinstance(front_pid, int | None):
        raise BadLine(line)
    scanned = content.get("scanned")
    return Told(centre, front_pid, None if scanned is None else _scanned(scanned, line))


def _scanned(content: object, line: bytes) -> Scanned:
    match content:
        case {"code": int() as code, "codes": int() as codes, "altered": bool() as altered, **rest} if (
            not rest and not isinstance(code, bool) and not isinstance(codes, bool) and 0 <= code <= codes
        ):
            return Scanned(code, codes, altered)
        case _:
            raise BadLine(line)


class DemoPipe(QObject):
    """The bench's end of the two pipes. A line that is not understood is told on stderr and left."""

    told = Signal(object)
    """A `Told`."""
    ended = Signal()
    """The demo has gone."""

    def __init__(self, from_demo: int = 0, to_demo: int = 1) -> None:
        """The two file descriptors."""
        super().__init__()
        self._from_demo, self._to_demo = from_demo, to_demo
        self._held = b""
        self._over = False
        self._notifier = QSocketNotifier(from_demo, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def ask_centre(self, *, on: bool) -> None:
        """Have the centre there, or gone."""
        self._ask({"do": "centre", "on": on})

    def ask_power_cut(self) -> None:
        """Have the front die as in a power cut."""
        self._ask({"do": "power-cut"})

    def ask_key(self, key: str, *, down: bool) -> None:
        """Have a key of the terminal's tactile pad go down, or up; by the X server's name for it."""
        self._ask({"do": "key", "key": key, "down": down})

    def ask_scan(self, paper: int, *, altered: bool) -> None:
        """Have this paper held before the scanner, as it is or with a sign of its code altered."""
        self._ask({"do": "scan", "paper": paper, "altered": altered})

    def ask_quit(self) -> None:
        """Have the demo end."""
        self._ask({"do": "quit"})

    def close(self) -> None:
        """Hear and say nothing more."""
        self._over = True
        self._notifier.setEnabled(False)

    def _ask(self, request: dict[str, str | bool | int]) -> None:
        if self._over:
            return
        try:
            os.write(self._to_demo, json.dumps(request, separators=(",", ":")).encode() + b"\n")
        except BrokenPipeError:
            self._end()

    @Slot()
    def _read(self) -> None:
        data = os.read(self._from_demo, _READ)
        if not data:
            self._end()
            return
        *lines, self._held = (self._held + data).split(b"\n")
        if len(self._held) > _LONGEST_LINE:
            lines, self._held = [*lines, self._held], b""
        for line in lines:
            try:
                self.told.emit(read_line(line))
            except BadLine as error:
                print(f"bench: {error}", file=sys.stderr)

    def _end(self) -> None:
        self.close()
        self.ended.emit()
