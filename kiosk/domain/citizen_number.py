"""The citizen number 公民身份号码 (GB 11643-1999)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


class Sex(StrEnum):
    """性别, as the 17th digit tells: odd for men."""

    MALE = "男"
    FEMALE = "女"


class NotACitizenNumber(ValueError):
    """The text is no citizen number. Carries why, never the text: it may be somebody's."""


def check_digit(first17: str) -> str:
    """The 18th character by ISO 7064 MOD 11-2 (GB 11643-1999, 4.2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A valid number of 18 characters. It never shows in a `repr`: logs carry no digit of it."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> CitizenNumber:
        """From 18 characters, `x` or `X`; raises `NotACitizenNumber`."""
        wanted = text.strip().upper()
        if not _SHAPE.fullmatch(wanted):
            raise NotACitizenNumber("a citizen number has 17 digits and a check character")
        if check_digit(wanted[:17]) != wanted[17]:
            raise NotACitizenNumber("the check character does not fit")
        try:
            date.fromisoformat(f"{wanted[6:10]}-{wanted[10:12]}-{wanted[12:14]}")
        except ValueError:
            raise NotACitizenNumber("the birth date in it is no date") from None
        return cls(wanted)

    @property
    def born(self) -> date:
        return date.fromisoformat(f"{self.text[6:10]}-{self.text[10:12]}-{self.text[12:14]}")

    @property
    def sex(self) -> Sex:
        return Sex.MALE if int(self.text[16]) % 2 else Sex.FEMALE

    def masked(self) -> str:
        """`**************0021`: the last four only. First six and last four leave some 34 candidates
        once the birth year is known (docs/facts/people-and-screen.md)."""
        return "*" * 14 + self.text[14:]


def masked_name(name: str) -> str:
    """`王*兰`, `王*`: the surname's first character and the last of three or more; the rest is starred."""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]
