"""The stories behind the findings: who owes what, and when nothing is wrong at all."""

from __future__ import annotations

from datetime import date

from careers import LIMITS
from ledger_building import COMPANY, ledger, month, overview_of, row, span

from kiosk.domain.finding import Finding, FindingKind, Payer, Severity
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Contribution, Ledger, Mark
from kiosk.domain.months import Month

PENSION, MEDICAL = Kind.PENSION_EMPLOYEE, Kind.MEDICAL_EMPLOYEE
OTHER = "示例县兴农合作社"
START, AS_OF = month("2018-01"), month("2020-01")


def rows(
    kind: Kind, *spans: str, mark: Mark = Mark.PAID, paid_by: str | None = COMPANY
) -> list[Contribution]:
    return [row(kind, at, mark, paid_by=paid_by) for months in spans for at in span(months)]


def find(whole: Ledger, as_of: Month = AS_OF) -> tuple[Finding, ...]:
    return findings(whole, limits=LIMITS, as_of=as_of)


def change(on: str, what: ChangeKind, kind: Kind = MEDICAL) -> AccountChange:
    return AccountChange(date.fromisoformat(on), kind, what, "示例县医保中心")


def test_medical_unpaid_while_pension_was_paid_is_one_debt_of_the_employer_with_the_change_behind_it() -> (
    None
):
    stop = change("2019-01-08", ChangeKind.SUSPENDED)
    data = change("2019-03-02", ChangeKind.PERSONAL_DATA, PENSION)
    others = (
        change("2018-11-30", ChangeKind.BASE),
        change("2018-12-30", ChangeKind.BASE, PENSION),
        change("2019-08-01", ChangeKind.RESUMED),
    )
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2019-12"),
            *rows(MEDICAL, "2018-01..2018-12", "2019-08..2019-12"),
            *rows(MEDICAL, "2019-03", mark=Mark.OWED),
        ],
        since=START,
        changes=(data, *others, stop),
    )
    assert find(whole) == (
        Finding(
            FindingKind.GAP_ACROSS,
            MEDICAL,
            span("2019-01..2019-07"),
            beside=(PENSION,),
            payer=Payer.EMPLOYER,
            employers=(COMPANY,),
            changes=(stop, data),
        ),
    )


def test_a_stop_typed_at_the_end_of_the_month_before_is_attached_too() -> None:
    stop = change("2018-12-30", ChangeKind.SUSPENDED)
    whole = ledger(
        [*rows(PENSION, "2018-01..2019-12"), *rows(MEDICAL, "2018-01..2018-12", "2019-08..2019-12")],
        since=START,
        changes=(stop,),
    )
    assert find(whole)[0].changes == (stop,)


def test_what_is_no_gap_has_the_changes_of_its_own_kinds_only() -> None:
    moved = change("2019-01-08", ChangeKind.EMPLOYER, PENSION)
    whole = ledger(
        [*rows(PENSION, "2018-01..2018-12"), *rows(PENSION, "2019-01..2019-12", paid_by=OTHER)],
        since=START,
        changes=(moved, change("2019-01-09", ChangeKind.PERSONAL_DATA)),
    )
    (found,) = find(whole)
    assert (found.what, found.changes) == (FindingKind.EMPLOYER_CHANGE, (moved,))


def test_months_between_two_jobs_are_nobodys_debt() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2018-06"),
            *rows(MEDICAL, "2018-01..2018-06"),
            *rows(PENSION, "2018-10..2019-12", paid_by=OTHER),
            *rows(MEDICAL, "2018-10..2019-12", paid_by=OTHER),
        ],
        since=START,
    )
    medical, pension, new_job = find(whole)
    for one in (medical, pension):
        assert (one.what, one.span, one.payer) == (FindingKind.GAP, span("2018-07..2018-09"), Payer.NOBODY)
        assert one.severity is Severity.NOTE
        assert one.employers == ()
    assert (new_job.what, new_job.employers) == (FindingKind.EMPLOYER_CHANGE, (OTHER,))


def test_every_employer_of_the_gap_is_named() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2019-03"),
            *rows(PENSION, "2019-04..2019-12", paid_by=OTHER),
            *rows(MEDICAL, "2018-01..2018-12", "2019-08..2019-12"),
        ],
        since=START,
    )
    assert find(whole)[0].employers == (COMPANY, OTHER)


def test_an_owed_month_is_the_debt_of_the_employer_who_reported_it_though_nothing_else_was_paid() -> None:
    whole = ledger(
        [*rows(MEDICAL, "2018-01..2018-06", "2018-09..2018-12"), *rows(MEDICAL, "2018-07", mark=Mark.OWED)],
        since=START,
    )
    owed, between_jobs = find(whole)
    assert (owed.span, owed.payer) == (span("2018-07"), Payer.EMPLOYER)
    assert (between_jobs.span, between_jobs.payer) == (span("2018-08"), Payer.NOBODY)


