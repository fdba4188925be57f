"""What this terminal itself knows of a bill: paid here and not yet posted, being paid, or not known.

The centre's word may be a snapshot; what happened here since counts more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.sales import Receipt
from kiosk.payments.sending import posting_of
from kiosk.payments.stored import REFUND_DUE, IntentKind, StoredEntry, read, sale_of
from offline_cache.cache import OfflineCache
from offline_cache.entries import Entry, EntryState
from offline_cache.intents import Outcome

_LATEST_INTENTS = 200
_ENTRIES_OF_A_BILL = 10


class HereState(StrEnum):
    """What is known here of one bill."""

    NOT_KNOWN = "not-known"
    """还不清楚: a payment of it was asked, and nobody knows yet what became of it."""
    WAITING = "waiting"
    """待入账: paid here, the centre has not been told yet."""
    APPLIED = "applied"
    """已入账: paid here and posted; the bills that one sees may be older than that."""
    REJECTED = "rejected"
    """Paid here, and the centre would not post it: a person decides."""


@dataclass(frozen=True, slots=True)
class PaidHere:
    """One bill; `number` is the payment's or the receipt's, as printed."""

    state: HereState
    number: str
    receipt: Receipt | None = None
    """None where it is not known, where the centre has it (QR), and once the entry has shrunk."""


def paid_here(cache: OfflineCache, bills: Iterable[str]) -> Mapping[str, PaidHere]:
    """Of these bills, those that something is known of. Raises `VaultError`, `StoredUnreadable`."""
    wanted = frozenset(bills)
    found: dict[str, PaidHere] = {}
    for bill in wanted:
        told = _by_entries(cache.outbox.about(bill, _ENTRIES_OF_A_BILL))
        if told is not None:
            found[bill] = told
    for intent in cache.intents.recent(_LATEST_INTENTS):
        known = intent.history[-1] if intent.history else None
        if intent.kind != IntentKind.QR or known is None or known.outcome is not Outcome.CHARGED:
            continue
        if not known.detail.startswith(REFUND_DUE):
            for bill in sale_of(intent).bills & wanted:
                found.setdefault(bill, PaidHere(HereState.APPLIED, intent.intent_id))
    for intent in cache.intents.unsettled():
        for bill in sale_of(intent).bills & wanted:
            found[bill] = PaidHere(HereState.NOT_KNOWN, intent.intent_id)
    return found


def receipt_of(entry: Entry) -> Receipt | None:
    """The receipt of an entry that has its payload still. Raises `StoredUnreadable`."""
    if entry.payload is None:
        return None
    return read(StoredEntry, entry.payload, f"entry {entry.number}").to_receipt(entry, posting_of(entry))


def _by_entries(entries: Iterable[Entry]) -> PaidHere | None:
    """The latest entry that counts: one that was reversed, or rejected and settled by a person, does not."""
    for entry in entries:
        number, receipt = entry.receipt_number, receipt_of(entry)
        match entry.state:
            case EntryState.PENDING:
                return PaidHere(HereState.WAITING, number, receipt)
            case EntryState.APPLIED:
                return PaidHere(HereState.APPLIED, number, receipt)
            case EntryState.REJECTED if entry.acknowledged is None:
                return PaidHere(HereState.REJECTED, number, receipt)
            case _:
                continue
    return None
