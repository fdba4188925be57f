"""The terminals and their device keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from central.store.tables import terminals


def public_key(connection: Connection, terminal: str) -> bytes | None:
    """The raw Ed25519 public key (32 bytes) of an enrolled terminal."""
    key: bytes | None = connection.execute(
        select(terminals.c.public_key).where(terminals.c.terminal == terminal)
    ).scalar_one_or_none()
    return key


def enrol(connection: Connection, terminal: str, key: bytes, at: datetime) -> None:
    """Records a terminal's key; an earlier key of the same terminal is good no longer."""
    connection.execute(delete(terminals).where(terminals.c.terminal == terminal))
    connection.execute(insert(terminals).values(terminal=terminal, public_key=key, enrolled_at=at))
