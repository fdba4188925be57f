"""The vault with its stores, opened together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from offline_cache.intents import Intents
from offline_cache.journal import Journal
from offline_cache.kept import KeptDocuments
from offline_cache.outbox import Outbox
from offline_cache.secret import VaultKey
from offline_cache.snapshots import Snapshots
from offline_cache.vault import Vault


@dataclass(frozen=True, slots=True)
class OfflineCache:
    """One vault and what lies in it."""

    vault: Vault
    snapshots: Snapshots
    journal: Journal
    documents: KeptDocuments
    outbox: Outbox
    intents: Intents

    @classmethod
    def open(cls, path: Path, key: VaultKey) -> OfflineCache:
        """Open or create the vault at `path`. The key is wiped when this returns, and when it raises.

        Raises what `Vault.open` raises.
        """
        with key:
            snapshot_root = key.subkey("snapshots")
            vault = Vault.open(path, key)
        return cls(
            vault,
            Snapshots(vault, snapshot_root),
            Journal(vault),
            KeptDocuments(vault),
            Outbox(vault),
            Intents(vault),
        )

    def close(self) -> None:
        """Close the vault. May be called again."""
        self.vault.close()
