"""The residents' sessions, each under the hash of its token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from central.store.tables import sessions
from kiosk.domain.assurance import Evidence


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One row of the table."""

    token_hash: bytes
    device_key: bytes
    """The public key of the terminal to which the session is bound."""
    reference: str
    evidence: Evidence
    began: datetime
    last_used: datetime


def add(connection: Connection, session: StoredSession) -> None:
    connection.execute(
        insert(sessions).values(
            token_hash=session.token_hash,
            device_key=session.device_key,
            reference=session.reference,
            evidence=session.evidence,
            began=session.began,
            last_used=session.last_used,
        )
    )


def find(connection: Connection, token_hash: bytes) -> StoredSession | None:
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).one_or_none()
    if row is None:
        return None
    return StoredSession(
        row.token_hash, row.device_key, row.reference, row.evidence, row.began, row.last_used
    )


def touch(connection: Connection, token_hash: bytes, at: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(last_used=at))


def remove(connection: Connection, token_hash: bytes) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def remove_stale(connection: Connection, *, unused_since: datetime, begun_before: datetime) -> None:
    """Those that can never be used again."""
    connection.execute(
        delete(sessions).where(or_(sessions.c.last_used <= unused_since, sessions.c.began <= begun_before))
    )
