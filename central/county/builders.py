"""How a person's rows come about: jobs, flexible work, yearly premiums; and the account they add up to."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from central.county.rates import (
    CREDITED,
    FLEXIBLE_RATES,
    RESIDENT_MEDICAL,
    Rate,
    base_of,
    employee_rate,
    interest_rate,
    share,
)
from central.premiums import premium_rows
from central.records import Card, CardState, Person, PersonalFile
from kiosk.contract.papers import AccountOfYear
from kiosk.domain.citizen_number import CitizenNumber, check_digit
from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Contribution, PaymentType
from kiosk.domain.money import ZERO, Money
from kiosk.domain.months import Month, MonthSpan

COUNTY_CODE: Final = "800100"
"""A region code that nobody has: no number made with it can be a living person's."""
BOOKED_TO: Final = Month(2026, 10)
"""The last month that is booked; the demo's present is November 2026."""
EMPLOYEE_KINDS: Final = (
    Kind.PENSION_EMPLOYEE,
    Kind.UNEMPLOYMENT,
    Kind.MEDICAL_EMPLOYEE,
    Kind.WORK_INJURY,
)
_ACCOUNT_KINDS: Final = (Kind.PENSION_EMPLOYEE, Kind.PENSION_RESIDENT, Kind.MEDICAL_EMPLOYEE)


@dataclass(frozen=True, slots=True)
class DemoResident:
    """A person of the county, and what the card in the tray says of the name."""

    file: PersonalFile
    card_name: str
    """As on the card; differs from the record's where that is the story."""

    @property
    def card(self) -> Card:
        return self.file.cards[0]


def reference_of(ordinal: int) -> str:
    return hashlib.sha256(f"{COUNTY_CODE}/{ordinal}".encode()).hexdigest()[:20]


def person(ordinal: int, name: str, born: date, sequence: int, household: str) -> Person:
    """`sequence` is the number's digits 15–17: odd for men."""
    first17 = f"{COUNTY_CODE}{born:%Y%m%d}{sequence:03d}"
    number = CitizenNumber.parse(first17 + check_digit(first17))
    return Person(reference_of(ordinal), number, name, household)


def card(ordinal: int, state: CardState = CardState.VALID) -> Card:
    """卡识别码: region, `D156000005`, serial, check."""
    serial = (0x00BF0000 + ordinal * 0x0101).to_bytes(4, "big")
    check = zlib.crc32(serial).to_bytes(4, "big")
    card_id = f"{COUNTY_CODE}D156000005{(serial + check).hex()}".upper()
    return Card(card_id, f"S{10_000_000 + ordinal * 7919:08d}", state)


@dataclass(frozen=True, slots=True)
class Job:
    """Months at one employer, with a base of `percent` of the average wage."""

    employer: str
    months: MonthSpan
    percent: int


def worked(job: Job) -> list[Contribution]:
    """All four kinds as far as there were such, every month paid in time."""
    return [
        _month_worked(job, kind, rate, month)
        for month in job.months
        for kind in EMPLOYEE_KINDS
        if (rate := employee_rate(kind, month)) is not None
    ]


def _month_worked(job: Job, kind: Kind, rate: Rate, month: Month) -> Contribution:
    base = base_of(month.year, job.percent)
    return Contribution(
        kind,
        PaymentType.NORMAL,
        month,
        month,
        base,
        share(base, rate.personal),
        share(base, rate.employer),
        share(base, CREDITED.get(kind, 0)),
        month,
        job.employer,
    )


def flexible(months: MonthSpan, percent: int) -> list[Contribution]:
    """灵活就业: pension and medical, paid alone."""
    rows = []
    for month in months:
        base = base_of(month.year, percent)
        for kind, rate in FLEXIBLE_RATES.items():
            credited = share(base, CREDITED[kind])
            personal = share(base, rate.personal)
            rows.append(
                Contribution(kind, PaymentType.NORMAL, month, month, base, personal, ZERO, credited, month)
            )
    return rows


def transferred(months: MonthSpan, percent: int, booked: Month) -> list[Contribution]:
    """转移接续: pension months of another province, booked when they came."""
    rows = []
    for month in months:
        base = base_of(month.year, percent)
        personal = share(base, 800)
        rows.append(
            Contribution(
                Kind.PENSION_EMPLOYEE,
                PaymentType.TRANSFER,
                month,
                booked,
                base,
                personal,
                share(base, 1200),
                personal,
                booked,
            )
        )
    return rows


def paid_by_the_year(kind: Kind, year: int, yuan: int, paid: Month) -> list[Contribution]:
    """A resident's premium of a year, in whole yuan."""
    return list(premium_rows(kind, year, Money(yuan * 100), paid))


def resident_medical(first_year: int, last_year: int) -> list[Contribution]:
    """居民医保: each year paid in the window before it."""
    return [
        row
        for year in range(first_year, last_year + 1)
        for row in paid_by_the_year(Kind.MEDICAL_RESIDENT, year, RESIDENT_MEDICAL[year], Month(year - 1, 11))
    ]


def owed(rows: Iterable[Contribution], kind: Kind, months: MonthSpan) -> list[Contribution]:
    """The same rows, the money of these months never having arrived."""
    return [
        replace(row, arrived=None, credited=ZERO) if row.kind == kind and row.month in months else row
        for row in rows
    ]


def uncredited(rows: Iterable[Contribution], kind: Kind, month: Month) -> list[Contribution]:
    """The same rows, the money of one month arrived and never credited to the account."""
    return [replace(row, credited=ZERO) if (row.kind, row.month) == (kind, month) else row for row in rows]


def with_base(rows: Iterable[Contribution], months: MonthSpan, base: Money) -> list[Contribution]:
    """The same rows, with a base that was declared differently."""
    return [_on_base(row, base) if row.month in months else row for row in rows]


def _on_base(row: Contribution, base: Money) -> Contribution:
    rate = employee_rate(row.kind, row.month)
    if rate is None:
        raise ValueError(f"{row.kind} had no rate in {row.month.iso()}")
    return replace(
        row,
        base=base,
        personal=share(base, rate.personal),
        employer=share(base, rate.employer),
        credited=share(base, CREDITED.get(row.kind, 0)),
    )


def accounts(rows: Iterable[Contribution]) -> tuple[AccountOfYear, ...]:
    """个人账户 by year. Interest: a year on the balance before, half a year on what came in between."""
    credited: dict[tuple[Kind, int], int] = {}
    for row in rows:
        if row.kind in _ACCOUNT_KINDS and row.arrived is not None:
            key = row.kind, max(row.month, row.arrived).year
            credited[key] = credited.get(key, 0) + row.credited.fen
    return tuple(
        one
        for kind in _ACCOUNT_KINDS
        for one in _years(kind, {year: fen for (of, year), fen in credited.items() if of is kind})
    )


def _years(kind: Kind, credited: dict[int, int]) -> list[AccountOfYear]:
    if not credited:
        return []
    told, before = [], 0
    for year in range(min(credited), BOOKED_TO.year + 1):
        principal = credited.get(year, 0)
        if kind is Kind.MEDICAL_EMPLOYEE:
            interest, paid_out = 0, (before + principal) * 3 // 5
        else:
            rate = interest_rate(year)
            interest, paid_out = (before * 2 + principal) * rate // 20_000, 0
        total = before + principal + interest - paid_out
        told.append(
            AccountOfYear(
                kind=kind,
                year=year,
                before_fen=Money(before),
                principal_fen=Money(principal),
                interest_fen=Money(interest),
                paid_out_fen=Money(paid_out),
                total_fen=Money(total),
            )
        )
        before = total
    return told
