"""Gaps against a second judgement that walks month by month, as a clerk would with a pencil.

It knows nothing of spans; whatever marks, states and employers are thrown together, both must agree on every
month: whether it is missing, who has to pay it, and what was paid beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypothesis import event, given, settings
from hypothesis import strategies as st
from ledger_building import COMPANY, ledger, overview_of, row

from kiosk.domain.finding import Finding, FindingKind, Payer
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Branch, Kind, ParticipationState
from kiosk.domain.ledger import Contribution, Ledger, Mark
from kiosk.domain.months import Month, MonthSpan

FIRST = Month(2017, 7)
HORIZON = MonthSpan(Month(2017, 1), Month(2021, 12))
PROOF = {Kind("110"), Kind("120"), Kind("210"), Kind("310"), Kind("510")}
RESIDENTS = {Kind("170"), Kind("390")}
PAIRS = {Branch.PENSION: Branch.MEDICAL, Branch.MEDICAL: Branch.PENSION}

Verdict = tuple[Payer, frozenset[Kind]]


@dataclass(frozen=True)
class Life:
    """Marks by month; those of a resident's kind are drawn by year and count for all of it."""

    marks: Mapping[Kind, Mapping[Month, Mark]]
    states: Mapping[Kind, ParticipationState]
    since: Mapping[Kind, Month]
    employers: Mapping[Kind, str | None]
    as_of: Month

    def ledger(self) -> Ledger:
        rows: list[Contribution] = [
            row(kind, at, mark, paid_by=self.employers[kind])
            for kind, months in self.marks.items()
            for at, mark in months.items()
        ]
        return ledger(rows, since=self.since, states=self.states, employers=self.employers, kinds=self.marks)

    def mark(self, kind: Kind, at: Month) -> Mark | None:
        if kind not in RESIDENTS:
            return self.marks[kind].get(at)
        return next((mark for month, mark in self.marks[kind].items() if month.year == at.year), None)

    def covered(self, kind: Kind, at: Month) -> bool:
        return self.mark(kind, at) in (Mark.PAID, Mark.TRANSFERRED)

    def last(self, kind: Kind) -> Month | None:
        return max(self.marks[kind], default=None)

    def booked(self, kinds: set[Kind]) -> Month | None:
        return max(
            (at for kind in kinds for at, mark in self.marks[kind].items() if mark is not Mark.TRANSFERRED),
            default=None,
        )

    def by_employer(self, kind: Kind, at: Month) -> bool:
        worked = self.mark(kind, at) in (Mark.PAID, Mark.OWED)
        return worked and kind not in RESIDENTS and self.employers[kind] is not None

    def employed(self, kind: Kind, at: Month) -> bool:
        return any(self.by_employer(other, at) for other in set(self.marks) & PROOF if other is not kind)

    def verdict(self, kind: Kind, at: Month) -> Verdict | None:
        """None where the month is in order."""
        missing = self.year_missing(kind, at) if kind in RESIDENTS else self.month_missing(kind, at)
        if not missing:
            return None
        paired = self.paid_beside(kind, at) & {one for one in Kind if one.branch is PAIRS.get(kind.branch)}
        return self.payer(kind, at), paired

    def paid_beside(self, kind: Kind, at: Month) -> frozenset[Kind]:
        return frozenset(
            other
            for other in self.marks
            if other.branch is not kind.branch and self.mark(other, at) is Mark.PAID
        )

    def payer(self, kind: Kind, at: Month) -> Payer:
        if kind is Kind.PENSION_RESIDENT:
            return Payer.SELF
        if kind is Kind.MEDICAL_RESIDENT:
            return Payer.SELF if at.year >= self.as_of.year else Payer.NOBODY
        owes = self.employed(kind, at) or self.by_employer(kind, at)
        return Payer.EMPLOYER if owes else Payer.NOBODY

    def month_missing(self, kind: Kind, at: Month) -> bool:
        booked = self.booked(set(self.marks) - RESIDENTS)
        if booked is None or at >= self.as_of:
            return False
        if self.mark(kind, at) is Mark.OWED:
            return True
        last = self.last(kind)
        marked = last is not None and at <= last
        match self.states[kind]:
            case ParticipationState.PAYING:
                due = at <= booked
            case ParticipationState.ENDED:
                due = marked
            case ParticipationState.SUSPENDED:
                pair = (other for other in self.marks if other.branch is PAIRS.get(kind.branch))
                worked = any(
                    self.mark(other, at) is Mark.PAID and self.by_employer(other, at) for other in pair
                )
                due = marked or (worked and at <= booked)
        if kind is Kind.MATERNITY and at.year >= 2019:
            due = False
        rivals = [one for one in self.marks if one is not kind and one.branch is kind.branch]
        excused = any(
            self.covered(rival, at) and (rival not in RESIDENTS or not self.employed(kind, at))
            for rival in rivals
        )
        return due and at >= self.since[kind] and not self.covered(kind, at) and not excused

    def year_missing(self, kind: Kind, at: Month) -> bool:
        booked = self.booked(set(self.marks))
        if booked is None or at.year > self.as_of.year:
            return False
        if self.mark(kind, at) is Mark.OWED:
            return True
        if self.states[kind] is ParticipationState.PAYING:
            over = self.as_of.year if kind is Kind.MEDICAL_RESIDENT else self.as_of.year - 1
            due = at.year <= min(booked.year, over)
        else:
            last = self.last(kind)
            due = last is not None and at.year <= last.year
        since = self.since[kind]
        begun = at.year > since.year or (at.year == since.year and since.month == 1)
        branch = [one for one in self.marks if one.branch is kind.branch]
        year = [Month(at.year, month) for month in range(1, 13)]
        return due and begun and not any(self.covered(one, month) for one in branch for month in year)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    kinds = sorted(draw(st.sets(st.sampled_from(Kind), min_size=1, max_size=5)))
    since = {kind: FIRST.plus(draw(st.integers(0, 12))) for kind in kinds}
    marks: dict[Kind, dict[Month, Mark]] = {}
    for kind in kinds:
        # Runs, because months drawn one by one hardly ever make a span.
        own: dict[Month, Mark] = {}
        at = FIRST.plus(draw(st.integers(-3, 12)))
        while at <= Month(2020, 6):
            mark, length = draw(st.sampled_from([*Mark, Mark.PAID, None])), draw(st.integers(1, 10))
            step = 12 if kind in RESIDENTS else 1
            for i in range(length if step == 1 else 1):
                if mark is not None:
                    own[at.plus(i)] = mark
            at = at.plus(length if step == 1 else 12)
        marks[kind] = own
    return Life(
        marks,
        states={kind: draw(st.sampled_from(ParticipationState)) for kind in kinds},
        since=since,
        employers={
            kind: draw(st.sampled_from([COMPANY, None])) if kind in ("110", "310") else COMPANY
            for kind in kinds
        },
        as_of=Month(2019, 10).plus(draw(st.integers(0, 14))),
    )


