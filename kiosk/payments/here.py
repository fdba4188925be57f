"""What this terminal itself knows of a bill: paid here and not yet posted, being paid, or not known.

The centre's word may be a snapshot; what happened here since counts more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from kiosk.domain.sales import Receipt
from kiosk.payments.sending import posting_of
from kiosk.payments.stored import REFUND_DUE, IntentKind, StoredEntry, read
from kiosk.vault_jobs import StoredUnreadable
from offline_cache.cache import OfflineCache
from offline_cache.entries import Entry, EntryDamaged, EntryState
from offline_cache.errors import VaultUnreadable
from offline_cache.intents import Intent, Outcome

_LATEST_OF_A_BILL = 100
"""Payments that are looked at: more tries than anybody makes of one bill."""
_ORDER = re.compile(r"[0-9A-Z]{6,32}")
"""支付单号, as the centre makes it (`kiosk.contract.payments.OrderId`)."""


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
    REFUND_DUE = "refund-due"
    """待退款: paid by code, and goes back; the bill itself is as the centre says."""


@dataclass(frozen=True, slots=True)
class PaidHere:
    """One bill; `number` is the payment's or the receipt's, as printed."""

    state: HereState
    number: str
    receipt: Receipt | None = None
    """None where it is not known, where the centre has it (QR), and once the entry has shrunk."""


def paid_here(cache: OfflineCache, bills: Iterable[str]) -> Mapping[str, PaidHere]:
    """Of these bills, those that something is known of; NOT_KNOWN where what is kept of one is damaged or not
    understood: it may have been paid. Raises `VaultError`."""
    found: dict[str, PaidHere] = {}
    for bill in bills:
        try:
            here = _paid_here(cache, bill)
        except (EntryDamaged, StoredUnreadable, VaultUnreadable) as error:
            structlog.get_logger().error("what was paid of a bill is not readable", why=str(error))
            here = PaidHere(HereState.NOT_KNOWN, "—")
        if here is not None:
            found[bill] = here
    return found


def _paid_here(cache: OfflineCache, bill: str) -> PaidHere | None:
    intents = cache.intents.about(bill, _LATEST_OF_A_BILL)
    for intent in intents:
        if intent.outcome in (None, Outcome.UNKNOWN):
            return PaidHere(HereState.NOT_KNOWN, number_of(intent))
    for entry in cache.outbox.about(bill, _LATEST_OF_A_BILL):
        here = by_entry(entry)
        if here is not None:
            return here
    for intent in intents:
        if intent.kind == IntentKind.QR and intent.outcome is Outcome.CHARGED:
            detail = intent.history[-1].detail
            if not detail.startswith(REFUND_DUE):
                return PaidHere(HereState.APPLIED, detail)
    return None


def number_of(intent: Intent) -> str:
    """The number of a payment that is not known, as its slip says it: of one by code the order's, by which
    the centre finds it, where that was heard."""
    heard = intent.history[-1].detail if intent.history else ""
    by_order = intent.kind == IntentKind.QR and _ORDER.fullmatch(heard) is not None
    return heard if by_order else intent.intent_id


def receipt_of(entry: Entry) -> Receipt | None:
    """The receipt of an entry that has its payload still. Raises `StoredUnreadable`."""
    if entry.payload is None:
        return None
    return read(StoredEntry, entry.payload, f"entry {entry.number}").to_receipt(entry, posting_of(entry))


def by_entry(entry: Entry) -> PaidHere | None:
    """What an entry says; None where it counts no more: reversed, or rejected and settled by a person."""
    number, receipt = entry.receipt_number, receipt_of(entry)
    match entry.state:
        case EntryState.PENDING:
            return PaidHere(HereState.WAITING, number, receipt)
        case EntryState.APPLIED:
            return PaidHere(HereState.APPLIED, number, receipt)
        case EntryState.REJECTED if entry.acknowledged is None:
            return PaidHere(HereState.REJECTED, number, receipt)
        case _:
            return None
