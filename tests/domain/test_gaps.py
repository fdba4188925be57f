"""A gap is found where it is, whatever surrounds it: inserted, moved, split and filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from careers import LIMITS, Career, careers
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ledger_building import COMPANY, ledger, overview_of, paid

from kiosk.domain.finding import Finding, FindingKind, Payer, Severity
from kiosk.domain.finding_words import finding_sentence
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Ledger, Mark
from kiosk.domain.months import Month, MonthSpan

BESIDE_WORDS = {"1": "养老", "2": "失业保险", "3": "医保", "4": "工伤保险", "5": "生育保险"}
"""By the first digit of the kind's code."""
KIND_WORDS = {
    Kind.PENSION_EMPLOYEE: "职工养老",
    Kind.PENSION_PUBLIC: "机关养老",
    Kind.MEDICAL_EMPLOYEE: "职工医保",
    Kind.UNEMPLOYMENT: "失业保险",
    Kind.WORK_INJURY: "工伤保险",
    Kind.MATERNITY: "生育保险",
}

Find = Callable[[Ledger, Month], tuple[Finding, ...]]


def find(whole: Ledger, as_of: Month) -> tuple[Finding, ...]:
    return findings(whole, limits=LIMITS, as_of=as_of)


@dataclass(frozen=True)
class Gap:
    """Where a career has its gap, and which of its months are marked as owed."""

    career: Career
    kind: Kind
    first: int
    length: int
    owed: frozenset[int]

    def ledger(self, *, filled: frozenset[int] = frozenset()) -> Ledger:
        marks: dict[Month, Mark | None] = {
            self.career.since.plus(i): Mark.OWED if i in self.owed else None
            for i in range(self.first, self.first + self.length)
            if i not in filled
        }
        return self.career.ledger(self.kind, marks)

    @property
    def paired(self) -> str:
        """The words of what the sentence names."""
        code = {"1": "3", "3": "1"}.get(self.kind[0])
        others = [kind for kind in self.career.kinds if kind is not self.kind]
        told = [kind for kind in others if kind[0] == code] or others
        return "、".join(BESIDE_WORDS[kind[0]] for kind in told)


@st.composite
def gaps(draw: st.DrawFn) -> Gap:
    career = draw(careers())
    kind = draw(st.sampled_from(career.kinds))
    first = draw(st.integers(0, career.months - 1))
    length = draw(st.integers(1, career.months - first))
    owed = draw(st.frozensets(st.integers(first, first + length - 1)))
    return Gap(career, kind, first, length, owed)


def said(since: Month, first: int, length: int) -> str:
    """The span in words, by arithmetic of its own."""
    year, month = divmod(since.year * 12 + since.month - 1 + first, 12)
    last_year, last_month = divmod(since.year * 12 + since.month - 2 + first + length, 12)
    begin, end = f"{year}年{month + 1}月", f"{last_year}年{last_month + 1}月"
    if length == 1:
        return begin
    return f"{begin}到{end}" if year != last_year else f"{begin}到{last_month + 1}月"


def follows(gap: Gap, find: Find) -> None:
    """Whether the finding and its sentence are exactly the gap's, with rows and without."""
    for whole in (gap.ledger(), overview_of(gap.ledger())):
        (found,) = find(whole, gap.career.as_of)
        first = gap.career.since.plus(gap.first)
        assert found.kind is gap.kind
        assert found.span == MonthSpan(first, first.plus(gap.length - 1))
        assert found.what is FindingKind.GAP_ACROSS
        assert set(found.beside) == set(gap.career.kinds) - {gap.kind}
        assert found.ongoing == (gap.first + gap.length == gap.career.months)
        span = said(gap.career.since, gap.first, gap.length)
        sentence = f"您的{KIND_WORDS[gap.kind]} {span}没有缴费，同期{gap.paired}已缴"
        assert str(finding_sentence(found)) == sentence


@given(gaps())
def test_the_finding_and_its_sentence_follow_the_gap(gap: Gap) -> None:
    follows(gap, find)


def test_a_finder_that_stops_at_the_end_of_a_year_does_not_pass() -> None:
    """The property above is worth something: the commonest mistake with months fails it."""

    def year_by_year(whole: Ledger, as_of: Month) -> tuple[Finding, ...]:
        return tuple(
            replace(
                one, span=MonthSpan(max(one.span.first, Month(year, 1)), min(one.span.last, Month(year, 12)))
            )
            for one in find(whole, as_of)
            for year in range(one.span.first.year, one.span.last.year + 1)
        )

    @settings(phases=[Phase.generate], database=None)
    @given(gaps())
    def attempt(gap: Gap) -> None:
        follows(gap, year_by_year)

    with pytest.raises(ValueError, match="too many values to unpack"):
        attempt()


@given(gaps(), st.integers(-70, 70))
def test_a_gap_that_moves_takes_its_finding_along(gap: Gap, by: int) -> None:
    moved = replace(gap, first=min(max(gap.first + by, 0), gap.career.months - gap.length), owed=frozenset())
    follows(moved, find)


