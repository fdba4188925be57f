"""What is wrong in months that were paid, found exactly where it was put."""

from __future__ import annotations

from dataclasses import replace

import pytest
from careers import LIMITS, Career, careers
from hypothesis import given
from hypothesis import strategies as st
from ledger_building import COMPANY, ledger, month, overview_of, row, span

from kiosk.domain.finding import Finding, FindingKind, Payer
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Contribution, Ledger, Mark, PaymentType
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan

PENSION, MEDICAL = Kind.PENSION_EMPLOYEE, Kind.MEDICAL_EMPLOYEE
START = month("2018-01")


def find(whole: Ledger, as_of: Month) -> tuple[Finding, ...]:
    return findings(whole, limits=LIMITS, as_of=as_of)


@st.composite
def places(draw: st.DrawFn) -> tuple[Career, Kind, MonthSpan]:
    """A career, one of its kinds, and months of it."""
    career = draw(careers())
    a, b = (draw(st.integers(0, career.months - 1)) for _ in range(2))
    where = MonthSpan(career.since.plus(min(a, b)), career.since.plus(max(a, b)))
    return career, draw(st.sampled_from(career.kinds)), where


def changed(career: Career, kind: Kind, where: MonthSpan, **fields: object) -> Ledger:
    """The career with other rows in those months of that kind."""
    whole = career.ledger()
    rows = [
        replace(one, **fields) if one.kind is kind and one.month in where else one  # type: ignore[arg-type]
        for one in whole.contributions
    ]
    return replace(whole, contributions=tuple(rows))


@given(
    places(), st.sampled_from([(299_999, FindingKind.BASE_TOO_LOW), (1_500_001, FindingKind.BASE_TOO_HIGH)])
)
def test_a_base_outside_the_limits_is_found_in_its_months(
    place: tuple[Career, Kind, MonthSpan], wrong: tuple[int, FindingKind]
) -> None:
    career, kind, where = place
    (found,) = find(changed(career, kind, where, base=Money(wrong[0])), career.as_of)
    assert (found.what, found.kind, found.span) == (wrong[1], kind, where)
    assert (found.payer, found.employers) == (Payer.EMPLOYER, (COMPANY,))


@given(places(), st.sampled_from([300_000, 1_500_000]))
def test_a_base_on_the_limit_is_right(place: tuple[Career, Kind, MonthSpan], base: int) -> None:
    career, kind, where = place
    assert find(changed(career, kind, where, base=Money(base)), career.as_of) == ()


def test_a_year_without_limits_is_not_judged() -> None:
    low = [row(PENSION, at, base=1) for at in span("2018-01..2019-12")]
    (found,) = findings(ledger(low, since=START), limits={2019: LIMITS[2019]}, as_of=month("2020-01"))
    assert found.span == span("2019-01..2019-12")


def test_kinds_with_the_same_wrong_base_share_one_finding() -> None:
    low = [row(kind, at, base=1) for kind in (PENSION, MEDICAL) for at in span("2018-01..2018-12")]
    (found,) = find(ledger(low, since=START), month("2019-01"))
    assert (found.kind, found.beside) == (PENSION, (MEDICAL,))


def test_a_base_made_up_to_the_floor_is_right() -> None:
    rows = [
        row(PENSION, START, base=250_000),
        row(PENSION, START, base=50_000, payment_type=PaymentType.ARREARS),
    ]
    assert find(ledger(rows, since=START), month("2018-03")) == ()


@given(places())
def test_a_kind_paid_twice_is_found_in_its_months(place: tuple[Career, Kind, MonthSpan]) -> None:
    career, kind, where = place
    rows = [*career.ledger().contributions, *(row(kind, at, paid_by="另一个单位") for at in where)]
    found = [
        one
        for one in find(ledger(rows, since=career.since), career.as_of)
        if one.what is FindingKind.DOUBLE_PAYMENT
    ]
    assert [(one.kind, one.span, one.beside) for one in found] == [(kind, where, ())]


@pytest.mark.parametrize(
    "second",
    [
        row(PENSION, START, base=50_000, payment_type=PaymentType.ARREARS),
        row(PENSION, START, Mark.OWED),
    ],
    ids=["made up 补差", "owed"],
)
def test_a_second_row_that_is_no_second_payment(second: Contribution) -> None:
    rows = [row(PENSION, START), second]
    assert find(ledger(rows, since=START), month("2018-02")) == ()


