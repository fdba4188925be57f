"""Keeping the vault small: what is settled and told shrinks, what has expired goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from kiosk.clock import Clock
from kiosk.service_manager import beat
from kiosk.vault_jobs import VAULT_TROUBLE, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.vault_thread import VaultThread

KEEP_ENTRY = timedelta(days=2)
"""An entry that ended keeps its payload so long, for a receipt printed again without the centre."""
KEEP_INTENT = timedelta(days=90)
KEEP_JOB = timedelta(days=30)
_MOST_ROUNDS = 20


def keep_small(vault: VaultThread[OfflineCache], clock: Clock) -> None:
    """One round of everything; a vault that does not answer is met again an hour later."""
    now = clock.now()
    rounds: tuple[tuple[str, Callable[[OfflineCache], int]], ...] = (
        ("snapshots", lambda cache: cache.snapshots.purge(now)),
        ("jobs", lambda cache: cache.journal.purge(now - KEEP_JOB)),
        ("intents", lambda cache: cache.intents.purge(now - KEEP_INTENT)),
        *(("entries", lambda cache: cache.outbox.shrink(now - KEEP_ENTRY)) for _ in range(_MOST_ROUNDS)),
    )
    for what, work in rounds:
        beat()
        try:
            done = in_vault(vault, work)
        except VAULT_TROUBLE as error:
            structlog.get_logger().error(
                "the vault was not tidied", what=what, why=f"{type(error).__name__}: {error}"
            )
            return
        if done:
            structlog.get_logger().info("tidied", what=what, count=done)
        elif what == "entries":
            return
