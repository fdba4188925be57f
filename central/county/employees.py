"""Employees of 示例县; each is the story that its docstring tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from central.county.builders import (
    BOOKED_TO,
    EMPLOYEE_KINDS,
    DemoResident,
    Job,
    accounts,
    card,
    owed,
    person,
    reference_of,
    resident_medical,
    uncredited,
    with_base,
    worked,
)
from central.records import Participation, Person, PersonalFile
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Contribution
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan

HRSS_OFFICE: Final = "示例县社保中心"
NHSA_OFFICE: Final = "示例县医保中心"
TEXTILE: Final = "示例县青石纺织有限公司"
MACHINES: Final = "示例县河东机械厂"
MARKET: Final = "示例县惠民超市有限公司"
CHEN_XIAOHE: Final = 9
CHEN_XIAOMAI: Final = 10
"""The ordinals of 刘桂兰's children."""
CLINIC: Final = "示例县同康药房连锁有限公司"


def _to_now(year: int, month: int) -> MonthSpan:
    return MonthSpan(Month(year, month), BOOKED_TO)


def office_of(kind: Kind) -> str:
    """Which of the county's two centres keeps the accounts of a kind."""
    return NHSA_OFFICE if kind is Kind.MEDICAL_EMPLOYEE else HRSS_OFFICE


def enrolled(on: date) -> tuple[AccountChange, ...]:
    """参保登记 of all four kinds on one day."""
    return tuple(AccountChange(on, kind, ChangeKind.ENROLLED, office_of(kind)) for kind in EMPLOYEE_KINDS)


def paying(since: Month, employer: str) -> tuple[Participation, ...]:
    return tuple(Participation(kind, ParticipationState.PAYING, since, employer) for kind in EMPLOYEE_KINDS)


def _employee(
    ordinal: int,
    who: Person,
    rows: list[Contribution],
    *,
    since: Month,
    employer: str,
    changes: tuple[AccountChange, ...] = (),
    extra: tuple[Participation, ...] = (),
) -> DemoResident:
    first_day = date(since.year, since.month, 8)
    history = sorted((*enrolled(first_day), *changes), key=lambda change: change.on)
    file = PersonalFile(
        who,
        (card(ordinal),),
        (*paying(since, employer), *extra),
        tuple(rows),
        tuple(history),
        accounts(rows),
    )
    return DemoResident(file, who.name)


def liu_guilan() -> DemoResident:
    """刘桂兰, the journey's resident. Her pension is paid without a break since 2009; her medical insurance
    is not, from 2019-01 to 2019-07: in January a counter of the medical centre had set the account to
    "suspended", and nobody told her or the employer. It was resumed in August; the employer still owes the
    seven months. She has two children, 陈小禾 and 陈小麦."""
    who = person(1, "刘桂兰", date(1981, 3, 12), 24, "示例县青石镇")
    job = Job(TEXTILE, _to_now(2009, 2), 82)
    rows = owed(worked(job), Kind.MEDICAL_EMPLOYEE, MonthSpan(Month(2019, 1), Month(2019, 7)))
    changes = (
        AccountChange(
            date(2019, 1, 9),
            Kind.MEDICAL_EMPLOYEE,
            ChangeKind.SUSPENDED,
            NHSA_OFFICE,
            before="参保缴费",
            after="暂停缴费",
        ),
        AccountChange(
            date(2019, 8, 2),
            Kind.MEDICAL_EMPLOYEE,
            ChangeKind.RESUMED,
            NHSA_OFFICE,
            before="暂停缴费",
            after="参保缴费",
        ),
    )
    told = _employee(1, who, rows, since=Month(2009, 2), employer=TEXTILE, changes=changes)
    children = reference_of(CHEN_XIAOHE), reference_of(CHEN_XIAOMAI)
    return replace(told, file=replace(told.file, dependants=children))


def yang_fan() -> DemoResident:
    """杨帆, 25: three years at one employer, and nothing is wrong."""
    who = person(2, "杨帆", date(2001, 9, 30), 117, "示例县城关镇")
    rows = worked(Job(CLINIC, _to_now(2023, 7), 75))
    return _employee(2, who, rows, since=Month(2023, 7), employer=CLINIC)


