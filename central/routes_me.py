"""`GET /v1/me/…`: the session's resident. Rows and changes; what they mean is the terminal's to say."""

# Annotations here name dependencies made at run time, so they must not be strings.

from typing import Annotated

from fastapi import APIRouter, Depends

from central.auth import Session
from central.callers import Callers
from central.past_payments import past_payments
from central.store import bookings, people
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.contract.ledger import (
    ChangesAnswer,
    ChangeWire,
    ContributionsAnswer,
    ContributionWire,
    OverviewAnswer,
    StandingWire,
)
from kiosk.contract.past_payments import PastPaymentWire, PaymentsAnswer
from kiosk.domain.assurance import Disclosure


def router(callers: Callers, database: Database, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/v1/me", tags=["me"])
    overview_shown = callers.resident(Disclosure.OVERVIEW)
    details_shown = callers.resident(Disclosure.DETAILS)

    @routes.get("/overview")
    def overview(session: Annotated[Session, Depends(overview_shown)]) -> OverviewAnswer:
        """我的社保: every kind with its state, its months and what is owed."""
        with database.reading() as connection:
            standings = people.standings_of(
                people.participations_of(connection, session.reference),
                people.contributions_of(connection, session.reference),
            )
            booked = bookings.booked_to(connection)
        return OverviewAnswer(
            as_of=clock.now(),
            standings=tuple(StandingWire.of(standing) for standing in standings),
            booked_to=booked,
        )

    @routes.get("/contributions")
    def contributions(session: Annotated[Session, Depends(details_shown)]) -> ContributionsAnswer:
        """缴费明细: all rows, by month."""
        with database.reading() as connection:
            rows = people.contributions_of(connection, session.reference)
        return ContributionsAnswer(as_of=clock.now(), rows=tuple(ContributionWire.of(row) for row in rows))

    @routes.get("/changes")
    def changes(session: Annotated[Session, Depends(details_shown)]) -> ChangesAnswer:
        """变更记录: what was changed in the accounts, when, and at which office."""
        with database.reading() as connection:
            history = people.changes_of(connection, session.reference)
        return ChangesAnswer(as_of=clock.now(), changes=tuple(ChangeWire.of(change) for change in history))

    @routes.get("/payments")
    def payments(session: Annotated[Session, Depends(details_shown)]) -> PaymentsAnswer:
        """缴费记录: what was paid through this centre for the resident and his dependants, newest first."""
        with database.reading() as connection:
            paid = past_payments(connection, session.reference)
        return PaymentsAnswer(as_of=clock.now(), payments=tuple(PastPaymentWire.of(one) for one in paid))

    return routes
