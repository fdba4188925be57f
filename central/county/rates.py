"""Rates and wages of 示例县, made up but plausible: what its employers and residents had to pay, by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.months import Month


@dataclass(frozen=True, slots=True)
class Rate:
    """Shares of the base in 1/10,000, in force from a month on."""

    since: Month
    personal: int
    employer: int


EMPLOYEE_RATES: Final[Mapping[Kind, tuple[Rate, ...]]] = {
    Kind.PENSION_EMPLOYEE: (
        Rate(Month(1996, 1), 800, 2000),
        Rate(Month(2019, 5), 800, 1600),
    ),
    Kind.UNEMPLOYMENT: (
        Rate(Month(1999, 1), 100, 200),
        Rate(Month(2015, 3), 50, 150),
        Rate(Month(2017, 1), 50, 50),
    ),
    Kind.MEDICAL_EMPLOYEE: (Rate(Month(2001, 1), 200, 800),),
    Kind.WORK_INJURY: (
        Rate(Month(2004, 1), 0, 50),
        Rate(Month(2015, 10), 0, 40),
    ),
}
FLEXIBLE_RATES: Final[Mapping[Kind, Rate]] = {
    Kind.PENSION_EMPLOYEE: Rate(Month(2006, 1), 2000, 0),
    Kind.MEDICAL_EMPLOYEE: Rate(Month(2006, 1), 1000, 0),
}
"""灵活就业人员: they pay alone."""
CREDITED: Final[Mapping[Kind, int]] = {Kind.PENSION_EMPLOYEE: 800, Kind.MEDICAL_EMPLOYEE: 200}
"""划入个人账户: the share of the base that goes to the personal account, in 1/10,000."""

AVERAGE_WAGE: Final[Mapping[int, int]] = {
    1996: 480, 1997: 520, 1998: 560, 1999: 610, 2000: 690, 2001: 780, 2002: 870, 2003: 980, 2004: 1100,
    2005: 1240, 2006: 1400, 2007: 1620, 2008: 1880, 2009: 2100, 2010: 2350, 2011: 2680, 2012: 2960,
    2013: 3250, 2014: 3540, 2015: 3860, 2016: 4150, 2017: 4480, 2018: 4790, 2019: 4985, 2020: 5120,
    2021: 5380, 2022: 5690, 2023: 5940, 2024: 6150, 2025: 6320, 2026: 6470,
}  # fmt: skip
"""Yuan a month; the base limits are 60 % and 300 % of it."""

RESIDENT_MEDICAL: Final[Mapping[int, int]] = {
    2012: 60, 2013: 70, 2014: 90, 2015: 110, 2016: 150, 2017: 180, 2018: 180, 2019: 220, 2020: 250,
    2021: 280, 2022: 320, 2023: 350, 2024: 380, 2025: 400, 2026: 400,
}  # fmt: skip
"""城乡居民医保个人缴费: yuan for the whole year."""

_INTEREST: Final[Mapping[int, int]] = {
    2016: 831, 2017: 712, 2018: 829, 2019: 761, 2020: 604, 2021: 669, 2022: 612, 2023: 397, 2024: 262,
    2025: 150,
}  # fmt: skip
_INTEREST_BEFORE_2016: Final = 300


def employee_rate(kind: Kind, month: Month) -> Rate | None:
    """The rate in force in a month; None before the kind was introduced here."""
    return next((rate for rate in reversed(EMPLOYEE_RATES[kind]) if rate.since <= month), None)


def interest_rate(year: int) -> int:
    """记账利率 of pension accounts in 1/10,000; the running year's is not known yet, so 0."""
    return _INTEREST.get(year, _INTEREST_BEFORE_2016 if year < 2016 else 0)


def base_of(year: int, percent: int) -> Money:
    """A base of `percent` of the year's average wage, in whole yuan."""
    return Money(AVERAGE_WAGE[year] * percent // 100 * 100)


def share(base: Money, ten_thousandths: int) -> Money:
    """A part of a base, rounded half up to the fen."""
    return Money((base.fen * ten_thousandths + 5_000) // 10_000)
