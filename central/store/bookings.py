"""How far the agencies have booked: 做账至."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from central.store.tables import contributions
from kiosk.domain.insurance import Kind
from kiosk.domain.months import Month


def booked_to(connection: Connection) -> dict[Kind, Month]:
    """By kind the last month with a row of anybody; each is one look into an index."""
    lasts = {
        kind: connection.scalar(select(func.max(contributions.c.month)).where(contributions.c.kind == kind))
        for kind in Kind
    }
    return {kind: month for kind, month in lasts.items() if month is not None}
