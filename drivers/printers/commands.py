"""ESC/POS bytes → commands, as a printer reads them: one after the other, from any split of the stream.

Knows the subset that a paper is made of, and the lengths of the common rest so that an argument is never
taken for text. See `docs/facts/printing.md` §3.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

_DLE, _ESC, _FS, _GS = 0x10, 0x1B, 0x1C, 0x1D
_CLEAR_BUFFERS = b"\x10\x14\x08"
_UTF_8 = b"\x1c(C\x02\x00\x30"
"""FS ( C fn 48 m: 2 or its digit for UTF-8."""


class Act(enum.Enum):
    """Commands without an argument."""

    INITIALISE = "ESC @"
    LINE_FEED = "LF"
    CHINESE_ON = "FS &"
    CHINESE_OFF = "FS ."
    UTF_8_ON = "FS ( C 48 50"
    REAL_TIME = "DLE"
    """Obeyed when it arrived; nothing is left to do at its place in the stream."""
    IGNORED = "ignored"
    """NUL and CR: no printer does anything at them."""


class Set(enum.Enum):
    """Settings of one byte, and commands of one byte that read like settings."""

    ALIGN = "ESC a"
    EMPHASIS = "ESC E"
    SIZE = "GS !"
    MODE = "ESC !"
    FEED_LINES = "ESC d"
    FEED_DOTS = "ESC J"
    LINE_SPACING = "ESC 3"
    AUTOMATIC_STATUS = "GS a"
    TRANSMIT_STATUS = "GS r"
    TRANSMIT_IDENTITY = "GS I"


@dataclass(frozen=True, slots=True)
class Plain:
    """A command that stands for itself."""

    act: Act
    raw: bytes


@dataclass(frozen=True, slots=True)
class Setting:
    """A command with one byte of argument."""

    what: Set
    value: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Character:
    """One character; half-width where it has a one-byte code."""

    character: str
    half_width: bool
    raw: bytes


@dataclass(frozen=True, slots=True)
class RasterBand:
    """GS v 0: rows of dots, eight to a byte, 1 black."""

    width_bytes: int
    data: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fence:
    """GS ( H fn 48: answer this process id when everything before is printed."""

    process_id: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """GS V: cut here, or (`feed` in dots) bring the last line to the cutter, feed further, and cut."""

    feed: int | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command or byte outside the subset; recorded, never silently skipped."""

    raw: bytes


Command = Plain | Setting | Character | RasterBand | Fence | Cut | Unknown

# After two bytes: how many bytes of argument, and what it means here (None: outside the subset).
_ONE_BYTE: dict[bytes, Set] = {
    b"\x1ba": Set.ALIGN,
    b"\x1bE": Set.EMPHASIS,
    b"\x1b!": Set.MODE,
    b"\x1bd": Set.FEED_LINES,
    b"\x1bJ": Set.FEED_DOTS,
    b"\x1b3": Set.LINE_SPACING,
    b"\x1d!": Set.SIZE,
    b"\x1da": Set.AUTOMATIC_STATUS,
    b"\x1dr": Set.TRANSMIT_STATUS,
    b"\x1dI": Set.TRANSMIT_IDENTITY,
}
_NO_ARGUMENT: dict[bytes, Act] = {
    b"\x1b@": Act.INITIALISE,
    b"\x1c&": Act.CHINESE_ON,
    b"\x1c.": Act.CHINESE_OFF,
}
_OUTSIDE: dict[bytes, int] = {
    **dict.fromkeys((b"\x1b2", b"\x1bL", b"\x1bS", b"\x1b\x0c", b"\x1d:", b"\x1bi", b"\x1bm"), 0),
    **dict.fromkeys((b"\x1b\x20", b"\x1b-", b"\x1b=", b"\x1b?", b"\x1bG", b"\x1bM", b"\x1bR", b"\x1bT"), 1),
    **dict.fromkeys((b"\x1bV", b"\x1bt", b"\x1b{", b"\x1br", b"\x1c!", b"\x1c-", b"\x1cW"), 1),
    **dict.fromkeys((b"\x1dB", b"\x1dH", b"\x1df", b"\x1dh", b"\x1dw", b"\x1db"), 1),
    **dict.fromkeys((b"\x1b$", b"\x1b\\", b"\x1bc", b"\x1cS", b"\x1dL", b"\x1dP", b"\x1dW", b"\x1d\\"), 2),
    **dict.fromkeys((b"\x1d$",), 2),
    b"\x1bp": 3,
    b"\x1bW": 8,
}


class CommandParser:
    """Bytes in, commands out, one at a time; what is not whole yet waits for more bytes."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._chinese = False
        self._utf_8 = False

    @property
    def held(self) -> int:
        """Bytes that no command was taken from yet."""
        return len(self._held)

    def feed(self, data: bytes) -> None:
        """Add bytes to the stream."""
        self._held += data

    def clear(self) -> None:
        """Forget the held bytes; the settings stay, as in a printer whose buffers are cleared."""
        self._held.clear()

    def take(self) -> Command | None:
        """The next command, or None where the stream holds no whole one."""
        command = _read(self._held, chinese=self._chinese, utf_8=self._utf_8)
        if command is None:
            return None
        del self._held[: len(command.raw)]
        match command:
            case Plain(Act.CHINESE_ON):
                self._chinese = True
            case Plain(Act.UTF_8_ON):
                self._utf_8 = True
            case Plain(Act.CHINESE_OFF):
                self._chinese = False
            case Plain(Act.INITIALISE):
                self._chinese = self._utf_8 = False
        return command

    def __iter__(self) -> Iterator[Command]:
        """Take commands until none is whole."""
        while (command := self.take()) is not None:
            yield command


def _read(held: bytearray, *, chinese: bool, utf_8: bool) -> Command | None:
    if not held:
        return None
    first = held[0]
    if first in (_ESC, _FS, _GS):
        return _read_command(held)
    if first == _DLE:
        return _read_real_time(held)
    if first == 0x0A:
        return Plain(Act.LINE_FEED, b"\n")
    if first in (0x00, 0x0D):
        return Plain(Act.IGNORED, bytes(held[:1]))
    if 0x20 <= first < 0x7F:
        return Character(chr(first), half_width=True, raw=bytes(held[:1]))
    if utf_8:
        return _read_utf_8(held)
    if first < 0x81 or first == 0xFF:
        return Unknown(bytes(held[:1]))
    if chinese:
        return _read_chinese(held)
    return Character(held[:1].decode("cp437"), half_width=True, raw=bytes(held[:1]))


def _read_chinese(held: bytearray) -> Command | None:
    """GB18030: the second byte tells two-byte codes (40 to FE) from four-byte ones (30 to 39)."""
    if len(held) < 2:
        return None
    length = 4 if 0x30 <= held[1] <= 0x39 else 2
    if len(held) < length:
        return None
    raw = bytes(held[:length])
    try:
        return Character(raw.decode("gb18030"), half_width=False, raw=raw)
    except UnicodeDecodeError:
        return Unknown(raw[:1])


def _read_utf_8(held: bytearray) -> Command | None:
    first = held[0]
    if not 0xC2 <= first < 0xF5:
        return Unknown(bytes(held[:1]))
    length = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if len(held) < length:
        return None
    raw = bytes(held[:length])
    try:
        return Character(raw.decode("utf-8"), half_width=False, raw=raw)
    except UnicodeDecodeError:
        return Unknown(raw[:1])


def _read_real_time(held: bytearray) -> Command | None:
    if len(held) < 2:
        return None
    if held[1] not in (0x04, 0x05, 0x14):
        return Unknown(bytes(held[:1]))
    length = 10 if held.startswith(_CLEAR_BUFFERS) else 5 if held[1] == 0x14 else 3
    if len(held) < max(3, length):
        return None
    return Plain(Act.REAL_TIME, bytes(held[:length]))


def _read_command(held: bytearray) -> Command | None:
    if len(held) < 2:
        return None
    name = bytes(held[:2])
    if act := _NO_ARGUMENT.get(name):
        return Plain(act, name)
    if what := _ONE_BYTE.get(name):
        return Setting(what, held[2], bytes(held[:3])) if len(held) >= 3 else None
    if name == b"\x1dV":
        return _read_cut(held)
    if name in (b"\x1d(", b"\x1c("):
        return _read_block(held)
    if name == b"\x1dv":
        return _read_raster(held)
    length = 2 + _OUTSIDE.get(name, 0)
    return Unknown(bytes(held[:length])) if len(held) >= length else None


def _read_cut(held: bytearray) -> Command | None:
    """GS V 0, 1, 48, 49 cut here; GS V 65, 66 n feed to the cutter and n further, then cut."""
    if len(held) < 3:
        return None
    if held[2] in (65, 66):
        return Cut(held[3], bytes(held[:4])) if len(held) >= 4 else None
    return Cut(None, bytes(held[:3]))


def _read_block(held: bytearray) -> Command | None:
    """GS ( x and FS ( x carry the number of bytes that follow."""
    if len(held) < 5:
        return None
    length = 5 + int.from_bytes(held[3:5], "little")
    if len(held) < length:
        return None
    raw = bytes(held[:length])
    if raw[:3] == b"\x1d(H" and raw[5:7] == b"00" and length == 11:
        return Fence(raw[7:], raw)
    if raw[:-1] == _UTF_8 and raw[-1] in (2, 50):
        return Plain(Act.UTF_8_ON, raw)
    return Unknown(raw)


def _read_raster(held: bytearray) -> Command | None:
    if len(held) < 8:
        return None
    width_bytes, height = int.from_bytes(held[4:6], "little"), int.from_bytes(held[6:8], "little")
    length = 8 + width_bytes * height
    if len(held) < length:
        return None
    raw = bytes(held[:length])
    if raw[2:3] != b"0" or raw[3] not in (0, 48) or not width_bytes * height:
        return Unknown(raw)
    return RasterBand(width_bytes, raw[8:], raw)
