"""The application: the parts of one centre, put together."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from central import (
    faults,
    problems,
    routes_bills,
    routes_health,
    routes_me,
    routes_orders,
    routes_papers,
    routes_region,
    routes_residents,
    routes_seals,
    routes_transactions,
)
from central.auth import Devices, Sessions
from central.bills import Bills
from central.callers import Callers
from central.limits import Limiter
from central.openapi import publish
from central.papers import Papers
from central.public_page.routes import page_routes
from central.region import published
from central.revocations import RevocationBooks
from central.state import State
from central.transactions import Transactions

_MOST_BODY_BYTES: Final = 1024 * 1024


def create_app(state: State) -> FastAPI:
    """The API over one state; several may live in one process."""
    database, clock = state.database, state.clock
    devices, sessions = Devices(database, clock), Sessions(database, clock)
    callers = Callers(devices, sessions, details_on_card_read=state.region.details_on_card_read)
    misses = Limiter(state.limits.unidentified, clock)
    lists = Limiter(state.limits.lists, clock)
    papers = Papers(
        database, state.region, clock, state.limits, public_url=state.public_url, sealer=state.sealer
    )
    seal_keys = () if state.sealer is None else state.sealer.public_keys

    app = FastAPI(
        title="便民 central API",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Spans carry paths, and a paper's path is its code.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    problems.install(app)
    app.include_router(routes_health.router(clock))
    app.include_router(routes_region.router(callers, published(state.region, state.gateways, seal_keys)))
    app.include_router(routes_residents.router(callers, database, sessions, misses))
    app.include_router(routes_me.router(callers, database, clock))
    app.include_router(routes_papers.router(callers, papers))
    app.router.routes.extend(page_routes(papers, state.region))
    app.include_router(routes_seals.router(seal_keys, RevocationBooks(database, clock), lists))
    bills = Bills(database, state.region.to_domain(), clock)
    app.include_router(routes_bills.router(callers, bills, clock, state.limits))
    app.include_router(routes_transactions.router(callers, Transactions(database, clock)))
    app.include_router(routes_orders.router(callers, state.orders()))
    publish(app)

    # The last one added is the outermost.
    app.add_middleware(problems.BodyLimit, most=_MOST_BODY_BYTES)
    if state.faults is not None:
        app.include_router(faults.router(state.faults))
        app.add_middleware(faults.FaultMiddleware, faults=state.faults)
    app.add_middleware(problems.LastResort)
    return app
