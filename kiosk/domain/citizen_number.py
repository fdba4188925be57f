"""The number the state knows a person by: the citizen number 公民身份号码 (GB 11643-1999), and what foreign
permanent residents have in its place (docs/facts/cards.md §4)."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

_EIGHTEEN: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FIFTEEN: Final = re.compile(r"[1-8][0-9]{14}")
_LETTERED: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_PERMIT_REGIONS: Final = ("810000", "820000", "830000")
_EARLIEST: Final = date(1900, 1, 1)
_BEFORE_1900: Final = frozenset({"996", "997", "998", "999"})
"""Orders that fifteen digits kept for the centenarians of their day, whose year begins with 18."""
_HIDDEN_LETTER: Final = re.compile(r"(?<=\w)\w|(?<=\W)\w(?!\w)")
_FULL_WIDTH: Final = ord("０") - ord("0")
_PLAIN: Final = {
    ord(char) + shift: char.upper()
    for char in string.digits + string.ascii_letters
    for shift in (0, _FULL_WIDTH)
}
"""What is read as a digit or a letter; of other scripts, nothing."""


class Sex(StrEnum):
    """性别, as the 17th digit tells: odd for men."""

    MALE = "男"
    FEMALE = "女"


class NumberKind(StrEnum):
    """Whose number it is."""

    CITIZEN = "公民身份号码"
    PERMIT = "港澳台居民居住证号码"
    """Of residents of Hong Kong, Macau and Taiwan: a citizen number whose region is theirs."""
    FOREIGN = "外国人永久居留身份证号码"
    """As given since 2023: 18 characters, the first a 9."""
    FOREIGN_2017 = "外国人永久居留身份证号码（2017版）"
    """As given before: 15 characters, the first three letters of the country."""


class NotACitizenNumber(ValueError):
    """The text is no number of a person. Carries why, never the text: it may be somebody's."""


def check_digit(first17: str) -> str:
    """The 18th character by ISO 7064 MOD 11-2 (GB 11643-1999, 4.2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def tidied(text: str) -> str:
    """As numbers are written: no blanks, nothing full-width, nothing small (some issuers write a small x)."""
    return "".join(text.split()).translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A valid number in its one form. It never shows in a `repr`: logs carry no digit of it."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str, today: date | None = None) -> CitizenNumber:
        """From any form people have, however it is spelled; raises `NotACitizenNumber`.

        Fifteen digits 一代证号码 become the eighteen they were replaced by. `today`: nobody is born after it.
        """
        wanted = tidied(text)
        if _LETTERED.fullmatch(wanted):
            # How its last digit comes about is not published (docs/facts/cards.md §4).
            if not any(_lived(century + wanted[7:13], today) for century in ("19", "20")):
                raise NotACitizenNumber("the birth date in it cannot be")
            return cls(wanted)
        if _FIFTEEN.fullmatch(wanted):
            if wanted[12:] in _BEFORE_1900:
                raise NotACitizenNumber("the birth date in it cannot be")
            first17 = f"{wanted[:6]}19{wanted[6:]}"
            wanted = first17 + check_digit(first17)
        elif not _EIGHTEEN.fullmatch(wanted):
            raise NotACitizenNumber("it has none of the forms of a number")
        elif check_digit(wanted[:17]) != wanted[17]:
            raise NotACitizenNumber("the check character does not fit")
        if not _lived(wanted[6:14], today):
            raise NotACitizenNumber("the birth date in it cannot be")
        return cls(wanted)

    @property
    def kind(self) -> NumberKind:
        if self.text[0].isalpha():
            return NumberKind.FOREIGN_2017
        if self.text[0] == "9":
            return NumberKind.FOREIGN
        return NumberKind.PERMIT if self.text.startswith(_PERMIT_REGIONS) else NumberKind.CITIZEN

    @property
    def born(self) -> date | None:
        """None for a number of 2017, which leaves the century out."""
        return None if self.kind is NumberKind.FOREIGN_2017 else _day(self.text[6:14])

    @property
    def sex(self) -> Sex | None:
        """None for a number of 2017, which does not tell."""
        if self.kind is NumberKind.FOREIGN_2017:
            return None
        return Sex.MALE if int(self.text[16]) % 2 else Sex.FEMALE

    def masked(self) -> str:
        """`**************0021`: the last four only. First six and last four leave some 34 candidates
        once the birth year is known (docs/facts/people-and-screen.md)."""
        return self.text[-4:].rjust(len(self.text), "*")


def _day(digits: str) -> date | None:
    """YYYYMMDD; None where the calendar has no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _lived(digits: str, today: date | None) -> bool:
    """Whether somebody who has dealings today can have been born that day."""
    born = _day(digits)
    return born is not None and born >= _EARLIEST and (today is None or born <= today)


def masked_name(name: str) -> str:
    """`王*兰`, `王*`: the surname's first character and the last of three or more; the rest is starred.
    In Latin letters the first of each word: `H***** H****`, but of one letter standing alone nothing."""
    if len(name) <= 1:
        return "*"
    if name[0].isascii():
        return _HIDDEN_LETTER.sub("*", name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]
