"""Writing down that somebody is about to be asked for money, or why nobody must be."""

from __future__ import annotations

from datetime import datetime

import structlog

from kiosk.domain.sales import NotPaid, WhyNotPaid
from kiosk.payments.here import HereState, paid_here
from kiosk.payments.stored import CardIntent, IntentKind, QrIntent
from kiosk.vault_jobs import VAULT_TROUBLE, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import OutboxFull
from offline_cache.intents import Room, StillUnsettled
from offline_cache.vault_thread import VaultThread


def open_intent(
    vault: VaultThread[OfflineCache],
    number: str,
    intent: CardIntent | QrIntent,
    now: datetime,
    *,
    room: Room | None = None,
) -> NotPaid | None:
    """None: it is durable, and the asking may begin. Never raises for what the vault does."""
    kind = IntentKind.CARD if isinstance(intent, CardIntent) else IntentKind.QR
    bills = intent.sale.bills

    def open_it(cache: OfflineCache) -> NotPaid | None:
        # Whatever a page offered: what was paid here, or may have been, is not paid again.
        for here in paid_here(cache, bills).values():
            busy = here.state is HereState.NOT_KNOWN
            return NotPaid(WhyNotPaid.BUSY if busy else WhyNotPaid.NOT_DUE, here.number)
        cache.intents.open(
            number, kind, intent.to_bytes(), now, about=bills, by=intent.sale.payer_handle or None, room=room
        )
        return None

    try:
        return in_vault(vault, open_it)
    except StillUnsettled as unsettled:
        return NotPaid(WhyNotPaid.BUSY, unsettled.intent_id)
    except OutboxFull as full:
        structlog.get_logger().error("no payment: too much waits", why=str(full))
        return NotPaid(WhyNotPaid.TOO_MUCH_WAITS, str(full.cap))
    except VAULT_TROUBLE as error:
        # Should it have been written all the same: no pad knows of it, nobody saw a code; so it is settled.
        why = f"{type(error).__name__}: {error}"
        structlog.get_logger().error("no payment: the intent was not kept", why=why)
        return NotPaid(WhyNotPaid.NOT_KEPT, type(error).__name__)
