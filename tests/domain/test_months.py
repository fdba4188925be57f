"""Months, spans, and sets of months."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_building import month, span

from kiosk.domain.months import Month, MonthSpan, spans
from kiosk.domain.span_sets import alike, between, common, holds, merged, parted, whole_years, without

months = st.builds(Month, st.integers(1950, 2100), st.integers(1, 12))
near = st.integers(0, 60).map(lambda i: Month(2018, 1).plus(i))
month_sets = st.frozensets(near)
loose_spans = st.lists(st.tuples(near, near).map(lambda pair: MonthSpan(min(pair), max(pair))))


@given(months)
def test_a_month_comes_back_from_its_iso_form(one: Month) -> None:
    assert Month.parse(one.iso()) == one


@given(months, st.integers(-600, 600))
def test_plus_and_until_undo_each_other(one: Month, count: int) -> None:
    later = one.plus(count)
    assert one.until(later) == count
    assert later.plus(-count) == one
    assert (one < later) == (count > 0)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_day_lies_in_its_month(day: date) -> None:
    assert Month.of(day).iso() == day.isoformat()[:7]


@pytest.mark.parametrize(
    "text",
    ["", "2019", "2019-1", "2019-13", "2019-00", "19-01", "2019/01", "2019-0１", "２０１９-01", " 2019-01"],
)
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_a_span_never_ends_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before"):
        MonthSpan(Month(2019, 2), Month(2019, 1))


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ("2019-01", "2019年1月"),
        ("2019-01..2019-07", "2019年1月到7月"),
        ("2018-11..2019-02", "2018年11月到2019年2月"),
    ],
)
def test_a_span_names_a_second_year_only_where_it_has_one(months: str, said: str) -> None:
    assert str(span(months)) == said


@given(near, st.integers(0, 40))
def test_a_span_holds_exactly_its_months(first: Month, further: int) -> None:
    whole = MonthSpan(first, first.plus(further))
    assert len(whole) == further + 1 == len(list(whole))
    assert all(one in whole for one in whole)
    assert first.plus(-1) not in whole
    assert whole.last.plus(1) not in whole


def as_months(found: tuple[MonthSpan, ...]) -> set[Month]:
    return {one for span in found for one in span}


def is_normal(found: tuple[MonthSpan, ...]) -> bool:
    return all(a.last.until(b.first) > 1 for a, b in itertools.pairwise(found))


@given(month_sets)
def test_spans_are_the_months_in_as_few_pieces_as_can_be(some: frozenset[Month]) -> None:
    assert as_months(spans(some)) == some
    assert is_normal(spans(some))


@given(loose_spans)
def test_merged_spans_are_the_months_of_all(some: list[MonthSpan]) -> None:
    assert as_months(merged(some)) == as_months(tuple(some))
    assert is_normal(merged(some))


@given(month_sets, month_sets)
def test_sets_of_months_behave_like_sets(ours: frozenset[Month], theirs: frozenset[Month]) -> None:
    a, b = spans(ours), spans(theirs)
    assert as_months(without(a, b)) == ours - theirs
    assert as_months(common(a, b)) == ours & theirs
    assert is_normal(without(a, b))
    assert is_normal(common(a, b))


@given(month_sets, near)
def test_holds_is_membership(some: frozenset[Month], one: Month) -> None:
    assert holds(spans(some), one) == (one in some)


@given(month_sets)
def test_whole_years_are_the_years_touched(some: frozenset[Month]) -> None:
    years = {one.year for one in some}
    assert as_months(whole_years(spans(some))) == {Month(year, m) for year in years for m in range(1, 13)}


def test_between_is_nothing_where_it_would_end_before_it_begins() -> None:
    assert between(month("2019-02"), month("2019-01")) == ()
    assert between(month("2019-02"), month("2019-02")) == (span("2019-02"),)


@given(month_sets, month_sets, month_sets)
def test_parted_judges_every_month_as_if_alone(
    whole: frozenset[Month], one: frozenset[Month], other: frozenset[Month]
) -> None:
    by = spans(one), spans(other)

    def judge(at: Month) -> tuple[bool, bool]:
        return holds(by[0], at), holds(by[1], at)

    pieces = list(parted(spans(whole), by, judge))
    assert {at: said for piece, said in pieces for at in piece} == {at: judge(at) for at in whole}
    for (a, said), (b, next_said) in itertools.pairwise(pieces):
        assert a.last.until(b.first) > 1 or said != next_said


@given(st.dictionaries(near, st.booleans()))
def test_alike_gives_every_label_back(labels: dict[Month, bool]) -> None:
    pieces = list(alike(labels))
    assert {at: label for piece, label in pieces for at in piece} == labels
    for (a, label), (b, next_label) in itertools.pairwise(pieces):
        assert a.last.until(b.first) > 1 or label != next_label
