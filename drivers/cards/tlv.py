"""BER-TLV data objects (ISO/IEC 7816-4, 5.2.2), definite lengths only. Strict: no byte is left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_MORE = 0x80
_DEEPEST = 16
"""Cards nest three or four deep; the bound keeps hostile data from exhausting the stack."""


class TlvError(ValueError):
    """The bytes are no TLV. `offset` counts from the first byte given to `parse`."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"at offset {offset}: {reason}")
        self.offset = offset
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tlv:
    """A data object: the tag's bytes as a number (0x9F0C), the value as bytes or, if constructed, objects."""

    tag: int
    value: bytes | tuple[Tlv, ...]

    def encode(self) -> bytes:
        """Tag, shortest length, value."""
        value = self.value if isinstance(self.value, bytes) else encode(self.value)
        return self.tag.to_bytes(_tag_size(self.tag), "big") + _encode_length(len(value)) + value

    def walk(self) -> Iterator[Tlv]:
        """This object, then all within it."""
        yield self
        if not isinstance(self.value, bytes):
            for part in self.value:
                yield from part.walk()


def encode(objects: tuple[Tlv, ...]) -> bytes:
    """The objects' bytes, one after the other."""
    return b"".join(item.encode() for item in objects)


def parse(data: bytes) -> tuple[Tlv, ...]:
    """All objects in `data`, constructed ones with what is in them. Raises `TlvError`."""
    return _parse(data, 0, len(data), 0)


def _parse(data: bytes, start: int, end: int, depth: int) -> tuple[Tlv, ...]:
    if depth > _DEEPEST:
        raise TlvError(start, f"nested more than {_DEEPEST} deep")
    objects: list[Tlv] = []
    at = start
    while at < end:
        constructed = bool(data[at] & _CONSTRUCTED)
        tag, after_tag = parse_tag(data, at, end)
        length, value_at = _parse_length(data, after_tag, end)
        after = value_at + length
        if after > end:
            # Not how long it says to be: those bytes may be anything of the card's.
            raise TlvError(after_tag, f"a value longer than the {end - value_at} bytes that are left")
        value = _parse(data, value_at, after, depth + 1) if constructed else data[value_at:after]
        objects.append(Tlv(tag, value))
        at = after
    return tuple(objects)


def parse_tag(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The tag at offset `at` and the offset behind it; the data end before `end`. Raises `TlvError`.

    A tag has at most three bytes (ISO/IEC 7816-4, 5.2.2.1).
    """
    if data[at] in {0x00, 0xFF}:
        raise TlvError(at, f"{data[at]:02X} is no tag")
    if data[at] & _LONG_TAG != _LONG_TAG:
        return data[at], at + 1
    for last in range(at + 1, min(at + 3, end)):
        # A number below 31 in a long tag breaks ISO/IEC 8825-1, but all payment tags (9F02 …) are coded so.
        if not data[last] & _MORE:
            return int.from_bytes(data[at : last + 1], "big"), last + 1
    raise TlvError(at, "a tag that does not end within three bytes")


def _parse_length(data: bytes, at: int, end: int) -> tuple[int, int]:
    if at >= end:
        raise TlvError(at, "a tag without a length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    size = first - 0x80
    if not 1 <= size <= 4:
        raise TlvError(at, f"{first:02X} is no definite length of up to four bytes")
    if at + 1 + size > end:
        raise TlvError(at, "a length that does not end")
    return int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size


def _encode_length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    size = (length.bit_length() + 7) // 8
    return bytes([0x80 + size]) + length.to_bytes(size, "big")


def _tag_size(tag: int) -> int:
    return max(1, (tag.bit_length() + 7) // 8)
