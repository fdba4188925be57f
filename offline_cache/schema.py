"""The vault's tables. Instants are microseconds since 1970 UTC (`offline_cache.instants`).

A row that may outgrow a page (some 3,900 octets) carries a seal or digest of its own: SQLCipher gives zeros
instead of an error for a damaged last overflow page (`docs/facts/offline.md` §3).
"""

from __future__ import annotations

# `finder` is an HMAC over name and subject: the rows of one subject cannot be told from another's.
_SNAPSHOTS = (
    """CREATE TABLE snapshot (
        id INTEGER PRIMARY KEY,
        taken_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        nonce BLOB NOT NULL,
        sealed BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX snapshot_by_expiry ON snapshot (expires_at)",
    """CREATE TABLE snapshot_opening (
        finder BLOB PRIMARY KEY,
        snapshot INTEGER NOT NULL REFERENCES snapshot (id) ON DELETE CASCADE,
        nonce BLOB NOT NULL,
        wrapped_key BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX snapshot_opening_by_snapshot ON snapshot_opening (snapshot)",
)

_DEVICE_JOBS = (
    """CREATE TABLE device_job (
        sequence INTEGER PRIMARY KEY,
        job_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        content_hash BLOB NOT NULL,
        copy INTEGER NOT NULL,
        begun_at INTEGER NOT NULL,
        outcome TEXT,
        reason TEXT,
        finished_at INTEGER,
        CHECK ((outcome IS NULL) = (finished_at IS NULL) AND (outcome IS NULL) = (reason IS NULL))
    ) STRICT""",
    "CREATE INDEX device_job_unfinished ON device_job (sequence) WHERE outcome IS NULL",
    "CREATE INDEX device_job_by_finish ON device_job (finished_at)",
)

_KEPT_DOCUMENTS = (
    """CREATE TABLE kept_document (
        name TEXT PRIMARY KEY,
        etag TEXT,
        payload BLOB NOT NULL,
        digest BLOB NOT NULL,
        kept_at INTEGER NOT NULL
    ) STRICT""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = ((*_SNAPSHOTS, *_DEVICE_JOBS, *_KEPT_DOCUMENTS),)
"""Entry n leads from schema n to n + 1. Entries that left the house are never changed, only followed."""
