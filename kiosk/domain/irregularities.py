"""What is wrong in months that were paid: paid twice, not credited, on a wrong base, by another employer
(docs/facts/social-insurance.md §4). All but payment in two kinds need the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from kiosk.domain.finding import Finding, FindingKind, Payer
from kiosk.domain.holding import Holding, employers
from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Contribution, Ledger, Mark, PaymentType
from kiosk.domain.money import total
from kiosk.domain.months import Month, MonthSpan, spans
from kiosk.domain.region import BaseLimits
from kiosk.domain.span_sets import alike, common, holds, merged, parted

_WITH_ACCOUNT = (
    Kind.PENSION_EMPLOYEE,
    Kind.PENSION_PUBLIC,
    Kind.PENSION_RESIDENT,
    Kind.MEDICAL_EMPLOYEE,
)
"""The kinds whose personal part goes to a personal account 个人账户."""
_CREDITING_MONTHS = 2
"""The account is credited in the month after the money arrived: what is missing then is judged a month on."""


def double_payments(ledger: Ledger, held: tuple[Holding, ...]) -> Iterator[Finding]:
    """重复缴费. Told of the kind that gives way: the resident's, where it is one of the two."""
    for one in held:
        rivals = {
            other.kind: common(one.covered, other.covered)
            for other in held
            if other.kind.branch is one.kind.branch and _gives_way(one.kind, other.kind)
        }
        twice = spans(month for month, rows in ledger.cells(one.kind).items() if _paid_twice(rows))
        whole = merged((*twice, *(span for both in rivals.values() for span in both)))

        def beside(month: Month, rivals: Mapping[Kind, tuple[MonthSpan, ...]] = rivals) -> tuple[Kind, ...]:
            return tuple(kind for kind, both in rivals.items() if holds(both, month))

        for span, kinds in parted(whole, (twice, *rivals.values()), beside):
            yield Finding(FindingKind.DOUBLE_PAYMENT, one.kind, span, kinds)


def uncredited(ledger: Ledger, *, as_of: Month) -> Iterator[Finding]:
    """未划入: the personal part arrived, and the personal account got nothing of it."""
    for kind in ledger.kinds:
        if kind not in _WITH_ACCOUNT:
            continue
        for span in spans(
            month for month, rows in ledger.cells(kind).items() if _is_uncredited(kind, rows, as_of)
        ):
            yield Finding(FindingKind.NOT_CREDITED, kind, span)


def bases_outside_limits(ledger: Ledger, limits: Mapping[int, BaseLimits]) -> Iterator[Finding]:
    """缴费基数 below the floor or above the ceiling; kinds that share the fault share the finding."""
    together: dict[tuple[FindingKind, MonthSpan, Payer], list[Kind]] = {}
    for kind in ledger.kinds:
        if not kind.of_employees:
            continue
        labels = {}
        for month, rows in ledger.cells(kind).items():
            fault = _base_fault(rows, limits.get(month.year))
            if fault is not None:
                labels[month] = fault, _declared_by(rows)
        for span, (what, payer) in alike(labels):
            together.setdefault((what, span, payer), []).append(kind)
    for (what, span, payer), kinds in together.items():
        names = employers(ledger, (kinds[0],), span) if payer is Payer.EMPLOYER else ()
        yield Finding(what, kinds[0], span, tuple(kinds[1:]), payer, names)


def employer_changes(ledger: Ledger) -> Iterator[Finding]:
    """单位变更, told once for all kinds that changed in the same month."""
    together: dict[tuple[Month, str | None], list[Kind]] = {}
    for kind in ledger.kinds:
        if not kind.of_employees:
            continue
        here = {
            row.month: row.paid_by
            for rows in ledger.cells(kind).values()
            for row in reversed(rows)  # the first row of a month has the last word
            if row.payment_type is not PaymentType.TRANSFER
        }
        for earlier, month in pairwise(sorted(here)):
            if here[earlier] != here[month]:
                together.setdefault((month, here[month]), []).append(kind)
    for (month, name), kinds in together.items():
        names = (name,) if name is not None else ()
        yield Finding(
            FindingKind.EMPLOYER_CHANGE, kinds[0], MonthSpan(month, month), tuple(kinds[1:]), employers=names
        )


def _gives_way(kind: Kind, other: Kind) -> bool:
    """Of two kinds of one branch, which one the finding is told of."""
    if kind.of_employees != other.of_employees:
        return other.of_employees
    return kind > other


def _paid_twice(rows: tuple[Contribution, ...]) -> bool:
    if len(rows) < 2:
        return False
    counted = [row for row in rows if row.mark.counts]
    if len(counted) < 2:
        return False
    first = next((row for row in counted if row.payment_type is not PaymentType.ARREARS), counted[0])
    # 补差: what is paid later on a further base completes the month, it does not repeat it.
    made_up = sum(row.payment_type is PaymentType.ARREARS and row.base != first.base for row in counted)
    return len(counted) - made_up > 1


def _is_uncredited(kind: Kind, rows: tuple[Contribution, ...], as_of: Month) -> bool:
    if any(row.credited for row in rows):
        return False
    paid = [row for row in rows if row.mark is Mark.PAID and row.personal]
    if kind is Kind.MEDICAL_EMPLOYEE and any(row.paid_by is None for row in paid):
        # The self-employed may choose the tier without an account 单建统筹.
        return False
    arrived = max((row.arrived for row in paid if row.arrived is not None), default=as_of)
    return arrived.until(as_of) >= _CREDITING_MONTHS


def _base_fault(rows: tuple[Contribution, ...], limits: BaseLimits | None) -> FindingKind | None:
    # Paid twice is told as that; the sum of two payments is nobody's base.
    if limits is None or _paid_twice(rows):
        return None
    # The same base again is the same declaration, paid later; another one is its completion 补差.
    declared = {row.base for row in rows if row.payment_type is not PaymentType.TRANSFER}
    base = total(tuple(declared))
    if not base:
        # Not wage-based: nothing was declared.
        return None
    if base < limits.floor:
        return FindingKind.BASE_TOO_LOW
    return FindingKind.BASE_TOO_HIGH if base > limits.ceiling else None


def _declared_by(rows: tuple[Contribution, ...]) -> Payer:
    return Payer.EMPLOYER if any(row.paid_by is not None for row in rows) else Payer.NOBODY
