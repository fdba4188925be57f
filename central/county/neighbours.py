"""Pensioners, farmers, children and others of 示例县; each is the story that its docstring tells."""

from __future__ import annotations

from datetime import date

from central.county.builders import (
    BOOKED_TO,
    EMPLOYEE_KINDS,
    DemoResident,
    Job,
    accounts,
    card,
    flexible,
    paid_by_the_year,
    person,
    resident_medical,
    transferred,
    worked,
)
from central.county.employees import CHEN_XIAOHE, CHEN_XIAOMAI, HRSS_OFFICE, MACHINES, NHSA_OFFICE, office_of
from central.records import Card, CardState, Participation, Person, PersonalFile
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Contribution
from kiosk.domain.months import Month, MonthSpan


def _resident(
    who: Person,
    own_card: Card,
    participations: tuple[Participation, ...],
    rows: list[Contribution],
    changes: tuple[AccountChange, ...],
) -> DemoResident:
    file = PersonalFile(who, (own_card,), participations, tuple(rows), changes, accounts(rows))
    return DemoResident(file, who.name)


def _in_resident_medical(since_year: int) -> tuple[Participation, AccountChange]:
    return (
        Participation(Kind.MEDICAL_RESIDENT, ParticipationState.PAYING, Month(since_year, 1)),
        AccountChange(date(since_year - 1, 11, 20), Kind.MEDICAL_RESIDENT, ChangeKind.ENROLLED, NHSA_OFFICE),
    )


def _child(ordinal: int, name: str, born: date, sequence: int) -> DemoResident:
    participation, enrolment = _in_resident_medical(born.year + 1)
    rows = resident_medical(born.year + 1, BOOKED_TO.year)
    who = person(ordinal, name, born, sequence, "示例县青石镇")
    return _resident(who, card(ordinal), (participation,), rows, (enrolment,))


def chen_xiaohe() -> DemoResident:
    """陈小禾, 11, 刘桂兰's elder child: resident medical is paid to the end of 2026; 2027 is due."""
    return _child(CHEN_XIAOHE, "陈小禾", date(2015, 5, 20), 143)


def chen_xiaomai() -> DemoResident:
    """陈小麦, 7, 刘桂兰's younger child: the same."""
    return _child(CHEN_XIAOMAI, "陈小麦", date(2019, 6, 1), 166)


def zhao_dehou() -> DemoResident:
    """赵德厚, 74, drew his last wage in 2012 and has a pension since; he paid for medical insurance long
    enough. He has to prove that he lives by 2026-12-10."""
    who = person(11, "赵德厚", date(1952, 4, 16), 15, "示例县城关镇")
    rows = worked(Job(MACHINES, MonthSpan(Month(1996, 1), Month(2012, 4)), 90))
    since = {row.kind: row.month for row in reversed(rows)}
    participations = tuple(
        Participation(kind, ParticipationState.ENDED, since[kind]) for kind in EMPLOYEE_KINDS
    )
    retired = tuple(
        AccountChange(
            date(2012, 4, 20), kind, ChangeKind.SUSPENDED, office_of(kind), before="参保缴费", after="终止"
        )
        for kind in EMPLOYEE_KINDS
    )
    return _resident(who, card(11), participations, rows, retired)


def _wang_xiuying(ordinal: int, household: str, first_year: int) -> DemoResident:
    who = person(ordinal, "王秀英", date(1968, 7, 15), 42, household)
    participation, enrolment = _in_resident_medical(first_year)
    rows = resident_medical(first_year, BOOKED_TO.year)
    return _resident(who, card(ordinal), (participation,), rows, (enrolment,))


def wang_xiuying_of_heping() -> DemoResident:
    """王秀英 of 和平村: a school once registered another woman of her name under her number."""
    return _wang_xiuying(12, "示例县河东乡和平村", 2012)


def wang_xiuying_of_xinsheng() -> DemoResident:
    """王秀英 of 新生村: the other one, who never knew that the number is not hers."""
    return _wang_xiuying(13, "示例县青石镇新生村", 2016)


def zhou_zhiqiang() -> DemoResident:
    """周志强 reported his card lost; somebody puts it in."""
    who = person(14, "周志强", date(1983, 2, 27), 55, "示例县城关镇")
    participation, enrolment = _in_resident_medical(2014)
    rows = resident_medical(2014, BOOKED_TO.year)
    return _resident(who, card(14, CardState.LOST), (participation,), rows, (enrolment,))


def ma_xiaoyan() -> DemoResident:
    """马晓燕 worked in another province to 2017-12; those months were brought along in 2018-05. Since
    2018-06 she pays for herself as a flexible worker."""
    who = person(15, "马晓燕", date(1987, 1, 9), 128, "示例县河东乡")
    rows = transferred(MonthSpan(Month(2012, 3), Month(2017, 12)), 66, booked=Month(2018, 5))
    rows += flexible(MonthSpan(Month(2018, 6), BOOKED_TO), 60)
    paying = ParticipationState.PAYING
    participations = (
        Participation(Kind.PENSION_EMPLOYEE, paying, Month(2012, 3)),
        Participation(Kind.MEDICAL_EMPLOYEE, paying, Month(2018, 6)),
    )
    changes = (
        AccountChange(
            date(2018, 5, 16),
            Kind.PENSION_EMPLOYEE,
            ChangeKind.TRANSFERRED_IN,
            HRSS_OFFICE,
            after="转入70个月",
        ),
        AccountChange(date(2018, 6, 4), Kind.PENSION_EMPLOYEE, ChangeKind.ENROLLED, HRSS_OFFICE),
        AccountChange(date(2018, 6, 4), Kind.MEDICAL_EMPLOYEE, ChangeKind.ENROLLED, NHSA_OFFICE),
    )
    return _resident(who, card(15), participations, rows, changes)


def huang_mancang() -> DemoResident:
    """黄满仓, farmer: resident pension by the grade of 500 yuan, resident medical, both by the year."""
    who = person(16, "黄满仓", date(1971, 10, 24), 77, "示例县河东乡河东村")
    participation, enrolment = _in_resident_medical(2012)
    rows = resident_medical(2012, BOOKED_TO.year)
    for year in range(2012, BOOKED_TO.year + 1):
        rows += paid_by_the_year(Kind.PENSION_RESIDENT, year, 500, Month(year, 9))
    pension = Participation(Kind.PENSION_RESIDENT, ParticipationState.PAYING, Month(2012, 1))
    since = AccountChange(date(2012, 3, 5), Kind.PENSION_RESIDENT, ChangeKind.ENROLLED, HRSS_OFFICE)
    return _resident(who, card(16), (pension, participation), rows, (enrolment, since))


def tian_chunsheng() -> DemoResident:
    """田春生, odd-job man of 新生村: resident medical is paid to the end of 2026, 2027 is due; he pays in the
    shop with his bank card, on a day on which the pin pad falls silent."""
    who = person(17, "田春生", date(1978, 2, 4), 113, "示例县青石镇新生村")
    participation, enrolment = _in_resident_medical(2016)
    rows = resident_medical(2016, BOOKED_TO.year)
    return _resident(who, card(17), (participation,), rows, (enrolment,))
