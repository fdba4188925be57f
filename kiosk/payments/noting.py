"""Writing down what became of a payment."""

from __future__ import annotations

from datetime import datetime

import structlog

from kiosk.vault_jobs import VAULT_TROUBLE, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.intents import IntentSettled, Outcome
from offline_cache.vault_thread import VaultThread


def note_outcome(
    vault: VaultThread[OfflineCache], number: str, outcome: Outcome, detail: str, now: datetime
) -> None:
    """Writes down what is known of a payment whose other side, pad or centre, can be asked again."""
    try:
        in_vault(vault, lambda cache: cache.intents.settle(number, outcome, detail[:200], now))
    except IntentSettled as settled:
        # Another process was quicker; that it was told something else is for a person.
        structlog.get_logger().warning("a payment was settled before", why=str(settled))
    except VAULT_TROUBLE as error:
        # Asked again by the same number, pad and centre say the same.
        structlog.get_logger().error("an outcome is not kept", why=f"{type(error).__name__}: {error}")
