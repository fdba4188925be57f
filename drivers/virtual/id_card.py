"""A resident ID card made of software: what its chip holds, and the faults it shall have.

It knows no transport: a `SamVMechanism` reads it as the police's module would, `as_pcsc_card` puts it into a
`VirtualSlot`, `id_card_file` reads it from TOML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor
from typing import Final, TypeAlias

from drivers.cards.apdu import StatusWord
from drivers.cards.resident_id import PLACES, IdField, Layout
from drivers.cards.sam_pcsc import BLOCK, ID_CARD_NAME
from drivers.cards.sam_v import PHOTO_BYTES, TEXT_BYTES, Content, content_bytes
from drivers.virtual.cards import Answer, Pull, Reply, Silence, VirtualCard, Wait

_FLAG_AT: Final = 248
_READ_BLOCK: Final = (0xFF, 0xB0)
_PHOTO_HEAD: Final = b"WLf\x00~\x01"
"""Nothing decodes what follows: a photo is opaque to whoever reads it here."""


class Spoilt(Enum):
    """What can be wrong with an answer of the module."""

    CUT = "cut"
    """Its last byte never comes."""
    CHECKSUM = "checksum"
    LENGTH = "length"
    """A whole frame with a byte of data too few."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """These bytes come instead of a frame."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Status:
    """The module answers this SW3 instead of doing it."""

    sw3: int


IdMisbehaviour: TypeAlias = Pull | Silence | Wait | Spoilt | Garbage | Status


@dataclass(frozen=True, slots=True)
class IdFault:
    """What goes wrong at the n-th command that meets the card since it was laid, counted from 1."""

    at: int
    misbehaviour: IdMisbehaviour


@dataclass(frozen=True, slots=True)
class VirtualIdCard:
    """A card that can be laid on a virtual module."""

    name: str
    """What the file is called."""
    text: bytes = field(repr=False)
    extra_address: str | None = field(default=None, repr=False)
    fingerprint_bytes: int = 0
    """0, 512 or 1024: none, one finger, two."""
    faults: tuple[IdFault, ...] = ()

    def content(self) -> bytes:
        """The data of a read."""
        return content_bytes(Content(self.text, self._photo()))

    def content_with_fingerprints(self) -> bytes:
        """The data of a read that asks for fingerprints too."""
        return content_bytes(Content(self.text, self._photo()), bytes(self.fingerprint_bytes))

    def _photo(self) -> bytes:
        """Always the same bytes for the same card, as alike no picture as any."""
        noise = (hashlib.sha256(self.text + bytes([part])).digest() for part in range(PHOTO_BYTES // 32))
        return (_PHOTO_HEAD + b"".join(noise))[:PHOTO_BYTES]


def id_card_text(layout: Layout, values: Mapping[IdField, str]) -> bytes:
    """The chip's 256 bytes. Raises `ValueError` where a field is none of the layout's, or too long."""
    text = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for name, value in values.items():
        if name not in PLACES[layout]:
            raise ValueError(f"`{name}` is not on a card of this layout")
        at, size = PLACES[layout][name]
        encoded = value.encode("utf-16-le")
        if len(encoded) > size:
            raise ValueError(f"`{name}` has more than {size // 2} characters")
        text[at : at + len(encoded)] = encoded
    text[_FLAG_AT : _FLAG_AT + 2] = layout.value.encode("utf-16-le")
    return bytes(text)


def as_pcsc_card(card: VirtualIdCard) -> VirtualCard:
    """The same card as a reader shows it that has the module inside and speaks PC/SC."""
    return _PcscIdCard(card)


class _PcscIdCard(VirtualCard):
    """Answers the module's content in blocks. A fault that only a line can have is 6F00 here."""

    def __init__(self, card: VirtualIdCard) -> None:
        self._stream = card.content()
        self._misbehaviours = {fault.at: fault.misbehaviour for fault in card.faults}
        self._asked = 0
        super().__init__(_atr())

    def insert(self) -> None:
        """See `VirtualCard.insert`."""
        super().insert()
        self._asked = 0

    def answer(self, apdu: bytes) -> Reply:
        """See `VirtualCard.answer`."""
        self._asked += 1
        answer = self._block(apdu)
        match self._misbehaviours.get(self._asked):
            case Pull() | Silence() as reply:
                return reply
            case Wait(seconds):
                return Answer(answer, seconds)
            case Garbage(data):
                return Answer(data)
            case Spoilt.CUT | Spoilt.LENGTH:
                return Answer(answer[:-3] + answer[-2:])
            case Spoilt.CHECKSUM | Status():
                return Answer(StatusWord.NO_DIAGNOSIS.to_bytes(2, "big"))
        return Answer(answer)

    def _block(self, apdu: bytes) -> bytes:
        if tuple(apdu[:2]) != _READ_BLOCK or len(apdu) < 3:
            return StatusWord.UNKNOWN_CLASS.to_bytes(2, "big")
        block = self._stream[apdu[2] * BLOCK :][:BLOCK]
        status = StatusWord.OK if block else StatusWord.WRONG_OFFSET
        return block + status.to_bytes(2, "big")


def _atr() -> bytes:
    """A storage card's answer to reset, named ID card (PC/SC part 3, contactless storage cards)."""
    body = bytes.fromhex("8F80 01 804F0C A000000306 07") + ID_CARD_NAME + bytes(4)
    return b"\x3b" + body + bytes([reduce(xor, body)])