def test_what_the_self_employed_leave_out_is_nobodys_debt() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2019-12", paid_by=None),
            *rows(MEDICAL, "2018-01..2018-12", "2019-08..2019-12", paid_by=None),
            *rows(MEDICAL, "2019-01", mark=Mark.OWED, paid_by=None),
        ],
        since=START,
        employers={PENSION: None, MEDICAL: None},
    )
    for shown in (whole, overview_of(whole)):
        (found,) = find(shown)
        assert (found.span, found.payer) == (span("2019-01..2019-07"), Payer.NOBODY)
        assert found.severity is Severity.ATTENTION


def test_work_injury_alone_does_not_prove_that_an_employer_owed_the_rest() -> None:
    whole = ledger(
        [*rows(Kind.WORK_INJURY, "2018-01..2019-12"), *rows(MEDICAL, "2018-01..2018-12", "2019-08..2019-12")],
        since=START,
    )
    assert find(whole)[0].payer is Payer.NOBODY


def test_a_kind_that_stopped_while_others_go_on_is_a_gap_that_goes_on() -> None:
    whole = ledger([*rows(PENSION, "2018-01..2019-12"), *rows(MEDICAL, "2018-01..2019-08")], since=START)
    (found,) = find(whole)
    assert (found.span, found.ongoing) == (span("2019-09..2019-12"), True)
    (shown,) = find(overview_of(whole))
    assert shown.employers == (COMPANY,)


def test_a_gap_goes_on_though_the_running_month_of_other_kinds_is_paid_already() -> None:
    whole = ledger([*rows(PENSION, "2018-01..2020-01"), *rows(MEDICAL, "2018-01..2019-08")], since=START)
    (found,) = find(whole)
    assert (found.span, found.ongoing) == (span("2019-09..2019-12"), True)


def test_what_residents_paid_ahead_makes_no_month_of_employees_due() -> None:
    whole = ledger(
        [*rows(PENSION, "2018-01..2019-09", paid_by=None), row(Kind.MEDICAL_RESIDENT, AS_OF, paid_by=None)],
        since={PENSION: START, Kind.MEDICAL_RESIDENT: month("2019-10")},
    )
    assert find(whole) == ()


def test_the_overview_charges_no_employer_with_a_gap_of_the_past() -> None:
    whole = ledger(
        [*rows(PENSION, "2018-01..2019-12"), *rows(MEDICAL, "2018-01..2018-12", "2019-08..2019-12")],
        since=START,
    )
    (shown,) = find(overview_of(whole))
    assert (shown.payer, shown.employers) == (Payer.EMPLOYER, ())


def test_what_was_ended_or_stopped_with_everything_else_is_no_gap() -> None:
    for state in (ParticipationState.SUSPENDED, ParticipationState.ENDED):
        whole = ledger(
            [*rows(PENSION, "2018-01..2019-03"), *rows(MEDICAL, "2018-01..2019-03")],
            since=START,
            states={PENSION: state, MEDICAL: state},
        )
        assert find(whole) == ()


def test_medical_stopped_alone_while_the_employer_pays_the_pension_is_a_gap() -> None:
    whole = ledger(
        [*rows(PENSION, "2018-01..2019-12"), *rows(MEDICAL, "2018-01..2018-12")],
        since=START,
        states={MEDICAL: ParticipationState.SUSPENDED},
    )
    (found,) = find(whole)
    assert (found.span, found.payer) == (span("2019-01..2019-12"), Payer.EMPLOYER)


def test_medical_stopped_by_somebody_who_pays_his_pension_himself_is_no_gap() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2019-12", paid_by=None),
            *rows(MEDICAL, "2018-01..2018-12", paid_by=None),
        ],
        since=START,
        states={MEDICAL: ParticipationState.SUSPENDED},
        employers={PENSION: None, MEDICAL: None},
    )
    assert find(whole) == ()


def test_maternity_ends_in_2018_without_a_gap() -> None:
    whole = ledger(
        [
            *rows(MEDICAL, "2018-01..2019-12"),
            *rows(Kind.MATERNITY, "2018-01..2018-10"),
        ],
        since=START,
    )
    (found,) = find(whole)
    assert (found.kind, found.span) == (Kind.MATERNITY, span("2018-11..2018-12"))


