"""People of 示例县 who came from Hong Kong and from abroad; their numbers have other forms.

The numbers (docs/facts/cards.md §4) are made up. No province has the code 80; the one of Hong Kong begins
as all of its kind do, and is of somebody born so long ago that nobody alive can have it.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from central.county.builders import BOOKED_TO, DemoResident, Job, accounts, card, reference_of, worked
from central.county.employees import CLINIC, MACHINES, TEXTILE, enrolled, paying
from central.records import Person, PersonalFile
from kiosk.domain.citizen_number import CitizenNumber
from kiosk.domain.months import Month, MonthSpan

_HOUSEHOLD: Final = "示例县城关镇"


def _employed(ordinal: int, name: str, number: str, job: Job) -> DemoResident:
    who = Person(reference_of(ordinal), CitizenNumber.parse(number), name, _HOUSEHOLD)
    rows, since = worked(job), job.months.first
    file = PersonalFile(
        who,
        (card(ordinal),),
        paying(since, job.employer),
        tuple(rows),
        enrolled(date(since.year, since.month, 8)),
        accounts(rows),
    )
    return DemoResident(file, name)


def he_jingyi() -> DemoResident:
    """何静仪 of Hong Kong, with a residence permit; nothing is wrong."""
    job = Job(CLINIC, MonthSpan(Month(2021, 3), BOOKED_TO), 95)
    return _employed(18, "何静仪", "810000190402290241", job)


def du_bo() -> DemoResident:
    """杜博, a permanent resident under a number of 15 characters; nothing is wrong."""
    job = Job(MACHINES, MonthSpan(Month(2017, 5), BOOKED_TO), 160)
    return _employed(19, "杜博", "FRA800179112205", job)


def helen_harper() -> DemoResident:
    """HARPER HELEN GRACE, a permanent resident who has no Chinese name; nothing is wrong."""
    job = Job(TEXTILE, MonthSpan(Month(2022, 9), BOOKED_TO), 140)
    return _employed(20, "HARPER HELEN GRACE", "980840197905160046", job)
