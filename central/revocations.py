"""作废: papers that were taken back, and the list of them that anyone may have."""

from __future__ import annotations

import hashlib
import logging
import threading
from datetime import datetime, timedelta
from typing import Final

from central.store import papers as stored
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.contract.seals.claims import code_digest
from kiosk.contract.seals.keys import MAX_REVOKED, RevocationsAnswer, RevokedWire

LISTED_FOR: Final = timedelta(days=365)
"""So long a void paper is named: it lives 30 days, and whoever has an old one shall hear why it is void."""
_FRESH: Final = timedelta(seconds=5)
"""Made at most so often, whoever asks."""

_log = logging.getLogger(__name__)


class RevocationBooks:
    """Takes papers back and tells of it. `most`: so many the list may hold."""

    def __init__(self, database: Database, clock: Clock, most: int = MAX_REVOKED) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._made: RevocationsAnswer | None = None

    def revoke(self, code: str) -> datetime | None:
        """Since when the paper is void; None where there is no such paper. Revoked twice is revoked once."""
        with self._database.writing() as connection:
            return stored.revoke(connection, code.upper(), self._clock.now())

    def current(self) -> RevocationsAnswer:
        """The list, whole; at most some seconds old, as it says itself."""
        now = self._clock.now()
        with self._lock:
            if self._made is None or not timedelta(0) <= now - self._made.known_to < _FRESH:
                self._made = self._list(now)
            return self._made

    def _list(self, asked: datetime) -> RevocationsAnswer:
        with self._database.reading() as connection:
            found = stored.revoked_after(connection, asked - LISTED_FOR, asked, self._most + 1)
        complete = len(found) <= self._most
        if not complete:
            _log.error("more than %s papers are void: the list of them is not complete", self._most)
        revoked = sorted(
            # Whoever revoked it may have had a clock that is fast.
            (code_digest(code).hex(), min(since, asked))
            for code, since in list(found.items())[: self._most]
        )
        told = "".join(f"{digest} {since.isoformat()}\n" for digest, since in revoked)
        return RevocationsAnswer(
            known_to=asked,
            version=hashlib.sha256(f"{complete} {told}".encode()).hexdigest()[:16],
            complete=complete,
            revoked=tuple(RevokedWire(code_digest=digest, since=since) for digest, since in revoked),
        )
