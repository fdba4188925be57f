"""Last-known documents of a subject, which only that subject opens."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.instants import from_stored, to_stored
from offline_cache.secret import KEY_OCTETS, derive
from offline_cache.vault import Transaction, Vault

MOST_OCTETS = 256 * 1024
MOST_SNAPSHOTS = 2_000
MOST_SUBJECTS = 8
_NONCE_OCTETS = 12  # NIST SP 800-38D §8.2.2: random nonces of 96 bit


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it was: `payload`, taken at `taken_at` (UTC), shown no more from `expires_at` on."""

    payload: bytes
    taken_at: datetime
    expires_at: datetime


class SnapshotTooLarge(ValueError):
    """A payload of more than `MOST_OCTETS`."""

    def __init__(self, octets: int) -> None:
        super().__init__(f"a snapshot holds at most {MOST_OCTETS} octets, not {octets}")
        self.octets = octets


class SealBroken(Exception):
    """A stored snapshot is not what was put: damaged on disk, or changed by whoever held the vault's key."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the seal of a snapshot {name!r} is broken: treat it as none, have the vault checked"
        )
        self.name = name


class Snapshots:
    """Documents by subject and name; the vault's key alone neither finds nor opens one.

    A subject is an opaque octet string. The document lies under a content key of its own (AES-256-GCM); that
    key lies wrapped once for each subject given, under HKDF-SHA256 of root and subject, found by an HMAC of
    name and subject. So a document put for two subjects is opened by either alone. A subject that can be
    guessed protects no better than the guessing costs: `docs/facts/offline.md` §4.
    """

    def __init__(self, vault: Vault, root: bytes, *, most: int = MOST_SNAPSHOTS) -> None:
        """`root` is a 32-octet secret of this store; `most` is the number of snapshots kept."""
        if len(root) != KEY_OCTETS:
            raise ValueError(f"the root has {KEY_OCTETS} octets, not {len(root)}")
        self._vault = vault
        self._finding_key = derive(root, "snapshot finder")
        self._wrapping_salt = derive(root, "snapshot wrapping")
        self._most = most

    def put(
        self, subjects: Sequence[bytes], name: str, taken_at: datetime, expires_at: datetime, payload: bytes
    ) -> None:
        """Keep `payload` for each of `subjects` in place of what each had under `name`, in one transaction.

        When more than `most` are there, those put longest ago go. Raises `SnapshotTooLarge`, `ValueError` for
        no subject, too many or an empty one, and the vault's errors.
        """
        if not 1 <= len(subjects) <= MOST_SUBJECTS or not all(subjects):
            raise ValueError(f"a snapshot has 1 to {MOST_SUBJECTS} subjects, none of them empty")
        if len(payload) > MOST_OCTETS:
            raise SnapshotTooLarge(len(payload))
        span = _Span(name, to_stored(taken_at), to_stored(expires_at))
        content_key = secrets.token_bytes(KEY_OCTETS)
        nonce, sealed = _seal(content_key, payload, span.bound(b"content"))
        openings = {
            finder: _seal(self._wrapping_key(name, subject), content_key, span.bound(b"key", finder))
            for subject in subjects
            for finder in [self._finder(name, subject)]
        }
        with self._vault.write() as transaction:
            [(snapshot,)] = transaction.rows(
                "INSERT INTO snapshot (taken_at, expires_at, nonce, sealed) VALUES (?, ?, ?, ?) RETURNING id",
                (span.taken_at, span.expires_at, nonce, sealed),
            )
            for finder, (key_nonce, wrapped) in openings.items():
                _point(transaction, finder, snapshot, key_nonce, wrapped)
            transaction.change(
                """DELETE FROM snapshot
                   WHERE id <= (SELECT id FROM snapshot ORDER BY id DESC LIMIT 1 OFFSET ?)""",
                (self._most,),
            )

    def get(self, subjects: Sequence[bytes], name: str, now: datetime) -> Snapshot | None:
        """The latest unexpired snapshot any of `subjects` opens. Raises `SealBroken`, `VaultError`."""
        instant = to_stored(now)
        found = [
            snapshot for subject in subjects if (snapshot := self._opened(subject, name, instant)) is not None
        ]
        return max(found, key=lambda snapshot: snapshot.taken_at, default=None)

    def forget(self, subjects: Sequence[bytes], names: Sequence[str]) -> int:
        """Remove what any of `subjects` finds under `names`, for every subject it was put for; how many."""
        finders = [self._finder(name, subject) for name in names for subject in subjects]
        with self._vault.write() as transaction:
            return sum(
                transaction.change(
                    """DELETE FROM snapshot
                       WHERE id = (SELECT snapshot FROM snapshot_opening WHERE finder = ?)""",
                    (finder,),
                )
                for finder in finders
            )

    def purge(self, now: datetime) -> int:
        """Remove what expired; how many snapshots that were."""
        with self._vault.write() as transaction:
            return transaction.change("DELETE FROM snapshot WHERE expires_at <= ?", (to_stored(now),))

    def _opened(self, subject: bytes, name: str, now: int) -> Snapshot | None:
        finder = self._finder(name, subject)
        found = self._vault.rows(
            """SELECT taken_at, expires_at, snapshot.nonce, sealed, snapshot_opening.nonce, wrapped_key
               FROM snapshot_opening JOIN snapshot ON snapshot.id = snapshot_opening.snapshot
               WHERE finder = ? AND expires_at > ?""",
            (finder, now),
        )
        if not found:
            return None
        [(taken_at, expires_at, nonce, sealed, key_nonce, wrapped)] = found
        span = _Span(name, taken_at, expires_at)
        try:
            content_key = AESGCM(self._wrapping_key(name, subject)).decrypt(
                key_nonce, wrapped, span.bound(b"key", finder)
            )
            payload = AESGCM(content_key).decrypt(nonce, sealed, span.bound(b"content"))
        except InvalidTag:
            raise SealBroken(name) from None
        return Snapshot(payload, from_stored(taken_at), from_stored(expires_at))

    def _finder(self, name: str, subject: bytes) -> bytes:
        return hmac.digest(self._finding_key, _joined(name.encode(), subject), sha256)

    def _wrapping_key(self, name: str, subject: bytes) -> bytes:
        return derive(_joined(name.encode(), subject), "snapshot key", salt=self._wrapping_salt)


@dataclass(frozen=True, slots=True)
class _Span:
    """What the seals are bound to besides their content; instants as stored."""

    name: str
    taken_at: int
    expires_at: int

    def bound(self, role: bytes, finder: bytes = b"") -> bytes:
        return _joined(
            role, self.name.encode(), finder, str(self.taken_at).encode(), str(self.expires_at).encode()
        )


def _joined(*parts: bytes) -> bytes:
    # Lengths first: no two lists of parts give the same octets.
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _seal(key: bytes, plain: bytes, bound: bytes) -> tuple[bytes, bytes]:
    nonce = secrets.token_bytes(_NONCE_OCTETS)
    return nonce, AESGCM(key).encrypt(nonce, plain, bound)


def _point(transaction: Transaction, finder: bytes, snapshot: int, nonce: bytes, wrapped: bytes) -> None:
    """Let `finder` lead to `snapshot`; the one it led to before goes when nothing leads to it any more."""
    earlier = transaction.rows("SELECT snapshot FROM snapshot_opening WHERE finder = ?", (finder,))
    transaction.change(
        "INSERT OR REPLACE INTO snapshot_opening (finder, snapshot, nonce, wrapped_key) VALUES (?, ?, ?, ?)",
        (finder, snapshot, nonce, wrapped),
    )
    for (replaced,) in earlier:
        transaction.change(
            """DELETE FROM snapshot WHERE id = ?
               AND NOT EXISTS (SELECT 1 FROM snapshot_opening WHERE snapshot = ?)""",
            (replaced, replaced),
        )
