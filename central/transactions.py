"""`POST /v1/transactions`: what terminals took offline comes in, each entry once (docs/facts/central-api.md
§10)."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from central.alarms import alarm
from central.fingerprints import fingerprint
from central.posting import post
from central.records import AlarmKind
from central.store import orders
from central.store import transactions as stored
from central.store.database import Database
from kiosk.clock import CHINA, Clock
from kiosk.contract.transactions import (
    DuplicateWire,
    EntryAnswer,
    EntryWire,
    FailedWire,
    KeyReusedWire,
    UnreadableEntry,
    UnreadableWire,
    posting_wire,
)
from kiosk.domain.postings import Rejected, RejectionReason

_log = logging.getLogger(__name__)


class Transactions:
    """Takes batches of entries in."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, terminal: str, entries: Sequence[EntryWire | UnreadableEntry]) -> tuple[EntryAnswer, ...]:
        """An answer for each. The batch shares one commit, each entry has a savepoint of its own: none takes
        another with it."""
        now = self._clock.now()
        with self._database.writing() as connection:
            return tuple(self._one(connection, terminal, entry, now) for entry in entries)

    def _one(
        self, connection: Connection, terminal: str, entry: EntryWire | UnreadableEntry, now: datetime
    ) -> EntryAnswer:
        if isinstance(entry, UnreadableEntry):
            return UnreadableWire(key=entry.key)
        try:
            with connection.begin_nested():
                return _answer(connection, terminal, entry, now)
        except Exception as error:  # noqa: BLE001 whatever it is, the entries behind this one must get through
            stack = "".join(traceback.format_tb(error.__traceback__))
            _log.error("an entry failed: %s at\n%s", type(error).__name__, stack)
            return FailedWire(key=entry.key)


def _answer(connection: Connection, terminal: str, entry: EntryWire, now: datetime) -> EntryAnswer:
    payload = fingerprint(entry)
    if orders.with_key(connection, terminal, entry.key) is not None:
        # The key of a payment by QR code: the centre posts that itself.
        return _reused(connection, terminal, entry.key, now)
    payment = stored.StoredPayment(
        terminal=terminal,
        key=entry.key,
        fingerprint=payload,
        receipt=entry.receipt,
        bill=entry.bill,
        amount=entry.amount_fen,
        tender=entry.tender.model_dump(mode="json"),
        paid_at=entry.paid_at,
        received_at=now,
    )
    posting = post(connection, payment, entry.paid_at.astimezone(CHINA).date(), now)
    if posting is None:
        known = stored.known(connection, terminal, entry.key)
        if known is None or known.fingerprint != payload:
            return _reused(connection, terminal, entry.key, now)
        return DuplicateWire(key=entry.key, first=posting_wire(entry.key, known.posting))
    if posting == Rejected(RejectionReason.RECEIPT_REUSED):
        alarm(connection, terminal, AlarmKind.RECEIPT_REUSED, entry.key, now)
    return posting_wire(entry.key, posting)


def _reused(connection: Connection, terminal: str, key: str, now: datetime) -> EntryAnswer:
    alarm(connection, terminal, AlarmKind.KEY_REUSED, key, now)
    return KeyReusedWire(key=key)