@pytest.mark.parametrize(
    "second",
    [
        row(PENSION, START, payment_type=PaymentType.ARREARS),
        row(PENSION, START, base=1_400_000, paid_by="另一个单位"),
        row(PENSION, START, Mark.TRANSFERRED),
    ],
    ids=["the same base later", "another employer", "brought along"],
)
def test_a_second_row_that_is_a_second_payment(second: Contribution) -> None:
    rows = [row(PENSION, START), second, row(PENSION, START.plus(1))]
    (found,) = find(ledger(rows, since=START), month("2018-03"))
    assert (found.what, found.span) == (FindingKind.DOUBLE_PAYMENT, span("2018-01"))


def test_arrears_paid_for_an_owed_month_are_paid_once() -> None:
    rows = [row(PENSION, START, Mark.OWED), row(PENSION, START, payment_type=PaymentType.ARREARS)]
    assert find(ledger(rows, since=START), month("2018-02")) == ()


@given(st.integers(0, 47), st.integers(0, 47), st.frozensets(st.sampled_from([2017, 2018, 2019, 2020, 2021])))
def test_two_medical_insurances_in_one_month_are_told_of_the_residents(
    a: int, b: int, years: frozenset[int]
) -> None:
    job = MonthSpan(START.plus(min(a, b)), START.plus(max(a, b)))
    rows = [row(MEDICAL, at) for at in job]
    rows += [row(Kind.MEDICAL_RESIDENT, Month(year, 1), paid_by=None) for year in sorted(years)]
    whole = ledger(rows, since=START)
    expected = {at for at in job if at.year in years}
    for shown in (whole, overview_of(whole)):
        found = [one for one in find(shown, month("2022-01")) if one.what is FindingKind.DOUBLE_PAYMENT]
        assert {at for one in found for at in one.span} == expected
        assert all((one.kind, one.beside) == (Kind.MEDICAL_RESIDENT, (MEDICAL,)) for one in found)
        assert all(one.payer is Payer.NOBODY for one in found)


@given(places())
def test_what_was_not_credited_is_found_where_the_kind_has_an_account(
    place: tuple[Career, Kind, MonthSpan],
) -> None:
    career, kind, where = place
    found = find(changed(career, kind, where, credited=Money(0)), career.as_of.plus(2))
    if kind.branch in ("pension", "medical"):
        ((what, of, span_found),) = ((one.what, one.kind, one.span) for one in found)
        assert (what, of, span_found) == (FindingKind.NOT_CREDITED, kind, where)
    else:
        assert found == ()


def test_what_arrived_just_now_has_time_to_be_credited() -> None:
    whole = ledger([row(PENSION, START, credited=0)], since=START)
    assert find(whole, month("2018-02")) == ()
    assert [one.what for one in find(whole, month("2018-03"))] == [FindingKind.NOT_CREDITED]


def test_the_self_employed_may_have_no_medical_account() -> None:
    whole = ledger([row(MEDICAL, START, paid_by=None, credited=0)], since=START)
    assert find(whole, month("2018-06")) == ()


@given(careers(), st.data())
def test_a_new_employer_is_told_once_for_all_kinds(career: Career, data: st.DataObject) -> None:
    at = career.since.plus(data.draw(st.integers(1, career.months - 1)))
    after = data.draw(st.sampled_from(["示例县兴农合作社", None]))
    whole = career.ledger()
    rows = tuple(replace(one, paid_by=after) if one.month >= at else one for one in whole.contributions)
    (found,) = find(replace(whole, contributions=rows), career.as_of)
    assert (found.what, found.span) == (FindingKind.EMPLOYER_CHANGE, MonthSpan(at, at))
    assert (found.kind, *found.beside) == career.kinds
    assert found.employers == ((after,) if after else ())


def test_months_brought_along_are_no_change_of_employer() -> None:
    rows = [
        row(PENSION, START, Mark.TRANSFERRED, paid_by=None),
        row(PENSION, START.plus(1)),
        row(PENSION, START.plus(2)),
    ]
    assert find(ledger(rows, since=START), START.plus(3)) == ()