def lin_xiaoyu() -> DemoResident:
    """林小雨 changed employers: left in 2021-05, began again in 2021-10. Nobody owes the four months."""
    who = person(3, "林小雨", date(1993, 6, 18), 146, "示例县河东乡")
    rows = worked(Job(MARKET, MonthSpan(Month(2016, 3), Month(2021, 5)), 70))
    rows += worked(Job(CLINIC, _to_now(2021, 10), 88))
    left, begun = date(2021, 5, 31), date(2021, 10, 11)
    changes = tuple(
        change
        for kind in EMPLOYEE_KINDS
        for change in (
            AccountChange(left, kind, ChangeKind.SUSPENDED, office_of(kind), "参保缴费", "暂停缴费"),
            AccountChange(begun, kind, ChangeKind.EMPLOYER, office_of(kind), MARKET, CLINIC),
            AccountChange(begun, kind, ChangeKind.RESUMED, office_of(kind), "暂停缴费", "参保缴费"),
        )
    )
    return _employee(3, who, rows, since=Month(2016, 3), employer=CLINIC, changes=changes)


def zheng_guoqing() -> DemoResident:
    """郑国庆: the pension premium of 2025-04 arrived, and was never credited to his account."""
    who = person(4, "郑国庆", date(1976, 10, 1), 31, "示例县城关镇")
    rows = worked(Job(MACHINES, _to_now(2004, 6), 105))
    rows = uncredited(rows, Kind.PENSION_EMPLOYEE, Month(2025, 4))
    return _employee(4, who, rows, since=Month(2004, 6), employer=MACHINES)


def gao_feng() -> DemoResident:
    """高峰: his employer declared a base below the floor for all of 2025."""
    who = person(5, "高峰", date(1988, 12, 5), 73, "示例县青石镇")
    year = MonthSpan(Month(2025, 1), Month(2025, 12))
    rows = with_base(worked(Job(MARKET, _to_now(2012, 9), 72)), year, Money(2_100_00))
    changes = tuple(
        AccountChange(date(2025, 1, 14), kind, ChangeKind.BASE, office_of(kind), "4428.00", "2100.00")
        for kind in EMPLOYEE_KINDS
    )
    return _employee(5, who, rows, since=Month(2012, 9), employer=MARKET, changes=changes)


def wu_haiyan() -> DemoResident:
    """吴海燕 paid twice: employed since 2021, and her family paid resident medical for her again for 2024."""
    who = person(6, "吴海燕", date(1990, 4, 22), 208, "示例县河东乡河东村")
    rows = worked(Job(TEXTILE, _to_now(2021, 4), 78)) + resident_medical(2024, 2024)
    resident = Participation(Kind.MEDICAL_RESIDENT, ParticipationState.ENDED, Month(2024, 1))
    village = AccountChange(date(2023, 11, 20), Kind.MEDICAL_RESIDENT, ChangeKind.ENROLLED, NHSA_OFFICE)
    return _employee(
        6, who, rows, since=Month(2021, 4), employer=TEXTILE, changes=(village,), extra=(resident,)
    )


def luo_yan() -> DemoResident:
    """罗䶮: a name with a character that many systems cannot hold. Otherwise all is well."""
    who = person(7, "罗䶮", date(1985, 8, 8), 91, "示例县城关镇")
    rows = worked(Job(MACHINES, _to_now(2010, 1), 96))
    return _employee(7, who, rows, since=Month(2010, 1), employer=MACHINES)


def sun_lihua() -> DemoResident:
    """孙丽花 in the record, 孙丽华 on the card: somebody once typed the wrong character."""
    who = person(8, "孙丽花", date(1979, 11, 3), 62, "示例县青石镇")
    rows = worked(Job(TEXTILE, _to_now(2007, 3), 68))
    return replace(_employee(8, who, rows, since=Month(2007, 3), employer=TEXTILE), card_name="孙丽华")
