"""作废: papers that were taken back, and the list of them that anyone may have."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from central.store import papers as stored
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.contract.seals.claims import code_digest
from kiosk.contract.seals.keys import MAX_REVOKED, Revocations, RevocationsWire

LISTED_FOR: Final = timedelta(days=365)
"""So long a void paper is named: it lives 30 days, and whoever has an old one shall hear why it is void."""


@dataclass(frozen=True, slots=True)
class RevocationList:
    """The list and its version, which is that of what stands in it, whenever it was made."""

    wire: RevocationsWire
    version: str


class RevocationBooks:
    """Takes papers back and tells of it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def revoke(self, code: str) -> datetime | None:
        """Since when the paper is void; None where there is no such paper. Revoked twice is revoked once."""
        with self._database.writing() as connection:
            return stored.revoke(connection, code.upper(), self._clock.now())

    def current(self) -> RevocationList:
        now = self._clock.now()
        with self._database.reading() as connection:
            found = stored.revoked_after(connection, now - LISTED_FOR, MAX_REVOKED)
        wire = RevocationsWire.of(
            Revocations(now, {code_digest(code): since for code, since in found.items()})
        )
        told = "".join(f"{one.code_digest} {one.since.isoformat()}\n" for one in wire.revoked)
        return RevocationList(wire, hashlib.sha256(told.encode()).hexdigest()[:16])
