"""卡识别码: the number that names one social-security card for good (`docs/facts/cards.md` §1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self

REGISTERED_ID: Final = bytes.fromhex("D156000005")
"""The registered identifier (ISO/IEC 7816-5) of China's social-security cards."""

_LENGTH: Final = 16
_REGION: Final = 3


class BadCardId(ValueError):
    """The bytes are no identification code. The text never repeats them."""


@dataclass(frozen=True, slots=True)
class CardId:
    """An identification code. A `repr` shows nothing of it: it is a key to its owner."""

    region: str = field(repr=False)
    """发卡地区: six digits of GB/T 2260, the region that issued the card."""
    serial: bytes = field(repr=False)
    """Eight bytes, serial number and check; how they are divided only the issuer needs to know."""

    @classmethod
    def parse(cls, code: bytes) -> Self:
        """Raises `BadCardId`."""
        if len(code) != _LENGTH:
            raise BadCardId(f"{len(code)} bytes where a card id has {_LENGTH}")
        region, rest = code[:_REGION].hex(), code[_REGION:]
        if not region.isdecimal():
            raise BadCardId("a region with a nibble that is no decimal digit")
        if not rest.startswith(REGISTERED_ID):
            raise BadCardId("another registered identifier than the social-security cards'")
        return cls(region, rest[len(REGISTERED_ID) :])

    def encode(self) -> bytes:
        return bytes.fromhex(self.region) + REGISTERED_ID + self.serial
