"""The findings in a ledger: what a clerk who knows every insurance would see at a glance.

The centre sends rows and changes; what they mean is found here, the same way for every page and paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.domain.finding import Finding, FindingKind
from kiosk.domain.gaps import gaps
from kiosk.domain.holding import holdings
from kiosk.domain.insurance import Branch
from kiosk.domain.irregularities import bases_outside_limits, double_payments, employer_changes, uncredited
from kiosk.domain.ledger import AccountChange, Ledger
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.region import BaseLimits

_BRANCHES = (Branch.MEDICAL, Branch.PENSION, Branch.UNEMPLOYMENT, Branch.WORK_INJURY, Branch.MATERNITY)
"""What hurts soonest first: a gap in medical is felt at the next pharmacy."""
_KINDS = tuple(FindingKind)


def findings(ledger: Ledger, *, limits: Mapping[int, BaseLimits], as_of: Month) -> tuple[Finding, ...]:
    """All findings, the gravest first.

    `as_of` is the month of the ledger's data, not over yet, so not yet judged; `limits` by year, a year
    without them is not judged. A ledger without rows (the overview's) gives the gaps and what is held
    twice.
    """
    held = holdings(ledger)
    found = (
        *gaps(ledger, held, as_of=as_of),
        *double_payments(ledger, held),
        *uncredited(ledger, as_of=as_of),
        *bases_outside_limits(ledger, limits),
        *employer_changes(ledger),
    )
    explained = (replace(one, changes=_changes(ledger, one)) for one in found)
    return tuple(sorted(explained, key=_order))


def _changes(ledger: Ledger, finding: Finding) -> tuple[AccountChange, ...]:
    """What was changed in those months: for a gap in any kind, else in the kinds concerned. The kind's own
    changes count from the month before, because a stop typed at a month's end bites in the next."""
    own = (finding.kind,) if finding.is_gap else (finding.kind, *finding.beside)
    before = MonthSpan(finding.span.first.plus(-1), finding.span.last)
    return tuple(
        sorted(
            (
                change
                for change in ledger.changes
                if (Month.of(change.on) in before and change.kind in own)
                or (Month.of(change.on) in finding.span and finding.is_gap)
            ),
            key=lambda change: (change.on, change.kind, change.what),
        )
    )


def _order(finding: Finding) -> tuple[int, bool, int, int, str, int, Month]:
    latest_first = -(finding.span.last.year * 12 + finding.span.last.month)
    return (
        -finding.severity,
        not finding.ongoing,
        _KINDS.index(finding.what),
        _BRANCHES.index(finding.kind.branch),
        finding.kind.value,
        latest_first,
        finding.span.first,
    )
