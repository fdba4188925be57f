"""`GET /v1/me/overview`, `/contributions`, `/changes`: rows and changes, never a finding's text."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from kiosk.contract.wire import Fen, Instant, ShortText, WireModel, WireMonth
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Contribution, Mark, PaymentType, Run, Standing
from kiosk.domain.months import Month, MonthSpan


class RunWire(WireModel):
    first: WireMonth
    last: WireMonth
    mark: Mark


class StandingWire(WireModel):
    kind: Kind
    state: ParticipationState
    since: WireMonth
    runs: tuple[RunWire, ...]
    owed_fen: Fen
    employer: ShortText | None = None

    @classmethod
    def of(cls, one: Standing) -> StandingWire:
        runs = tuple(RunWire(first=run.span.first, last=run.span.last, mark=run.mark) for run in one.runs)
        return cls(
            kind=one.kind,
            state=one.state,
            since=one.since,
            runs=runs,
            owed_fen=one.owed,
            employer=one.employer,
        )

    def to_domain(self) -> Standing:
        runs = tuple(Run(MonthSpan(run.first, run.last), run.mark) for run in self.runs)
        return Standing(self.kind, self.state, self.since, runs, self.owed_fen, self.employer)


class OverviewAnswer(WireModel):
    """我的社保: what a masked overview may tell; neither amounts but what is owed, nor bases."""

    as_of: Instant
    standings: tuple[StandingWire, ...]
    booked_to: dict[Kind, WireMonth] = Field(default_factory=dict)
    """做账至: by kind the last month that is booked, for anybody."""

    @property
    def booked(self) -> tuple[tuple[Kind, Month], ...]:
        return tuple(self.booked_to.items())


class ContributionWire(WireModel):
    kind: Kind
    payment_type: PaymentType
    month: WireMonth
    booked: WireMonth
    base_fen: Fen
    personal_fen: Fen
    employer_fen: Fen
    credited_fen: Fen
    arrived: WireMonth | None
    paid_by: ShortText | None = None

    @classmethod
    def of(cls, row: Contribution) -> ContributionWire:
        return cls(
            kind=row.kind,
            payment_type=row.payment_type,
            month=row.month,
            booked=row.booked,
            base_fen=row.base,
            personal_fen=row.personal,
            employer_fen=row.employer,
            credited_fen=row.credited,
            arrived=row.arrived,
            paid_by=row.paid_by,
        )

    def to_domain(self) -> Contribution:
        return Contribution(
            self.kind,
            self.payment_type,
            self.month,
            self.booked,
            self.base_fen,
            self.personal_fen,
            self.employer_fen,
            self.credited_fen,
            self.arrived,
            self.paid_by,
        )


class ContributionsAnswer(WireModel):
    """缴费明细: all rows of the resident."""

    as_of: Instant
    rows: tuple[ContributionWire, ...]


class ChangeWire(WireModel):
    on: date
    kind: Kind
    what: ChangeKind
    office: ShortText
    before: ShortText | None = None
    after: ShortText | None = None

    @classmethod
    def of(cls, change: AccountChange) -> ChangeWire:
        return cls(
            on=change.on,
            kind=change.kind,
            what=change.what,
            office=change.office,
            before=change.before,
            after=change.after,
        )

    def to_domain(self) -> AccountChange:
        return AccountChange(self.on, self.kind, self.what, self.office, self.before, self.after)


class ChangesAnswer(WireModel):
    """变更记录: date, office, kind, what; never the clerk's name."""

    as_of: Instant
    changes: tuple[ChangeWire, ...]
