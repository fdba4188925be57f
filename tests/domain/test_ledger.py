"""Rows as runs, and what a standing says of them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_building import COMPANY, ledger, month, row, span

from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import Contribution, Ledger, Mark, PaymentType, Run, Standing, owed_of, runs_of
from kiosk.domain.money import Money
from kiosk.domain.months import Month

START = Month(2018, 1)
near = st.integers(0, 40).map(START.plus)
kinds = st.sampled_from([Kind.PENSION_EMPLOYEE, Kind.MEDICAL_EMPLOYEE, Kind.MEDICAL_RESIDENT])
rows = st.lists(st.builds(row, kinds, near, st.sampled_from(Mark)), max_size=60)


def standing_of(kind: Kind, some: list[Contribution]) -> Standing:
    return Standing(kind, ParticipationState.PAYING, START, runs_of(some).get(kind, ()))


@given(rows, kinds)
def test_runs_say_of_every_month_what_its_rows_say(some: list[Contribution], kind: Kind) -> None:
    one = standing_of(kind, some)
    for at in (START.plus(i) for i in range(-1, 42)):
        marks = {r.mark for r in some if r.kind is kind and r.month == at}
        said = one.mark(at)
        if not marks:
            assert said is None
        elif marks == {Mark.OWED}:
            assert said is Mark.OWED
        else:
            # What counts wins over what is owed: the month was paid in the end.
            assert said is not None
            assert said.counts
            assert said in marks


@given(rows, kinds)
def test_a_standing_counts_each_insured_month_once(some: list[Contribution], kind: Kind) -> None:
    insured = {r.month for r in some if r.kind is kind and r.mark.counts}
    one = standing_of(kind, some)
    assert one.months_in_all == len(insured)
    assert one.paid_to == max(insured, default=None)


@given(rows, kinds)
def test_runs_are_as_few_as_can_be(some: list[Contribution], kind: Kind) -> None:
    runs = runs_of(some).get(kind, ())
    for a, b in itertools.pairwise(runs):
        assert a.span.last.until(b.span.first) > 1 or a.mark is not b.mark


@given(rows, kinds)
def test_what_is_owed_is_the_sum_of_what_has_not_arrived(some: list[Contribution], kind: Kind) -> None:
    expected = sum(r.personal.fen + r.employer.fen for r in some if r.kind is kind and r.mark is Mark.OWED)
    assert owed_of(some, kind) == Money(expected)


@given(rows, kinds, near)
def test_a_cell_has_its_rows_in_the_order_they_came(some: list[Contribution], kind: Kind, at: Month) -> None:
    whole = ledger(some, since=START)
    expected = tuple(r for r in some if r.kind is kind and r.month == at)
    assert whole.rows(kind, at) == expected
    assert whole.cells(kind).get(at, ()) == expected


def test_a_row_tells_its_mark() -> None:
    assert row(Kind.PENSION_EMPLOYEE, START).mark is Mark.PAID
    assert row(Kind.PENSION_EMPLOYEE, START, Mark.OWED).mark is Mark.OWED
    brought = row(Kind.PENSION_EMPLOYEE, START, payment_type=PaymentType.TRANSFER)
    assert brought.mark is Mark.TRANSFERRED


def test_runs_that_overlap_are_refused() -> None:
    runs = (Run(span("2019-01..2019-03"), Mark.PAID), Run(span("2019-03..2019-04"), Mark.OWED))
    with pytest.raises(ValueError, match="overlap"):
        Standing(Kind.PENSION_EMPLOYEE, ParticipationState.PAYING, START, runs)


def test_two_standings_of_one_kind_are_refused() -> None:
    one = Standing(Kind.PENSION_EMPLOYEE, ParticipationState.PAYING, START, ())
    with pytest.raises(ValueError, match="two standings"):
        Ledger((one, one))


def test_the_years_are_all_between_first_and_last_latest_first() -> None:
    whole = ledger(
        [row(Kind.PENSION_EMPLOYEE, month("2017-12")), row(Kind.MEDICAL_EMPLOYEE, month("2020-01"))],
        since=month("2017-12"),
    )
    assert whole.years == (2020, 2019, 2018, 2017)
    assert ledger((), since=START).years == ()


def test_two_ledgers_of_the_same_rows_are_equal() -> None:
    some = [row(Kind.PENSION_EMPLOYEE, START, paid_by=COMPANY)]
    assert ledger(some, since=START) == ledger(some, since=START)
    assert hash(ledger(some, since=START)) == hash(ledger(some, since=START))
