"""The way to the vault: one job on its thread, waited for within a limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from offline_cache.cache import OfflineCache
from offline_cache.entries import ChainEndAstray, EntryDamaged
from offline_cache.errors import VaultError
from offline_cache.vault_thread import InboxFull, VaultThread

T = TypeVar("T")

VAULT_LIMIT_S = 5.0
"""For one job; a second process may hold the vault for a moment."""


class StoredUnreadable(Exception):
    """A payload that no version of this program wrote; `what` names the row."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the payload of {what} is not understood; a newer program may read it")
        self.what = what


VAULT_TROUBLE = (VaultError, InboxFull, TimeoutError, EntryDamaged, ChainEndAstray, StoredUnreadable)
"""What a job may raise where the vault does not do it. A job whose time is over may still be done."""


def in_vault(vault: VaultThread[OfflineCache], job: Callable[[OfflineCache], T]) -> T:
    """Runs `job` in the vault's thread. Raises what it raises, and `VAULT_TROUBLE`."""
    return vault.submit(job).result(VAULT_LIMIT_S)
