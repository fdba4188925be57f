"""A charge that came about, on its way into the vault: the truth and its entries in one commit."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import structlog

from drivers.pin_pads.outcomes import Charged
from kiosk.contract.transactions import BankCardWire
from kiosk.domain.tenders import BankCard
from kiosk.payments.pad_words import masked_pan, short
from kiosk.payments.stored import CardIntent, StoredEntry
from kiosk.vault_jobs import VAULT_TROUBLE, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Entry, Lease
from offline_cache.intents import IntentSettled, Outcome
from offline_cache.vault_thread import VaultThread

KEEP_TRIES = 4
"""Of a charge that came about: each waits for the vault within its limit. The money has moved, and the next
start would only ask the pad for what is in hand here."""
_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class ChargedIntent:
    """An intent whose charge came about, and the word for it: the pad's, or the bank's by a person."""

    number: str
    intent: CardIntent
    tender: BankCard
    detail: str

    @classmethod
    def by_pad(cls, number: str, intent: CardIntent, said: Charged) -> ChargedIntent:
        reference = said.acquirer_reference or said.poi_transaction.transaction_id
        tender = BankCard(masked_pan(said.card.masked_pan or ""), short(reference), intent.poi)
        return cls(number, intent, tender, short(said.poi_transaction.transaction_id))


def keep_charge(
    vault: VaultThread[OfflineCache], charged: ChargedIntent, terminal: str, now: datetime, lease: Lease
) -> tuple[Entry, ...] | None:
    """The entries of a charge, held under `lease`; those that are there already, where another process was
    quicker. None where the vault does not take it: the next start asks the pad."""
    log = structlog.get_logger()
    for _ in range(KEEP_TRIES):
        try:
            return in_vault(vault, lambda cache: settle_charged(cache, charged, terminal, now, lease=lease))
        except IntentSettled:
            return _entries_there(vault, charged)
        except VAULT_TROUBLE as error:
            log.error("a charge is not kept yet", why=f"{type(error).__name__}: {error}")  # noqa: TRY400
            time.sleep(_PAUSE_S)
    return None


def settle_charged(
    cache: OfflineCache, charged: ChargedIntent, terminal: str, now: datetime, *, lease: Lease | None = None
) -> tuple[Entry, ...]:
    """The truth and its entries in one commit; it overrules what was written down as not charged. Raises
    `VaultError`, `IntentSettled` where it is known as charged already."""
    intent = charged.intent
    drafts = [
        StoredEntry(
            premium=premium,
            payer=intent.sale.payer,
            tender=BankCardWire.of(charged.tender),
            # When it was asked: found out after a night without power, it was paid on the day before.
            paid_at=intent.at,
            payment=charged.number,
        ).to_draft(terminal)
        for premium in intent.sale.premiums
    ]
    return cache.intents.settle_with_entries(
        charged.number, Outcome.CHARGED, charged.detail, drafts, now, lease=lease
    )


def _entries_there(vault: VaultThread[OfflineCache], charged: ChargedIntent) -> tuple[Entry, ...] | None:
    try:
        found = in_vault(
            vault, lambda cache: [cache.outbox.find(one.key) for one in charged.intent.sale.premiums]
        )
    except VAULT_TROUBLE as error:
        structlog.get_logger().error("a charge is not read", why=f"{type(error).__name__}: {error}")
        return None
    entries = tuple(entry for entry in found if entry is not None)
    return entries if len(entries) == len(found) else None
