"""What was paid, owed and brought along, month by month: the ledger behind every page and paper."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.money import ZERO, Money, total
from kiosk.domain.months import Month, MonthSpan, spans


class Mark(StrEnum):
    """How one month of one kind stands; a month without a mark has nothing."""

    PAID = "paid"
    """已缴 ●"""
    OWED = "owed"
    """欠缴 △: due from somebody, not paid"""
    TRANSFERRED = "transferred"
    """转入 ○: paid elsewhere and brought along"""

    @property
    def counts(self) -> bool:
        """Whether the month counts as insured."""
        return self is not Mark.OWED


class PaymentType(StrEnum):
    """缴费类型"""

    NORMAL = "normal"
    """正常应缴"""
    ARREARS = "arrears"
    """补缴: paid later than due"""
    TRANSFER = "transfer"
    """转移接续: brought along from another region"""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One contribution row 缴费明细: one kind, one month."""

    kind: Kind
    payment_type: PaymentType
    month: Month
    """费款所属期: the month it is for"""
    booked: Month
    """做账期: the month in which it was booked"""
    base: Money
    """缴费基数"""
    personal: Money
    """个人缴费"""
    employer: Money
    """单位缴费"""
    credited: Money
    """划入个人账户: the part credited to the personal account"""
    arrived: Month | None
    """到账年月; None while the money has not arrived"""
    paid_by: str | None = None
    """单位名称; None where the person paid himself"""

    @property
    def mark(self) -> Mark:
        if self.payment_type is PaymentType.TRANSFER:
            return Mark.TRANSFERRED
        return Mark.PAID if self.arrived is not None else Mark.OWED

    @property
    def amount(self) -> Money:
        return self.personal + self.employer


class ChangeKind(StrEnum):
    """变更事项: what was changed in an account."""

    SUSPENDED = "suspended"
    """停保"""
    RESUMED = "resumed"
    """续保"""
    ENROLLED = "enrolled"
    """参保登记"""
    EMPLOYER = "employer"
    """变更单位"""
    BASE = "base"
    """变更缴费基数"""
    PERSONAL_DATA = "personal_data"
    """变更个人信息"""
    TRANSFERRED_IN = "transferred_in"
    """转入"""


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An entry of the account's history 变更记录: when, where, what; never who typed it."""

    on: date
    kind: Kind
    what: ChangeKind
    office: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Months in a row with the same mark."""

    span: MonthSpan
    mark: Mark


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in one kind 参保情况; what a masked overview may say."""

    kind: Kind
    state: ParticipationState
    since: Month
    runs: tuple[Run, ...]
    """Ascending, without overlap."""
    owed: Money = ZERO
    employer: str | None = None
    """单位名称, now or last; None where the person pays himself."""

    def __post_init__(self) -> None:
        for earlier, later in zip(self.runs, self.runs[1:], strict=False):
            if later.span.first <= earlier.span.last:
                raise ValueError(f"the runs of {self.kind} overlap or are out of order")

    def mark(self, month: Month) -> Mark | None:
        at = bisect_right(self.runs, month, key=lambda run: run.span.first) - 1
        return self.runs[at].mark if at >= 0 and month <= self.runs[at].span.last else None

    @property
    def paid_to(self) -> Month | None:
        """缴至: the last month that counts; None where none does."""
        return max((run.span.last for run in self.runs if run.mark.counts), default=None)

    @property
    def months_in_all(self) -> int:
        """累计月数: what counts, what was brought along included."""
        return sum(len(run.span) for run in self.runs if run.mark.counts)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything the centre tells of one person's insurances."""

    standings: tuple[Standing, ...]
    contributions: tuple[Contribution, ...] = ()
    changes: tuple[AccountChange, ...] = ()
    booked_to: tuple[tuple[Kind, Month], ...] = ()
    """The last month that the agencies have booked, for anybody; empty where they do not say. Without it a
    person of whom nothing is booked any more cannot be told from one whose month is not booked yet."""
    _cells: Mapping[Kind, Mapping[Month, tuple[Contribution, ...]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(set(self.kinds)) != len(self.standings):
            raise ValueError("a kind has two standings")
        cells: dict[Kind, dict[Month, tuple[Contribution, ...]]] = {}
        for row in self.contributions:
            of_kind = cells.setdefault(row.kind, {})
            of_kind[row.month] = (*of_kind.get(row.month, ()), row)
        object.__setattr__(self, "_cells", cells)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(standing.kind for standing in self.standings)

    def standing(self, kind: Kind) -> Standing | None:
        return next((one for one in self.standings if one.kind == kind), None)

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which anything stands, latest first."""
        months = [
            month for one in self.standings for run in one.runs for month in (run.span.first, run.span.last)
        ]
        return tuple(range(max(months).year, min(months).year - 1, -1)) if months else ()

    def rows(self, kind: Kind, month: Month) -> tuple[Contribution, ...]:
        """The rows of one cell of the grid; more than one where it was paid twice, later or made up."""
        return self.cells(kind).get(month, ())

    def cells(self, kind: Kind) -> Mapping[Month, tuple[Contribution, ...]]:
        """Every month of the kind that has rows, with them."""
        return self._cells.get(kind, {})


def runs_of(contributions: Iterable[Contribution]) -> Mapping[Kind, tuple[Run, ...]]:
    """The rows of each kind as runs. Where a month has several rows, what counts wins over what is owed."""
    marks: dict[Kind, dict[Month, Mark]] = {}
    for row in contributions:
        of_kind = marks.setdefault(row.kind, {})
        if row.month not in of_kind or not of_kind[row.month].counts:
            of_kind[row.month] = row.mark
    return {
        kind: tuple(
            sorted(
                (
                    Run(span, mark)
                    for mark in Mark
                    for span in spans(m for m, k in of_kind.items() if k is mark)
                ),
                key=lambda run: run.span,
            )
        )
        for kind, of_kind in marks.items()
    }


def owed_of(contributions: Iterable[Contribution], kind: Kind) -> Money:
    """欠费: the sum of what is due and has not arrived."""
    return total(tuple(row.amount for row in contributions if row.kind == kind and row.mark is Mark.OWED))
