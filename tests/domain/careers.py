"""Plain working lives, in which a test then breaks one thing."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from ledger_building import ledger, row

from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Ledger, Mark
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.region import BaseLimits

LIMITS = {year: BaseLimits(Money(300_000), Money(1_500_000)) for year in range(2005, 2030)}


@dataclass(frozen=True)
class Career:
    """Somebody who works for one employer all the time, insured in some kinds."""

    kinds: tuple[Kind, ...]
    since: Month
    months: int

    @property
    def as_of(self) -> Month:
        return self.since.plus(self.months)

    def ledger(self, kind: Kind | None = None, marks: dict[Month, Mark | None] | None = None) -> Ledger:
        """All paid, but for the months of `kind` that `marks` says otherwise of."""
        rows = [
            row(one, at, mark)
            for one in self.kinds
            for at in MonthSpan(self.since, self.as_of.plus(-1))
            if (mark := (marks or {}).get(at, Mark.PAID) if one is kind else Mark.PAID) is not None
        ]
        return ledger(rows, since=self.since, kinds=self.kinds)


@st.composite
def careers(draw: st.DrawFn) -> Career:
    since = Month(draw(st.integers(2008, 2022)), draw(st.integers(1, 12)))
    months = draw(st.integers(2, 60))
    extra = [Kind.WORK_INJURY, Kind.UNEMPLOYMENT]
    if since.plus(months) <= Month(2019, 1):
        extra.append(Kind.MATERNITY)
    pension = draw(st.sampled_from([Kind.PENSION_EMPLOYEE, Kind.PENSION_PUBLIC]))
    kinds = {pension, Kind.MEDICAL_EMPLOYEE, *draw(st.sets(st.sampled_from(extra)))}
    return Career(tuple(sorted(kinds)), since, months)
