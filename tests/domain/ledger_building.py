"""Ledgers for tests: marks by kind and month in, rows and standings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import (
    AccountChange,
    Contribution,
    Ledger,
    Mark,
    PaymentType,
    Standing,
    owed_of,
    runs_of,
)
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan

COMPANY = "示例县宏达纺织厂"


def month(text: str) -> Month:
    return Month.parse(text)


def span(text: str) -> MonthSpan:
    """`2019-01..2019-07`, or one month."""
    first, _, last = text.partition("..")
    return MonthSpan(month(first), month(last or first))


def row(
    kind: Kind,
    of: Month,
    mark: Mark = Mark.PAID,
    *,
    paid_by: str | None = COMPANY,
    base: int = 400_000,
    payment_type: PaymentType | None = None,
    credited: int | None = None,
) -> Contribution:
    """A row that carries the mark; 8 % of the base is the personal part, credited whole."""
    personal = base * 8 // 100
    usual = PaymentType.TRANSFER if mark is Mark.TRANSFERRED else PaymentType.NORMAL
    arrived = None if mark is Mark.OWED else of
    return Contribution(
        kind,
        payment_type or usual,
        of,
        of,
        Money(base),
        Money(personal),
        Money(base * 16 // 100),
        Money((personal if arrived else 0) if credited is None else credited),
        arrived,
        paid_by,
    )


def paid(kind: Kind, months: Iterable[Month], *, paid_by: str | None = COMPANY) -> dict[Month, Contribution]:
    return {of: row(kind, of, paid_by=paid_by) for of in months}


def standing(
    kind: Kind,
    rows: Iterable[Contribution],
    *,
    since: Month,
    state: ParticipationState = ParticipationState.PAYING,
    employer: str | None = COMPANY,
) -> Standing:
    own = tuple(one for one in rows if one.kind is kind)
    return Standing(kind, state, since, runs_of(own).get(kind, ()), owed_of(own, kind), employer)


def ledger(
    rows: Iterable[Contribution],
    *,
    since: Month | Mapping[Kind, Month],
    states: Mapping[Kind, ParticipationState] | None = None,
    employers: Mapping[Kind, str | None] | None = None,
    kinds: Iterable[Kind] | None = None,
    changes: tuple[AccountChange, ...] = (),
) -> Ledger:
    """A ledger with rows, its standings made from them. `kinds` adds those that have no row."""
    given = tuple(rows)
    held = sorted({one.kind for one in given} | set(kinds or ()))
    standings = tuple(
        standing(
            kind,
            given,
            since=since if isinstance(since, Month) else since[kind],
            state=(states or {}).get(kind, ParticipationState.PAYING),
            employer=(employers or {}).get(kind, COMPANY),
        )
        for kind in held
    )
    return Ledger(standings, given, changes)


def overview_of(whole: Ledger) -> Ledger:
    """What the masked overview has of it: standings alone."""
    return Ledger(whole.standings)