def test_months_before_a_kind_began_are_no_gap_nor_are_months_brought_along() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2019-12"),
            *rows(MEDICAL, "2017-01..2017-06", "2018-04..2018-06", mark=Mark.TRANSFERRED, paid_by=None),
            *rows(MEDICAL, "2018-07..2019-12"),
        ],
        since={PENSION: START, MEDICAL: month("2018-04")},
    )
    assert find(whole) == ()


def test_what_is_owed_for_the_running_month_is_not_late_yet() -> None:
    kinds = [*rows(PENSION, "2018-01..2019-12"), *rows(PENSION, "2020-01", mark=Mark.OWED)]
    assert find(ledger(kinds, since=START)) == ()
    (found,) = find(ledger(kinds, since=START), month("2020-02"))
    assert (found.span, found.payer) == (span("2020-01"), Payer.EMPLOYER)


def test_residents_years_are_paid_whole() -> None:
    yearly = [row(Kind.MEDICAL_RESIDENT, month(of), paid_by=None) for of in ("2016-01", "2017-12", "2019-06")]
    whole = ledger(yearly, since=month("2015-10"), employers={Kind.MEDICAL_RESIDENT: None})
    (found,) = find(whole)
    assert (found.span, found.payer) == (span("2018-01..2018-12"), Payer.NOBODY)


def test_the_running_year_of_residents_medical_can_still_be_paid_by_oneself() -> None:
    whole = ledger(
        [
            *(row(Kind.MEDICAL_RESIDENT, month(of), paid_by=None) for of in ("2018-01", "2019-01")),
            *(
                row(Kind.PENSION_RESIDENT, month(of), paid_by=None)
                for of in ("2018-12", "2019-12", "2020-01")
            ),
        ],
        since=month("2017-11"),
    )
    (found,) = find(whole, month("2020-03"))
    assert (found.kind, found.span) == (Kind.MEDICAL_RESIDENT, span("2020-01..2020-12"))
    assert (found.payer, found.ongoing) == (Payer.SELF, True)


def test_a_missed_year_of_residents_pension_may_be_paid_later_but_the_running_one_is_not_late() -> None:
    whole = ledger(
        [row(Kind.PENSION_RESIDENT, month(of), paid_by=None) for of in ("2017-12", "2019-12")],
        since=month("2017-01"),
    )
    (found,) = find(whole, month("2020-11"))
    assert (found.span, found.payer) == (span("2018-01..2018-12"), Payer.SELF)


def test_residents_medical_fills_the_time_between_jobs() -> None:
    jobless = [row(Kind.MEDICAL_RESIDENT, month("2018-01"), paid_by=None)]
    medical = rows(MEDICAL, "2017-01..2017-12", "2019-01..2019-12")
    whole = ledger(
        [*medical, *jobless],
        since=month("2017-01"),
        states={Kind.MEDICAL_RESIDENT: ParticipationState.SUSPENDED},
    )
    assert find(whole) == ()


def test_residents_medical_does_not_excuse_an_employer() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2017-01..2019-12"),
            *rows(MEDICAL, "2017-01..2017-12", "2019-01..2019-12"),
            row(Kind.MEDICAL_RESIDENT, month("2018-01"), paid_by=None),
        ],
        since=month("2017-01"),
        states={Kind.MEDICAL_RESIDENT: ParticipationState.SUSPENDED},
    )
    (found,) = find(whole)
    assert (found.kind, found.span, found.payer) == (MEDICAL, span("2018-01..2018-12"), Payer.EMPLOYER)


def test_a_person_without_anything_has_no_finding() -> None:
    assert find(Ledger(())) == ()
    assert find(ledger((), since=START, kinds=(PENSION, MEDICAL))) == ()


def test_what_hurts_most_stands_first() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2018-03", "2018-06..2019-12"),
            *rows(MEDICAL, "2018-01..2018-08", "2018-11..2019-08"),
            *rows(Kind.UNEMPLOYMENT, "2018-01..2019-12"),
            *rows(Kind.WORK_INJURY, "2018-01..2018-02", "2018-05..2019-12"),
        ],
        since=START,
    )
    assert [(one.kind, one.ongoing) for one in find(whole)] == [
        (MEDICAL, True),
        (MEDICAL, False),
        (PENSION, False),
        (Kind.WORK_INJURY, False),
    ]


def test_what_goes_on_stands_before_what_is_past() -> None:
    whole = ledger(
        [
            *rows(PENSION, "2018-01..2019-08"),
            *rows(MEDICAL, "2018-01..2018-08", "2018-11..2019-12"),
        ],
        since=START,
    )
    assert [(one.kind, one.ongoing) for one in find(whole)] == [(PENSION, True), (MEDICAL, False)]
