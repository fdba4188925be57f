"""What a payer paid at this terminal: also for others, and where the centre tells of the bill no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from kiosk.domain.sales import Premium
from kiosk.payments.here import HereState, PaidHere, by_entry, number_of
from kiosk.payments.stored import REFUND_DUE, IntentKind, StoredPremium, sale_of
from kiosk.vault_jobs import StoredUnreadable
from offline_cache.cache import OfflineCache
from offline_cache.entries import EntryDamaged
from offline_cache.intents import Intent, Outcome

MOST_PAYMENTS = 30
"""The latest of one payer that are looked at."""


@dataclass(frozen=True, slots=True)
class Made:
    """One premium, and what became of it."""

    premium: Premium
    here: PaidHere


def made_by(cache: OfflineCache, payer: str) -> tuple[Made, ...]:
    """What counts of a payer's payments, latest first; what is not readable is passed over. Raises
    `VaultError`."""
    made: list[Made] = []
    for intent in cache.intents.asked_by(payer, MOST_PAYMENTS):
        try:
            made += _made(cache, intent)
        except (EntryDamaged, StoredUnreadable) as error:
            structlog.get_logger().error("a payment is not readable", why=str(error))
    return tuple(made)


def _made(cache: OfflineCache, intent: Intent) -> Iterator[Made]:
    for premium in sale_of(intent).premiums:
        here = _here(cache, intent, premium)
        if here is not None:
            yield Made(premium.to_premium(), here)


def _here(cache: OfflineCache, intent: Intent, premium: StoredPremium) -> PaidHere | None:
    match intent.outcome:
        case None | Outcome.UNKNOWN:
            return PaidHere(HereState.NOT_KNOWN, number_of(intent))
        case Outcome.CHARGED if intent.kind == IntentKind.QR:
            detail = intent.history[-1].detail
            if detail.startswith(REFUND_DUE):
                return PaidHere(HereState.REFUND_DUE, detail.removeprefix(REFUND_DUE).strip())
            return PaidHere(HereState.APPLIED, detail)
        case Outcome.CHARGED:
            entry = cache.outbox.find(premium.key)
            return None if entry is None else by_entry(entry)
        case Outcome.NOT_CHARGED:
            return None
