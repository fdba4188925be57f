"""People whose months tell every trouble that nobody's of the tray do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from central.county.builders import (
    BOOKED_TO,
    DemoResident,
    Job,
    accounts,
    card,
    flexible,
    paid_by_the_year,
    person,
    resident_medical,
    with_base,
    worked,
)
from central.county.employees import HRSS_OFFICE, MACHINES, MARKET, NHSA_OFFICE, TEXTILE, enrolled, paying
from central.records import Participation, Person, PersonalFile
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Contribution
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan

_TOWN: Final = "示例县青石镇"
_SINCE: Final = Month(2016, 1)
_THIS_YEAR: Final = 2026


def troubled_residents(first: int) -> dict[str, DemoResident]:
    """By the names of their cards; of the county's ordinals from `first` on."""
    makers = {
        "skips-years": _skips_years,
        "own-boss": _own_boss,
        "left-out": _left_out,
        "deserted": _deserted,
        "paid-twice": _paid_twice,
        "base-too-high": _base_too_high,
        "official": _official,
    }
    return {name: make(first + i) for i, (name, make) in enumerate(makers.items())}


def _skips_years(ordinal: int) -> DemoResident:
    """路间断, a farmer: 居民养老 without 2023, 居民医保 without 2024 and the running year."""
    who = person(ordinal, "路间断", date(1970, 2, 3), 41, _TOWN)
    rows = [*resident_medical(2018, 2023), *resident_medical(2025, 2025)]
    for year in (2018, 2019, 2020, 2021, 2022, 2024, 2025):
        rows += paid_by_the_year(Kind.PENSION_RESIDENT, year, 500, Month(year, 9))
    since = Month(2018, 1)
    held = tuple(
        Participation(kind, ParticipationState.PAYING, since)
        for kind in (Kind.PENSION_RESIDENT, Kind.MEDICAL_RESIDENT)
    )
    return _resident(ordinal, who, held, rows, ())


def _own_boss(ordinal: int) -> DemoResident:
    """钱自立: employed, then a hole that nobody owes, then paying alone, some months of it not."""
    who = person(ordinal, "钱自立", date(1986, 3, 4), 55, _TOWN)
    rows = worked(Job(MARKET, MonthSpan(_SINCE, Month(2026, 2)), 80))
    rows += flexible(MonthSpan(Month(2026, 3), Month(2026, 5)), 80)
    rows += flexible(MonthSpan(Month(2026, 9), BOOKED_TO), 80)
    pension, _, medical, _ = paying(_SINCE, MARKET)
    held = tuple(replace(one, employer=None) for one in (pension, medical))
    return _resident(ordinal, who, held, rows, enrolled(date(2016, 1, 8)))


def _left_out(ordinal: int) -> DemoResident:
    """何漏报: while the rest was paid, nothing came for work injury and then for unemployment."""
    who = person(ordinal, "何漏报", date(1991, 4, 5), 67, _TOWN)
    rows = worked(Job(TEXTILE, MonthSpan(_SINCE, BOOKED_TO), 85))
    rows = _without(rows, Kind.WORK_INJURY, MonthSpan(Month(2026, 2), Month(2026, 3)))
    rows = _without(rows, Kind.UNEMPLOYMENT, MonthSpan(Month(2026, 5), Month(2026, 6)))
    rows = _without(rows, Kind.PENSION_EMPLOYEE, MonthSpan(Month(2026, 8), Month(2026, 8)))
    corrected = AccountChange(
        date(2026, 5, 6), Kind.UNEMPLOYMENT, ChangeKind.PERSONAL_DATA, HRSS_OFFICE, "何漏抱", "何漏报"
    )
    changes = (*enrolled(date(2026, 5, 8)), corrected)
    return _resident(ordinal, who, paying(_SINCE, TEXTILE), rows, changes)


def _deserted(ordinal: int) -> DemoResident:
    """丁被欠: the employer stopped paying for everything in summer, and still does not."""
    who = person(ordinal, "丁被欠", date(1983, 5, 6), 79, _TOWN)
    rows = worked(Job(MACHINES, MonthSpan(_SINCE, Month(2026, 6)), 95))
    return _resident(ordinal, who, paying(_SINCE, MACHINES), rows, enrolled(date(2016, 1, 8)))


def _paid_twice(ordinal: int) -> DemoResident:
    """宋两家: two employers paid for the same months; 居民养老 was paid beside them."""
    who = person(ordinal, "宋两家", date(1989, 6, 7), 92, _TOWN)
    rows = worked(Job(TEXTILE, MonthSpan(_SINCE, BOOKED_TO), 85))
    rows += worked(Job(MARKET, MonthSpan(Month(2026, 3), Month(2026, 4)), 70))
    rows += paid_by_the_year(Kind.PENSION_RESIDENT, 2025, 500, Month(2025, 9))
    beside = Participation(Kind.PENSION_RESIDENT, ParticipationState.SUSPENDED, Month(2025, 1))
    stopped = AccountChange(
        date(2026, 1, 9), Kind.PENSION_RESIDENT, ChangeKind.SUSPENDED, NHSA_OFFICE, "参保缴费", "暂停缴费"
    )
    return _resident(ordinal, who, (*paying(_SINCE, TEXTILE), beside), rows, (stopped,))


def _base_too_high(ordinal: int) -> DemoResident:
    """高过顶: the base of this year is above the ceiling."""
    who = person(ordinal, "高过顶", date(1979, 7, 8), 103, _TOWN)
    year = MonthSpan(Month(_THIS_YEAR, 1), Month(_THIS_YEAR, 12))
    rows = with_base(worked(Job(MACHINES, MonthSpan(_SINCE, BOOKED_TO), 250)), year, Money(60_000_00))
    return _resident(ordinal, who, paying(_SINCE, MACHINES), rows, enrolled(date(2016, 1, 8)))


def _official(ordinal: int) -> DemoResident:
    """官在编: 机关养老, and 生育保险 until it was merged, with a hole in each."""
    who = person(ordinal, "官在编", date(1984, 8, 9), 115, _TOWN)
    office = "示例县青石镇人民政府"
    paid = worked(Job(office, MonthSpan(_SINCE, BOOKED_TO), 110))
    rows = [
        replace(row, kind=Kind.PENSION_PUBLIC) if row.kind is Kind.PENSION_EMPLOYEE else row for row in paid
    ]
    rows = _without(rows, Kind.PENSION_PUBLIC, MonthSpan(Month(2026, 1), Month(2026, 2)))
    maternity = MonthSpan(_SINCE, Month(2018, 9))
    rows += [
        replace(row, kind=Kind.MATERNITY)
        for row in paid
        if row.kind is Kind.WORK_INJURY and row.month in maternity
    ]
    kinds = (Kind.PENSION_PUBLIC, Kind.MEDICAL_EMPLOYEE, Kind.MATERNITY)
    held = tuple(Participation(kind, ParticipationState.PAYING, _SINCE, office) for kind in kinds)
    return _resident(ordinal, who, held, rows, enrolled(date(2016, 1, 8)))


def _without(rows: Iterable[Contribution], kind: Kind, hole: MonthSpan) -> list[Contribution]:
    return [row for row in rows if row.kind is not kind or row.month not in hole]


def _resident(
    ordinal: int,
    who: Person,
    held: tuple[Participation, ...],
    rows: list[Contribution],
    changes: tuple[AccountChange, ...],
) -> DemoResident:
    file = PersonalFile(who, (card(ordinal),), held, tuple(rows), changes, accounts(rows))
    return DemoResident(file, who.name)
