"""What a standing says, as sets of months: the form in which insurances can be laid beside one another."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Ledger, Mark, PaymentType, Standing
from kiosk.domain.months import Month, MonthSpan, spans
from kiosk.domain.span_sets import Spans, merged, whole_years


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind that the person holds or held. A resident's kind is paid by the year: any marked month of a
    year stands for all of it."""

    standing: Standing
    paid: Spans
    """已缴"""
    owed: Spans
    """欠缴"""
    covered: Spans
    """已缴 or 转入"""
    by_employer: Spans
    """Months that an employer paid or owes. The rows tell; without rows the standing's employer is all
    there is to go by, and the kinds that nobody can hold on his own account."""

    @property
    def kind(self) -> Kind:
        return self.standing.kind

    @property
    def marked_to(self) -> Month | None:
        """The last month with any mark."""
        return self.standing.runs[-1].span.last if self.standing.runs else None

    @property
    def booked_to(self) -> Month | None:
        """The last month that was paid or is owed here."""
        return max(
            (run.span.last for run in self.standing.runs if run.mark is not Mark.TRANSFERRED), default=None
        )


def holdings(ledger: Ledger) -> tuple[Holding, ...]:
    return tuple(_holding(ledger, standing) for standing in ledger.standings)


def employers(ledger: Ledger, kinds: tuple[Kind, ...], span: MonthSpan) -> tuple[str, ...]:
    """单位名称 in the rows of these kinds and months, in the order of time."""
    names = {
        row.paid_by: None
        for month in span
        for kind in kinds
        for row in ledger.rows(kind, month)
        if row.paid_by is not None and row.payment_type is not PaymentType.TRANSFER
    }
    return tuple(names)


def _holding(ledger: Ledger, standing: Standing) -> Holding:
    paid = _marked(standing, Mark.PAID)
    owed = _marked(standing, Mark.OWED)
    covered = merged((*paid, *_marked(standing, Mark.TRANSFERRED)))
    return Holding(standing, paid, owed, covered, _by_employer(ledger, standing, merged((*paid, *owed))))


def _marked(standing: Standing, mark: Mark) -> Spans:
    marked = merged(run.span for run in standing.runs if run.mark is mark)
    return marked if standing.kind.of_employees else whole_years(marked)


def _by_employer(ledger: Ledger, standing: Standing, booked: Spans) -> Spans:
    if not standing.kind.of_employees:
        return ()
    if ledger.contributions:
        return spans(
            month
            for month, rows in ledger.cells(standing.kind).items()
            if any(row.paid_by is not None and row.payment_type is not PaymentType.TRANSFER for row in rows)
        )
    employed = standing.employer is not None or not standing.kind.open_to_self_employed
    return booked if employed else ()
