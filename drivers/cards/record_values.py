"""What the value of a record means: text, digits, a day, a name (`docs/facts/cards.md` §1).

Padding is taken off at the end only. Everything here raises `Garbled`, and None means never written.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final

from drivers.cards.records import Garbled

_STEERING: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode categories that steer screens and printers."""


def steers(character: str) -> bool:
    """Whether it may be in no text a card gives: it steers a screen or a printer, or is no character at all.

    Rare characters are in unassigned and private code points, so those pass.
    """
    code = ord(character)
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return noncharacter or unicodedata.category(character) in _STEERING


def is_blank(value: bytes) -> bool:
    """Never written: all 00 or all FF."""
    return not value.strip(b"\x00") or not value.strip(b"\xff")


def text(value: bytes) -> str | None:
    """An `an` field: ASCII, filled with 00 at the end."""
    decoded = value.rstrip(b"\x00").decode("latin-1").rstrip(" ")
    if not decoded:
        return None
    if not decoded.isascii() or not decoded.replace(".", "").isalnum():
        raise Garbled("a character that is no letter, digit or dot")
    return decoded


def digits(value: bytes) -> str:
    """A `cn` field: BCD, filled with F at the end."""
    decoded = value.hex().rstrip("f")
    if not decoded.isdecimal():
        raise Garbled("a nibble that is no decimal digit")
    return decoded


def day(value: bytes) -> date:
    """A `cn` field of eight digits, YYYYMMDD."""
    decoded = digits(value)
    if len(decoded) != 8:
        raise Garbled(f"{len(decoded)} digits where a date has 8")
    try:
        return date(int(decoded[:4]), int(decoded[4:6]), int(decoded[6:]))
    except ValueError:
        raise Garbled("no day of the calendar") from None


def name(encoded: bytes) -> str | None:
    """A name in GB 18030, its parts joined and their padding taken off."""
    try:
        decoded = encoded.decode("gb18030").strip(" \u3000")
    except UnicodeDecodeError:
        raise Garbled("a name that is not GB 18030") from None
    if any(steers(character) for character in decoded):
        raise Garbled("a control character in the name")
    # Blanks of another width alone are no name either: there is nothing to see.
    return None if not decoded or decoded.isspace() else decoded
