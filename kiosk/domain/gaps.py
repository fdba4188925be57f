"""Gaps 断缴: due months not paid, within a kind and across kinds (docs/facts/social-insurance.md §4).

Runs are enough to find them, so that the overview and the month-by-month page say the same; the rows tell
more exactly who owes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain.finding import Finding, FindingKind, Payer
from kiosk.domain.holding import Holding, employers
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import Ledger
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.span_sets import Spans, between, common, holds, merged, parted, whole_years, without

_BEGINNING = Month(1900, 1)
_MATERNITY_TO = Month(2018, 12)
"""生育保险 is collected with 职工医保 from 2019 on (国办发〔2019〕10号): that end is no gap."""

_PROVES_EMPLOYMENT = (
    Kind.PENSION_EMPLOYEE,
    Kind.PENSION_PUBLIC,
    Kind.MEDICAL_EMPLOYEE,
    Kind.UNEMPLOYMENT,
    Kind.MATERNITY,
)
"""Paid by an employer, each says that the person worked there, and so that every kind was due. Work injury
does not: interns and people past retirement age are insured with it alone."""


@dataclass(frozen=True, slots=True)
class _Circumstances:
    """What is told of a gap from its first month to its last; where it changes, one gap becomes two
    findings, so that each is true of all its months."""

    paired: tuple[Kind, ...]
    """The kinds of the paired branch paid meanwhile."""
    payer: Payer


@dataclass(frozen=True, slots=True)
class _Case:
    """One kind, seen beside the others of the same person."""

    one: Holding
    same_branch: tuple[Holding, ...]
    beside: tuple[Holding, ...]
    """Of other branches."""
    employed: Spans
    """Months in which an employer paid or owed another kind."""
    due_to: Month
    """The last month that is due."""
    silent: Spans
    """Due months in which nothing at all is booked for this person any more."""
    as_of: Month

    @property
    def paired(self) -> tuple[Holding, ...]:
        branch = self.one.kind.branch.paired
        return tuple(other for other in self.beside if other.kind.branch is branch)

    @property
    def missing(self) -> Spans:
        """What was due and is not there, and what is marked as owed."""
        if self.one.kind.of_employees:
            due, over = self._due_months(), self.as_of.plus(-1)
        else:
            due, over = self._due_years(), Month(self.as_of.year, 12)
        there = merged((*self.one.covered, *self._covered_otherwise()))
        missing = merged((*without(due, there), *self.one.owed))
        return common(missing, between(_BEGINNING, over))

    @property
    def borders(self) -> tuple[Spans, ...]:
        """Between these, the circumstances of a gap do not change."""
        this_year = between(Month(self.as_of.year, 1), Month(self.as_of.year, 12))
        paired = (other.paid for other in self.paired)
        return (*paired, self.employed, self.one.by_employer, self.silent, this_year)

    def circumstances(self, month: Month) -> _Circumstances:
        paired = tuple(other.kind for other in self.paired if holds(other.paid, month))
        return _Circumstances(paired, self._payer(month))

    def _payer(self, month: Month) -> Payer:
        match self.one.kind:
            case Kind.PENSION_RESIDENT:
                return Payer.SELF
            case Kind.MEDICAL_RESIDENT:
                # A past year's treatment is past: only the running year can still be insured.
                return Payer.SELF if month.year >= self.as_of.year else Payer.NOBODY
            case _ if holds(self.employed, month) or holds(self.one.by_employer, month):
                return Payer.EMPLOYER
            case _ if self._still_enrolled and holds(self.silent, month):
                return Payer.EMPLOYER
            case _:
                return Payer.NOBODY

    @property
    def _still_enrolled(self) -> bool:
        """Whether an employer has the person enrolled and has not stopped it: whoever stops paying for
        everything owes it all the same."""
        standing = self.one.standing
        return standing.state is ParticipationState.PAYING and standing.employer is not None

    def _due_months(self) -> Spans:
        due = self._due_by_state()
        if self.one.kind is Kind.MATERNITY:
            return common(due, between(_BEGINNING, _MATERNITY_TO))
        return due

    def _due_by_state(self) -> Spans:
        since, state = self.one.standing.since, self.one.standing.state
        if state is ParticipationState.PAYING:
            return between(since, self.due_to)
        marked_to = self.one.marked_to or since.plus(-1)
        until_the_stop = between(since, marked_to)
        if state is ParticipationState.ENDED:
            return until_the_stop
        # A stop is proper only where the employer stopped the paired kind as well.
        worked = merged(span for other in self.paired for span in common(other.paid, other.by_employer))
        after = between(max(since, marked_to.plus(1)), self.due_to)
        return merged((*until_the_stop, *common(worked, after)))

    def _due_years(self) -> Spans:
        standing = self.one.standing
        # Who enrolled within a year did so for the next one.
        first = standing.since.year + (standing.since.month > 1)
        if standing.state is not ParticipationState.PAYING:
            last = self.one.marked_to.year if self.one.marked_to else first - 1
        elif standing.kind is Kind.MEDICAL_RESIDENT:
            last = self.due_to.year
        else:
            # A year's pension premium may be paid until its last day.
            last = min(self.due_to.year, self.as_of.year - 1)
        return between(Month(first, 1), Month(last, 12))

    def _covered_otherwise(self) -> Spans:
        """What another kind of the branch covers; a resident's kind does not excuse an employer."""
        if not self.one.kind.of_employees:
            return whole_years(merged(span for other in self.same_branch for span in other.covered))
        by_job = (span for other in self.same_branch if other.kind.of_employees for span in other.covered)
        by_self = merged(
            span for other in self.same_branch if not other.kind.of_employees for span in other.covered
        )
        return merged((*by_job, *without(by_self, self.employed)))


