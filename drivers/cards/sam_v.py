"""Frames of the police's SAM-V module, which alone reads resident ID cards (`docs/facts/cards.md` §7).

A frame is the preamble, a length of two bytes, what it counts, and as the last counted byte the XOR of length
and content. A request's content is command, parameter, data; a reply's is SW1, SW2, SW3, data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor
from typing import Final

from drivers.cards.meaning import Meaningful
from drivers.cards.records import Garbled

PREAMBLE: Final = b"\xaa\xaa\xaa\x96\x69"

_HEADER: Final = len(PREAMBLE) + 2
LONGEST_REQUEST: Final = 64
"""What a request's length may say; the longest known says 3."""
LONGEST_REPLY: Final = 0x090A
"""What a reply's length may say: text, photo and two fingerprints."""

TEXT_BYTES: Final = 256
PHOTO_BYTES: Final = 1024
_LENGTHS: Final = TEXT_BYTES.to_bytes(2, "big") + PHOTO_BYTES.to_bytes(2, "big")
_FINGERPRINT_BYTES: Final = frozenset({0, 512, 1024})
"""None, one finger, two fingers."""


class SamStatus(Meaningful):
    """SW3 with its meaning (`docs/facts/cards.md` §7)."""

    WRONG_CHECKSUM = 0x10, "the module received a wrong checksum"
    WRONG_LENGTH = 0x11, "the module received a wrong length"
    UNKNOWN_COMMAND = 0x21, "the module does not know the command"
    NOT_AUTHORISED = 0x23, "not authorised for this command"
    UNKNOWN_ERROR = 0x24, "an error the module does not know"
    CARD_REJECTS_MODULE = 0x31, "the card did not accept the module"
    MODULE_REJECTS_CARD = 0x32, "the module did not accept the card"
    VERIFICATION_FAILED = 0x33, "the card's content failed its verification"
    WRONG_CARD = 0x40, "not the kind of card this command is for"
    READ_FAILED = 0x41, "the card could not be read: it moved away"
    NO_RANDOM_NUMBER = 0x47, "no random number from the card"
    SELF_TEST_FAILED = 0x60, "the module failed its self-test and takes no commands"
    MODULE_NOT_AUTHORISED = 0x66, "the module has not been authorised for use"
    NOT_FOUND = 0x80, "no card found"
    NOT_SELECTED = 0x81, "the card could not be selected: it moved away"
    OK = 0x90, "done"
    NO_SUCH_ITEM = 0x91, "the card does not have this item"
    FOUND = 0x9F, "card found"


_MEANINGS = {int(status): status.meaning for status in SamStatus}


def meaning(sw3: int) -> str:
    """SW3 in words, for logs and technicians."""
    return _MEANINGS.get(sw3, "unknown status")


class SamCommand(Enum):
    """What the module is asked: command and parameter."""

    RESET = (0x10, 0xFF)
    STATUS = (0x11, 0xFF)
    MODULE_ID = (0x12, 0xFF)
    FIND = (0x20, 0x01)
    SELECT = (0x20, 0x02)
    READ = (0x30, 0x01)
    """Text and photo."""
    READ_EXTRA_ADDRESS = (0x30, 0x03)
    READ_WITH_FINGERPRINTS = (0x30, 0x10)

    def encode(self) -> bytes:
        """The request's frame."""
        return frame(bytes(self.value))


@dataclass(frozen=True, slots=True)
class Reply:
    """What the module answered."""

    sw3: int
    data: bytes = field(default=b"", repr=False)
    sw1: int = 0x00
    """SW1 and SW2 are the card's own status, where the module passes one on."""
    sw2: int = 0x00

    def encode(self) -> bytes:
        """The reply's frame."""
        return frame(bytes([self.sw1, self.sw2, self.sw3]) + self.data)

    @classmethod
    def parse(cls, content: bytes) -> Reply:
        """From a frame's content. Raises `BadFrame` where it has no SW3."""
        if len(content) < 3:
            raise BadFrame(Flaw.LENGTH, "a reply without SW3")
        return cls(content[2], content[3:], content[0], content[1])


class Flaw(Enum):
    """What is wrong with bytes that are no frame."""

    PREAMBLE = "preamble"
    LENGTH = "length"
    CHECKSUM = "checksum"


