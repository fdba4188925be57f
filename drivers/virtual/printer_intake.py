"""How a virtual printer takes in bytes: how fast, what it obeys at once, what befalls it at a count."""

import time
from collections.abc import Callable
from dataclasses import dataclass

_DLE = b"\x10"
_ASK = b"\x10\x04"
RECOVER = b"\x10\x05"
"""DLE ENQ: 1 goes on, 2 clears."""
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_AT_ONCE = (*(_ASK + bytes((n,)) for n in (1, 2, 3, 4)), RECOVER + b"\x01", RECOVER + b"\x02", CLEAR_BUFFERS)


class RealTimeEar:
    """Hears the commands that are obeyed when they arrive, wherever they stand."""

    def __init__(self) -> None:
        self._recent = b""

    def uneventful(self, data: bytes) -> int:
        """How many of these bytes may be heard at once, at least one."""
        return 1 if _DLE in self._recent else len(data.partition(_DLE)[0]) or 1

    def hear(self, arrived: bytes) -> bytes | None:
        """The command that is whole with these bytes."""
        self._recent = (self._recent + arrived)[-len(CLEAR_BUFFERS) :]
        whole = next((command for command in _AT_ONCE if self._recent.endswith(command)), None)
        if whole is not None:
            self._recent = b""
        return whole


class FaultsAtBytes:
    """What will happen at a count of bytes."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Callable[[], None]]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, at: int, fault: Callable[[], None]) -> None:
        """Cause `fault` when the count is `at`."""
        self._waiting.append((at, fault))

    def cause(self, count: int) -> None:
        """The count is `count` now."""
        due = [fault for at, fault in self._waiting if at <= count]
        self._waiting = [(at, fault) for at, fault in self._waiting if at > count]
        for fault in due:
            fault()


@dataclass(frozen=True, slots=True)
class SlowReading:
    """So many bytes at once, and so long between two reads: a host's writes come back short."""

    bytes_at_once: int
    every_s: float


class Appetite:
    """How many bytes are read now. Freely: all for which there is room."""

    def __init__(self) -> None:
        self._slow: SlowReading | None = None
        self._next_read = 0.0

    def change(self, slow: SlowReading | None) -> None:
        """Read like this from now on; None: freely."""
        self._slow, self._next_read = slow, 0.0

    def has_read(self) -> None:
        """Bytes came in."""
        if self._slow is not None:
            self._next_read = time.monotonic() + self._slow.every_s

    @property
    def pause_s(self) -> float:
        """Until the next read."""
        return max(0.0, self._next_read - time.monotonic())

    def of(self, room: int) -> int:
        """How much of what there is room for it takes."""
        return room if self._slow is None else min(room, self._slow.bytes_at_once)