def paired(found: Finding) -> frozenset[Kind]:
    return frozenset(kind for kind in found.beside if kind.branch is PAIRS.get(found.kind.branch))


def verdicts(found: tuple[Finding, ...]) -> Iterator[tuple[tuple[Kind, Month], Verdict]]:
    for one in found:
        if one.is_gap:
            for at in one.span:
                yield (one.kind, at), (one.payer, paired(one))


@settings(max_examples=250)
@given(lives())
def test_every_month_is_judged_as_it_would_be_alone(life: Life) -> None:
    expected = {
        (kind, at): verdict
        for kind in life.marks
        for at in HORIZON
        if (verdict := life.verdict(kind, at)) is not None
    }
    event(f"months missing: {min(len(expected) // 10, 5)}0")
    for whole in (life.ledger(), overview_of(life.ledger())):
        judged = list(verdicts(findings(whole, limits={}, as_of=life.as_of)))
        assert dict(judged) == expected
        assert len(judged) == len(expected), "a month was told twice"


@given(lives())
def test_months_in_a_row_that_are_judged_alike_are_one_finding(life: Life) -> None:
    found = [one for one in findings(life.ledger(), limits={}, as_of=life.as_of) if one.is_gap]
    for one in found:
        for other in found:
            touching = one.kind is other.kind and one.span.last.until(other.span.first) == 1
            assert not (touching and one.payer is other.payer and paired(one) == paired(other))


@given(lives())
def test_what_is_beside_a_gap_was_paid_in_every_month_of_it(life: Life) -> None:
    for one in findings(life.ledger(), limits={}, as_of=life.as_of):
        if one.is_gap:
            paid = (life.paid_beside(one.kind, at) for at in one.span)
            assert set(one.beside) == set(next(paid)).intersection(*paid)
            assert (one.what is FindingKind.GAP_ACROSS) == bool(one.beside)
