"""Raising an alarm: a row for the person who looks into it, a line in the log for whoever watches."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection

from central.records import AlarmKind
from central.store import alarms as stored

_log = logging.getLogger(__name__)


def alarm(connection: Connection, terminal: str, what: AlarmKind, subject: str, at: datetime) -> None:
    """Once for a terminal, a fault and its subject (a key or an order's number)."""
    if stored.raise_alarm(connection, stored.Alarm(terminal, what, subject, at)):
        _log.warning("ALARM %s: terminal %s, %s", what.value, terminal, subject)
