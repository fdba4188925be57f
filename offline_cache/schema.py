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

# Links and seals: `offline_cache.entry_rows`. The head says which entry was appended last: without it nobody
# would miss the last rows. No `IN` in a CHECK: `docs/facts/offline.md` §1.
_OUTBOX = (
    """CREATE TABLE outbox_entry (
        number INTEGER PRIMARY KEY CHECK (number > 0),
        terminal TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        about TEXT,
        payload BLOB,
        payload_hash BLOB NOT NULL,
        appended_at INTEGER NOT NULL,
        link BLOB NOT NULL,
        state TEXT NOT NULL,
        far_number TEXT,
        answer BLOB,
        reason TEXT,
        ended_at INTEGER,
        acknowledged_by TEXT,
        acknowledged_at INTEGER,
        lease_holder TEXT,
        lease_until INTEGER,
        seal BLOB NOT NULL,
        CHECK (state = 'PENDING' OR state = 'APPLIED' OR state = 'REJECTED' OR state = 'REVERSED'),
        CHECK (payload IS NOT NULL OR ended_at IS NOT NULL),
        CHECK ((state = 'PENDING') = (ended_at IS NULL)),
        CHECK ((state = 'APPLIED') = (far_number IS NOT NULL)),
        CHECK ((state = 'REJECTED' OR state = 'REVERSED') = (reason IS NOT NULL)),
        CHECK (answer IS NULL OR state = 'APPLIED'),
        CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
        CHECK (acknowledged_at IS NULL OR state = 'REJECTED'),
        CHECK ((lease_holder IS NULL) = (lease_until IS NULL)),
        CHECK (lease_until IS NULL OR state = 'PENDING')
    ) STRICT""",
    "CREATE INDEX outbox_entry_about ON outbox_entry (about) WHERE about IS NOT NULL",
    """CREATE INDEX outbox_entry_whole
       ON outbox_entry (state, number, amount, appended_at, lease_holder, lease_until)
       WHERE payload IS NOT NULL""",
    """CREATE TABLE outbox_head (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        number INTEGER NOT NULL,
        link BLOB NOT NULL
    ) STRICT""",
    "INSERT INTO outbox_head (only, number, link) VALUES (1, 0, zeroblob(32))",
)

# The payload is the last column: what of a row overflows its page is then what the digest guards. What was
# overruled is a NOT_CHARGED that stood before it was CHARGED after all.
_INTENTS = (
    """CREATE TABLE intent (
        sequence INTEGER PRIMARY KEY,
        intent_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        digest BLOB NOT NULL,
        asked_by TEXT,
        opened_at INTEGER NOT NULL,
        unknown_at INTEGER,
        overruled_at INTEGER,
        outcome TEXT CHECK (outcome = 'CHARGED' OR outcome = 'NOT_CHARGED'),
        settled_at INTEGER,
        unknown_detail TEXT,
        overruled_detail TEXT,
        detail TEXT,
        payload BLOB NOT NULL,
        CHECK ((unknown_detail IS NULL) = (unknown_at IS NULL)),
        CHECK ((overruled_detail IS NULL) = (overruled_at IS NULL)),
        CHECK (overruled_at IS NULL OR outcome IS 'CHARGED'),
        CHECK ((outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (detail IS NULL))
    ) STRICT""",
    "CREATE INDEX intent_asked_by ON intent (asked_by) WHERE asked_by IS NOT NULL",
    """CREATE TABLE intent_about (
        about TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        PRIMARY KEY (about, sequence)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX intent_unsettled ON intent (sequence) WHERE outcome IS NULL",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (*_SNAPSHOTS, *_DEVICE_JOBS, *_KEPT_DOCUMENTS),
    (*_OUTBOX, *_INTENTS),
)
"""Entry n leads from schema n to n + 1. Entries that left the house are never changed, only followed."""
