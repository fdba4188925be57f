"""Calendar months, the unit in which contributions are owed and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month 年月."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.month <= 12):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """From `YYYY-MM`; raises `ValueError`."""
        year, dash, month = text.partition("-")
        # `isdecimal` alone would let other scripts' digits through.
        digits = year + month
        if not dash or len(year) != 4 or len(month) != 2 or not (digits.isascii() and digits.isdecimal()):
            raise ValueError(f"a month is written YYYY-MM, not {text!r}")
        return cls(int(year), int(month))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    def plus(self, months: int) -> Month:
        """`months` later; earlier where negative."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def until(self, later: Month) -> int:
        """How many months lie between: 0 for the same month, negative where `later` is earlier."""
        return (later.year - self.year) * 12 + later.month - self.month

    def iso(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"


@dataclass(frozen=True, slots=True)
class MonthName:
    """1月: a month of a year that is known."""

    number: int
    """1 to 12."""

    def __str__(self) -> str:
        return f"{self.number}月"


@dataclass(frozen=True, slots=True)
class DayInYear:
    """12月31日: a day of a year that is known."""

    month: int
    day: int

    @classmethod
    def of(cls, day: date) -> DayInYear:
        return cls(day.month, day.day)

    def __str__(self) -> str:
        return f"{self.month}月{self.day}日"


@dataclass(frozen=True, slots=True, order=True)
class MonthSpan:
    """Months in a row, both ends included."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a span ends before it begins: {self.first.iso()} to {self.last.iso()}")

    def __len__(self) -> int:
        return self.first.until(self.last) + 1

    def __iter__(self) -> Iterator[Month]:
        return (self.first.plus(i) for i in range(len(self)))

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last

    def __str__(self) -> str:
        """`2019年1月到7月`; the year is said once where both ends share it."""
        if self.first == self.last:
            return str(self.first)
        if self.first.year == self.last.year:
            return f"{self.first}到{self.last.month}月"
        return f"{self.first}到{self.last}"


def spans(months: Iterable[Month]) -> tuple[MonthSpan, ...]:
    """The months, in order and without doubles, as the fewest spans."""
    found: list[MonthSpan] = []
    first = last = None
    # A dict drops doubles and, unlike a set, leaves months in order as quick to sort as they came.
    for month in sorted(dict.fromkeys(months)):
        if first is None or last is None:
            first = month
        elif last.until(month) > 1:
            found.append(MonthSpan(first, last))
            first = month
        last = month
    if first is not None and last is not None:
        found.append(MonthSpan(first, last))
    return tuple(found)
