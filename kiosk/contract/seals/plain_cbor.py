"""The plain part of CBOR (RFC 8949) that seals are made of, read from bytes that anybody may have printed."""

from __future__ import annotations

from typing import Any, Final

import cbor2

_DEPTH: Final = 4
_SHORTER: Final = {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}
"""What fits a shorter head, by the octets of a longer one."""
_FALSE, _TRUE = 20, 21


class NotPlain(ValueError):
    """No CBOR, or more than plain CBOR."""


def load_plain(data: bytes) -> Any:
    """One item of whole numbers, bytes, text, arrays, maps and truth values, each in its shortest form and
    of told length, and nothing behind it. Raises `NotPlain`.

    Tags never reach the library: it makes patterns, dates and references of them, and fails at some in ways
    that are not its own errors.
    """
    if _after_item(data, 0, _DEPTH) != len(data):
        raise NotPlain("there is something behind it")
    try:
        return cbor2.loads(data)
    except cbor2.CBORDecodeError as error:
        raise NotPlain("its text is no UTF-8") from error


def _after_item(data: bytes, at: int, depth: int) -> int:
    major, number, at = _head(data, at)
    match major:
        case 0 | 1:
            return at
        case 2 | 3 if at + number <= len(data):
            return at + number
        case 4 | 5 if depth:
            # However many are claimed, each takes an octet of what is there, or is the last.
            for _ in range(number if major == 4 else 2 * number):
                at = _after_item(data, at, depth - 1)
            return at
        case 7 if number in (_FALSE, _TRUE):
            return at
        case _:
            raise NotPlain("it is cut short, too deep, or of another type")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where the head ends."""
    if at >= len(data):
        raise NotPlain("it is cut short")
    major, short = data[at] >> 5, data[at] & 31
    if short < _SHORTER[1]:
        return major, short, at + 1
    if short > 27:
        raise NotPlain("a length is not told")
    octets = 1 << short - 24
    end = at + 1 + octets
    number = int.from_bytes(data[at + 1 : end], "big")
    if end > len(data) or number < _SHORTER[octets]:
        raise NotPlain("it is cut short, or not in its shortest form")
    return major, number, end