@given(gaps())
def test_a_gap_that_is_filled_leaves_no_finding(gap: Gap) -> None:
    filled = gap.ledger(filled=frozenset(range(gap.first, gap.first + gap.length)))
    assert find(filled, gap.career.as_of) == ()
    assert find(overview_of(filled), gap.career.as_of) == ()


@given(careers())
def test_a_full_ledger_has_no_finding(career: Career) -> None:
    assert find(career.ledger(), career.as_of) == ()


@given(gaps(), st.data())
def test_a_month_paid_in_the_middle_makes_two_findings_of_one(gap: Gap, data: st.DataObject) -> None:
    at = data.draw(st.integers(gap.first, gap.first + gap.length - 1))
    found = find(gap.ledger(filled=frozenset({at})), gap.career.as_of)
    last = gap.first + gap.length - 1
    expected = [
        MonthSpan(gap.career.since.plus(a), gap.career.since.plus(b))
        for a, b in ((gap.first, at - 1), (at + 1, last))
        if a <= b
    ]
    assert sorted(one.span for one in found) == expected


@given(gaps())
def test_a_gap_in_work_is_the_employers_debt_and_never_the_residents(gap: Gap) -> None:
    (found,) = find(gap.ledger(), gap.career.as_of)
    assert found.payer is Payer.EMPLOYER
    assert found.employers == (COMPANY,)
    assert found.severity is Severity.PROBLEM
    (shown,) = find(overview_of(gap.ledger()), gap.career.as_of)
    assert shown.payer is Payer.EMPLOYER


@given(gaps(), st.integers(1, 24))
def test_months_that_nobody_booked_yet_are_not_due(gap: Gap, later: int) -> None:
    now, then = gap.career.as_of, gap.career.as_of.plus(later)
    assert find(gap.ledger(), now) == find(gap.ledger(), then)


@given(gaps())
def test_the_running_month_is_not_judged(gap: Gap) -> None:
    running = gap.career.since.plus(gap.first)
    found = find(gap.ledger(), running)
    assert found == ()


@given(gaps(), gaps())
def test_findings_of_one_kind_and_sort_never_overlap(one: Gap, other: Gap) -> None:
    rows = (*one.ledger().contributions, *other.ledger().contributions)
    kinds = {*one.career.kinds, *other.career.kinds}
    whole = ledger(rows, since=min(one.career.since, other.career.since), kinds=kinds)
    found = find(whole, max(one.career.as_of, other.career.as_of))
    for what in FindingKind:
        for kind in kinds:
            own = sorted(f.span for f in found if f.what is what and f.kind is kind)
            assert all(a.last < b.first for a, b in pairwise(own))
    assert find(whole, max(one.career.as_of, other.career.as_of)) == found
    assert [f.severity for f in found] == sorted((f.severity for f in found), reverse=True)


def _everything_stopped(kind: Kind, last: Month, *, employer: str | None) -> Ledger:
    months = MonthSpan(Month(2020, 1), last)
    whole = ledger(
        (row for one in (kind,) for row in paid(one, months, paid_by=employer).values()),
        since=Month(2020, 1),
        employers={kind: employer},
    )
    booked_by_others = ((Kind.PENSION_EMPLOYEE, Month(2026, 10)), (Kind.MEDICAL_RESIDENT, Month(2026, 12)))
    return replace(whole, booked_to=booked_by_others)


def test_an_employer_who_stops_paying_for_everything_owes_it() -> None:
    stopped = _everything_stopped(Kind.PENSION_EMPLOYEE, Month(2024, 3), employer=COMPANY)
    (found,) = find(stopped, Month(2026, 11))
    assert found.span == MonthSpan(Month(2024, 4), Month(2026, 10))
    assert (found.payer, found.ongoing, found.severity) == (Payer.EMPLOYER, True, Severity.PROBLEM)


def test_a_flexible_worker_who_stopped_is_told_though_nobody_owes_it() -> None:
    stopped = _everything_stopped(Kind.PENSION_EMPLOYEE, Month(2026, 3), employer=None)
    (found,) = find(stopped, Month(2026, 11))
    assert found.span == MonthSpan(Month(2026, 4), Month(2026, 10))
    assert (found.payer, found.severity) == (Payer.NOBODY, Severity.ATTENTION)


def test_a_villager_whose_only_insurance_lapsed_is_told() -> None:
    lapsed = _everything_stopped(Kind.MEDICAL_RESIDENT, Month(2024, 12), employer=None)
    spans = [found.span for found in find(lapsed, Month(2026, 11)) if found.is_gap]
    assert spans
    assert min(span.first for span in spans) == Month(2025, 1)
    assert max(span.last for span in spans) == Month(2026, 12)


def test_a_month_that_the_agencies_have_not_booked_for_anybody_is_no_gap() -> None:
    whole = _everything_stopped(Kind.PENSION_EMPLOYEE, Month(2026, 10), employer=COMPANY)
    assert find(whole, Month(2026, 12)) == ()
