"""Last-known public documents: what a server publishes for everybody, with the ETag it came under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from offline_cache.errors import VaultUnreadable
from offline_cache.instants import from_stored, to_stored
from offline_cache.vault import Vault

MOST_OCTETS = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """`payload` as it came, under `etag` (RFC 9110 §8.8.3, quotes included; None where there was none)."""

    etag: str | None
    payload: bytes
    kept_at: datetime


class DocumentTooLarge(ValueError):
    """A payload of more than `MOST_OCTETS`."""

    def __init__(self, name: str, octets: int) -> None:
        super().__init__(f"document {name!r} has {octets} octets; at most {MOST_OCTETS} are kept")
        self.name = name
        self.octets = octets


class KeptDocuments:
    """One document a name, the last that was kept. Not for what is about a person: that is `Snapshots`."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def keep(self, name: str, etag: str | None, payload: bytes, at: datetime) -> None:
        """Keep `payload` in place of what `name` had. Raises `DocumentTooLarge`, `VaultError`."""
        if len(payload) > MOST_OCTETS:
            raise DocumentTooLarge(name, len(payload))
        with self._vault.write() as transaction:
            transaction.change(
                """INSERT INTO kept_document (name, etag, payload, digest, kept_at) VALUES (?, ?, ?, ?, ?)
                   ON CONFLICT (name) DO UPDATE
                   SET etag = excluded.etag, payload = excluded.payload, digest = excluded.digest,
                       kept_at = excluded.kept_at""",
                (name, etag, payload, sha256(payload).digest(), to_stored(at)),
            )

    def last(self, name: str) -> KeptDocument | None:
        """What was kept last under `name`. Raises `VaultUnreadable` for a damaged one."""
        found = self._vault.rows(
            "SELECT etag, payload, digest, kept_at FROM kept_document WHERE name = ?", (name,)
        )
        if not found:
            return None
        [(etag, payload, digest, kept_at)] = found
        if sha256(payload).digest() != digest:
            raise VaultUnreadable(self._vault.path, f"document {name!r} is not what was kept")
        return KeptDocument(etag, payload, from_stored(kept_at))
