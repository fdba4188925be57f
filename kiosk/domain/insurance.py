"""The kinds of social insurance and how a person stands in them (docs/facts/social-insurance.md)."""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain.text import Text, say


class Kind(StrEnum):
    """险种: the code that the agencies use is the value."""

    PENSION_EMPLOYEE = "110"
    """企业职工基本养老保险"""
    PENSION_PUBLIC = "120"
    """机关事业单位养老保险"""
    PENSION_RESIDENT = "170"
    """城乡居民基本养老保险"""
    UNEMPLOYMENT = "210"
    """失业保险"""
    MEDICAL_EMPLOYEE = "310"
    """职工基本医疗保险"""
    MEDICAL_RESIDENT = "390"
    """城乡居民基本医疗保险"""
    WORK_INJURY = "410"
    """工伤保险; the employer pays alone"""
    MATERNITY = "510"
    """生育保险; collected with 310 since 2019"""

    @property
    def full_name(self) -> str:
        """The full name, as papers say it."""
        return _TITLES[self]

    @property
    def short_name(self) -> str:
        """What people call it, in Chinese."""
        return str(_SHORT[self])

    @property
    def spoken_name(self) -> Text:
        """What people call it, in the language of the page."""
        return _SHORT[self]

    @property
    def of_employees(self) -> bool:
        """Whether it is owed month by month, by the employer where there is one; residents pay theirs by
        the year."""
        return self not in (Kind.PENSION_RESIDENT, Kind.MEDICAL_RESIDENT)

    @property
    def open_to_self_employed(self) -> bool:
        """Whether 灵活就业人员 may hold it on their own account (社会保险法 Art. 10, 23)."""
        return self in (Kind.PENSION_EMPLOYEE, Kind.MEDICAL_EMPLOYEE)

    @property
    def branch(self) -> Branch:
        return _BRANCH[self]


class Branch(StrEnum):
    """Which law branch a kind belongs to; nobody holds two kinds of one branch in one month."""

    PENSION = "pension"
    UNEMPLOYMENT = "unemployment"
    MEDICAL = "medical"
    WORK_INJURY = "work_injury"
    MATERNITY = "maternity"

    @property
    def spoken_name(self) -> Text:
        """养老, 医保, …: the branch as it is named beside another."""
        return _BRANCH_NAMES[self]

    @property
    def paired(self) -> Branch | None:
        """The branch that people look for beside this one: medical beside pension, and the other way."""
        return _PAIRS.get(self)


class ParticipationState(StrEnum):
    """参保状态 with the agencies' code."""

    PAYING = "1"
    """参保缴费"""
    SUSPENDED = "2"
    """暂停缴费"""
    ENDED = "3"
    """终止"""


_TITLES = {
    Kind.PENSION_EMPLOYEE: "企业职工基本养老保险",
    Kind.PENSION_PUBLIC: "机关事业单位养老保险",
    Kind.PENSION_RESIDENT: "城乡居民基本养老保险",
    Kind.UNEMPLOYMENT: "失业保险",
    Kind.MEDICAL_EMPLOYEE: "职工基本医疗保险",
    Kind.MEDICAL_RESIDENT: "城乡居民基本医疗保险",
    Kind.WORK_INJURY: "工伤保险",
    Kind.MATERNITY: "生育保险",
}
_SHORT = {
    Kind.PENSION_EMPLOYEE: say("职工养老"),
    Kind.PENSION_PUBLIC: say("机关养老"),
    Kind.PENSION_RESIDENT: say("居民养老"),
    Kind.UNEMPLOYMENT: say("失业保险"),
    Kind.MEDICAL_EMPLOYEE: say("职工医保"),
    Kind.MEDICAL_RESIDENT: say("居民医保"),
    Kind.WORK_INJURY: say("工伤保险"),
    Kind.MATERNITY: say("生育保险"),
}
_BRANCH = {
    Kind.PENSION_EMPLOYEE: Branch.PENSION,
    Kind.PENSION_PUBLIC: Branch.PENSION,
    Kind.PENSION_RESIDENT: Branch.PENSION,
    Kind.UNEMPLOYMENT: Branch.UNEMPLOYMENT,
    Kind.MEDICAL_EMPLOYEE: Branch.MEDICAL,
    Kind.MEDICAL_RESIDENT: Branch.MEDICAL,
    Kind.WORK_INJURY: Branch.WORK_INJURY,
    Kind.MATERNITY: Branch.MATERNITY,
}
_BRANCH_NAMES = {
    Branch.PENSION: say("养老"),
    Branch.UNEMPLOYMENT: say("失业保险"),
    Branch.MEDICAL: say("医保"),
    Branch.WORK_INJURY: say("工伤保险"),
    Branch.MATERNITY: say("生育保险"),
}
_PAIRS = {Branch.PENSION: Branch.MEDICAL, Branch.MEDICAL: Branch.PENSION}