class BadFrame(ValueError):
    """The bytes are no frame. The text never repeats them: they may be somebody's name."""

    def __init__(self, flaw: Flaw, detail: str) -> None:
        super().__init__(detail)
        self.flaw = flaw


def frame(content: bytes) -> bytes:
    """The frame around a request's or a reply's content."""
    counted = (len(content) + 1).to_bytes(2, "big") + content
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


class FrameReader:
    """Takes bytes as they come and gives the contents of frames. Strict: every byte belongs to a frame.

    After a `BadFrame` what was wrong is dropped and reading can go on with what follows.
    """

    def __init__(self, longest: int = LONGEST_REPLY) -> None:
        self._longest = longest
        self._bytes = bytearray()

    @property
    def in_frame(self) -> bool:
        """Bytes are left: of a frame that is not complete, or of whatever came after the last one."""
        return bool(self._bytes)

    def feed(self, data: bytes) -> None:
        """More bytes from the line."""
        self._bytes += data

    def next(self) -> bytes | None:
        """The next frame's content; None while it is not complete. Raises `BadFrame`."""
        got = self._bytes
        if not PREAMBLE.startswith(got[: len(PREAMBLE)]):
            self._drop_to_preamble()
            raise BadFrame(Flaw.PREAMBLE, "bytes that belong to no frame")
        if len(got) < _HEADER:
            return None
        length = int.from_bytes(got[len(PREAMBLE) : _HEADER], "big")
        if not 2 <= length <= self._longest:
            self._drop_to_preamble()
            raise BadFrame(Flaw.LENGTH, f"a frame that says {length} bytes")
        end = _HEADER + length
        if len(got) < end:
            return None
        counted, checksum = bytes(got[len(PREAMBLE) : end - 1]), got[end - 1]
        del got[:end]
        if reduce(xor, counted) != checksum:
            raise BadFrame(Flaw.CHECKSUM, f"a frame of {length} bytes with a wrong checksum")
        return counted[2:]

    def clear(self) -> None:
        """Forget what came of an unfinished frame."""
        self._bytes.clear()

    def _drop_to_preamble(self) -> None:
        """Go on at the next place where a frame may begin."""
        got = self._bytes
        at = next(
            (at for at in range(1, len(got)) if PREAMBLE.startswith(got[at : at + len(PREAMBLE)])), len(got)
        )
        del got[:at]


@dataclass(frozen=True, slots=True)
class Content:
    """What a card's chip holds, as the module gives it: 256 bytes of text, the photo as opaque WLT.

    The photo is empty where it was not fetched.
    """

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)


def parse_content(data: bytes) -> Content:
    """Take a read's data apart: lengths, text, photo. Fingerprints are passed over, never kept.

    Raises `Garbled`.
    """
    with_fingerprints = len(data) != 4 + TEXT_BYTES + PHOTO_BYTES
    header = 6 if with_fingerprints else 4
    if len(data) < header:
        raise Garbled(f"{len(data)} bytes are no card's content")
    lengths = [int.from_bytes(data[at : at + 2], "big") for at in range(0, header, 2)]
    if lengths[:2] != [TEXT_BYTES, PHOTO_BYTES]:
        raise Garbled(f"a text of {lengths[0]} bytes and a photo of {lengths[1]}")
    if with_fingerprints and lengths[2] not in _FINGERPRINT_BYTES:
        raise Garbled(f"fingerprints of {lengths[2]} bytes")
    if len(data) != header + sum(lengths):
        raise Garbled(f"{len(data)} bytes of content where {header + sum(lengths)} belong")
    photo_at = header + TEXT_BYTES
    return Content(data[header:photo_at], data[photo_at : photo_at + PHOTO_BYTES])


def parse_text(data: bytes) -> Content:
    """The text where only the beginning of a read's data was fetched. What came of the photo is dropped.

    Raises `Garbled`.
    """
    lengths, text = data[:4], data[4 : 4 + TEXT_BYTES]
    if lengths != _LENGTHS or len(text) != TEXT_BYTES:
        raise Garbled(f"{len(data)} bytes are not the beginning of a card's content")
    return Content(text, b"")


def content_bytes(content: Content, fingerprints: bytes | None = None) -> bytes:
    """The data of a read: what `parse_content` takes apart; with a third length for fingerprints."""
    parts = [content.text, content.photo] + ([] if fingerprints is None else [fingerprints])
    return b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)
