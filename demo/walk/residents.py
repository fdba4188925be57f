"""People of the county whom only a walk needs: their records are such as nobody's of the tray are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from central.county.builders import (
    BOOKED_TO,
    DemoResident,
    Job,
    accounts,
    card,
    person,
    resident_medical,
    worked,
)
from central.county.employees import TEXTILE, enrolled, paying
from central.records import Participation, PersonalFile
from demo.walk.troubled import troubled_residents
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import Contribution
from kiosk.domain.months import Month, MonthSpan

NEWCOMER: Final = "newcomer"
TWO_TROUBLES: Final = "two-troubles"
ORDERED: Final = "ordered"
_FIRST_FREE: Final = 900
"""Of the county's ordinals."""
_TOWN: Final = "示例县城关镇"
_SINCE: Final = Month(2022, 9)
_GAP: Final = MonthSpan(Month(2023, 3), Month(2023, 5))
_OTHER_GAP: Final = MonthSpan(Month(2025, 6), Month(2025, 7))


def extra_residents() -> dict[str, DemoResident]:
    """By the names of their cards."""
    own = {NEWCOMER: _newcomer(), TWO_TROUBLES: _two_troubles(), ORDERED: _ordered()}
    return own | troubled_residents(_FIRST_FREE + len(own))


def _newcomer() -> DemoResident:
    """石新: enrolled this month, and nothing paid yet."""
    who = person(_FIRST_FREE, "石新", date(2003, 5, 6), 17, _TOWN)
    ordinal, month = _FIRST_FREE, Month(2026, 11)
    return DemoResident(PersonalFile(who, (card(ordinal),), paying(month, TEXTILE), ()), who.name)


def _two_troubles() -> DemoResident:
    """方两难: 医保 with two holes, while everything else was paid."""
    ordinal = _FIRST_FREE + 1
    who = person(ordinal, "方两难", date(1990, 7, 8), 28, _TOWN)
    rows = list(_with_holes(worked(Job(TEXTILE, MonthSpan(_SINCE, BOOKED_TO), 90))))
    file = PersonalFile(
        who,
        (card(ordinal),),
        paying(_SINCE, TEXTILE),
        tuple(rows),
        enrolled(date(_SINCE.year, _SINCE.month, 8)),
        accounts(rows),
    )
    return DemoResident(file, who.name)


def _with_holes(rows: list[Contribution]) -> Iterator[Contribution]:
    for row in rows:
        in_hole = row.month in _GAP or row.month in _OTHER_GAP
        if not (in_hole and row.kind is Kind.MEDICAL_EMPLOYEE):
            yield row


def _ordered() -> DemoResident:
    """陶待付: pays 居民医保 by the year; a phone was to pay for the next one."""
    ordinal = _FIRST_FREE + 2
    who = person(ordinal, "陶待付", date(1988, 9, 10), 39, _TOWN)
    joined = Participation(Kind.MEDICAL_RESIDENT, ParticipationState.PAYING, Month(2025, 1))
    rows = tuple(resident_medical(2025, 2026))
    return DemoResident(PersonalFile(who, (card(ordinal),), (joined,), rows), who.name)