def gaps(ledger: Ledger, held: tuple[Holding, ...], *, as_of: Month) -> Iterator[Finding]:
    """Every gap of every kind, unordered and without changes."""
    for one in held:
        due_to = _due_to(one.kind, held, ledger.booked_to, as_of)
        if due_to is None:
            continue
        others = tuple(other for other in held if other.kind is not one.kind)
        case = _Case(
            one,
            same_branch=tuple(other for other in others if other.kind.branch is one.kind.branch),
            beside=tuple(other for other in others if other.kind.branch is not one.kind.branch),
            employed=merged(
                span for other in others if other.kind in _PROVES_EMPLOYMENT for span in other.by_employer
            ),
            due_to=due_to,
            silent=_silent(held, due_to),
            as_of=as_of,
        )
        for span, found in parted(case.missing, case.borders, case.circumstances):
            yield _finding(ledger, case, span, found)


def _silent(held: tuple[Holding, ...], due_to: Month) -> Spans:
    """Months after the last that is booked for this person, in any kind."""
    last = max((one.booked_to for one in held if one.booked_to is not None), default=None)
    return () if last is None else between(last.plus(1), due_to)


def _due_to(
    kind: Kind, held: tuple[Holding, ...], by_agencies: tuple[tuple[Kind, Month], ...], as_of: Month
) -> Month | None:
    """The last month that is due: nothing is before the month is over, nor before the agencies booked it for
    this person or for anybody. Residents pay ahead: their years say nothing about the months of employees."""
    booked = [
        month
        for of_kind, month in (*((one.kind, one.booked_to) for one in held), *by_agencies)
        if month is not None and (of_kind.of_employees or not kind.of_employees)
    ]
    if not booked:
        return None
    return min(max(booked), as_of.plus(-1) if kind.of_employees else as_of)


def _finding(ledger: Ledger, case: _Case, span: MonthSpan, found: _Circumstances) -> Finding:
    throughout = (other.kind for other in case.beside if not without((span,), other.paid))
    beside = (*found.paired, *(kind for kind in throughout if kind not in found.paired))
    one = case.one
    ongoing = span.last >= (case.due_to if one.kind.of_employees else Month(case.due_to.year, 12))
    names: tuple[str, ...] = ()
    if found.payer is Payer.EMPLOYER:
        names = employers(ledger, (one.kind, *_PROVES_EMPLOYMENT), span)
        if not names and ongoing and not ledger.contributions:
            # Without rows only today's employer is known: he may not be charged with another's past.
            standings = (one.standing, *(other.standing for other in case.beside))
            names = tuple(standing.employer for standing in standings if standing.employer is not None)[:1]
    return Finding(
        FindingKind.GAP_ACROSS if beside else FindingKind.GAP,
        one.kind,
        span,
        beside,
        found.payer,
        names,
        ongoing=ongoing,
    )
