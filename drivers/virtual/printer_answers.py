"""What of a virtual printer's answers gets to its host: all of it, nothing, or garbage."""

import enum
import random
from typing import Protocol

_MOST_GARBAGE = 8


class Line(Protocol):
    """The connection to the host."""

    def send(self, data: bytes) -> None:
        """Send an answer; one that the host does not take is lost."""

    def drop(self) -> None:
        """Break the connection."""


class AnswerKind(enum.Enum):
    """What can be silenced."""

    REAL_TIME = "real_time"
    AUTOMATIC = "automatic"
    TRANSMITTED = "transmitted"
    PROCESS_ID = "process_id"
    CLEARED = "cleared"


class Garbage(enum.Enum):
    """Where random bytes come, one to eight at a time."""

    BETWEEN = "between"
    """Before each answer."""
    INSTEAD = "instead"
    """In the place of each answer."""


class AnswerLine:
    """The way back to the host."""

    def __init__(self) -> None:
        self._silenced: frozenset[AnswerKind] = frozenset()
        self._garbage: Garbage | None = None
        self._random = random.Random(0)  # noqa: S311 noise, no secret

    def silence(self, kinds: frozenset[AnswerKind]) -> None:
        """Let no answers of these kinds through; of no kinds: all again."""
        self._silenced = kinds

    def garble(self, garbage: Garbage | None, seed: int) -> None:
        """Add garbage, the same from the same seed; None: no more."""
        self._garbage = garbage
        self._random.seed(seed)

    def through(self, kind: AnswerKind, data: bytes) -> bytes:
        """What arrives of an answer; nothing where it is silenced."""
        if kind in self._silenced:
            return b""
        if self._garbage is None:
            return data
        noise = self._random.randbytes(self._random.randint(1, _MOST_GARBAGE))
        return noise + data if self._garbage is Garbage.BETWEEN else noise
