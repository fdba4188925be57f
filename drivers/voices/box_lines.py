"""What a terminal and a sound box say to each other: one JSON object a line (`docs/facts/voice.md` §4)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Final

from drivers.voices.voice import Outlet

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes."""


class BadLine(ValueError):
    """A line of another protocol; unquoted, for it may hold what is private."""

    def __init__(self) -> None:
        super().__init__("a line that is none of a sound box's protocol")


@dataclass(frozen=True, slots=True)
class Play:
    """Play this instead of whatever is being played. The words go with the sound for those who watch a
    virtual box."""

    number: int
    outlet: Outlet
    text: str = field(repr=False)
    language: str
    wav: bytes = field(repr=False)

    def line(self) -> bytes:
        return _line(
            play={
                "number": self.number,
                "outlet": self.outlet.value,
                "text": self.text,
                "language": self.language,
                "wav": base64.b64encode(self.wav).decode(),
            }
        )


@dataclass(frozen=True, slots=True)
class Stop:
    """Be silent, where this sound is being played. It is answered by its end in any case."""

    number: int

    def line(self) -> bytes:
        return _line(stop=self.number)


@dataclass(frozen=True, slots=True)
class Ended:
    """This sound is heard no more, whole or not."""

    number: int

    def line(self) -> bytes:
        return _line(ended=self.number)


@dataclass(frozen=True, slots=True)
class Refused:
    """This is not played."""

    number: int
    why: str

    def line(self) -> bytes:
        return _line(refused={"number": self.number, "why": self.why})


@dataclass(frozen=True, slots=True)
class Headphones:
    """Whether they are plugged in: the first line on every connection, and again at every change."""

    plugged: bool

    def line(self) -> bytes:
        return _line(headphones=self.plugged)


def read_line(line: bytes) -> Play | Stop | Ended | Refused | Headphones:
    """Read a line of either side. Raises `BadLine`."""
    try:
        match json.loads(line):
            case {"play": {"number": int() as number, "outlet": str() as outlet, "text": str() as text,
                           "language": str() as language, "wav": str() as wav}}:  # fmt: skip
                return Play(number, Outlet(outlet), text, language, base64.b64decode(wav, validate=True))
            case {"stop": int() as number}:
                return Stop(number)
            case {"ended": int() as number}:
                return Ended(number)
            case {"refused": {"number": int() as number, "why": str() as why}}:
                return Refused(number, why)
            case {"headphones": bool() as plugged}:
                return Headphones(plugged)
    except (ValueError, RecursionError, binascii.Error):
        raise BadLine from None
    raise BadLine


def _line(**said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"
