"""What a person has to look into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from central.records import AlarmKind
from central.store.once import insert_once
from central.store.tables import alarms


@dataclass(frozen=True, slots=True)
class Alarm:
    terminal: str
    what: AlarmKind
    subject: str
    """The key or the order that it is about."""
    at: datetime
    """When it was met first."""


def raise_alarm(connection: Connection, alarm: Alarm) -> bool:
    """False where it is known already."""
    return insert_once(
        connection,
        alarms,
        {"terminal": alarm.terminal, "what": alarm.what, "subject": alarm.subject, "at": alarm.at},
    )


def raised(connection: Connection) -> tuple[Alarm, ...]:
    """All, the earliest first."""
    found = connection.execute(select(alarms).order_by(alarms.c.at, alarms.c.subject))
    return tuple(Alarm(row.terminal, row.what, row.subject, row.at) for row in found)
