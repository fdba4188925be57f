"""The durable journal of device jobs: what was started, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from offline_cache.instants import from_stored, to_stored
from offline_cache.sql import Row
from offline_cache.vault import Vault

MOST_CHARACTERS = 200
"""Of a job's id, kind and outcome; of its hash, in octets; of its reason, which is cut there."""

_COLUMNS = "job_id, kind, content_hash, copy, begun_at, outcome, reason, finished_at"


@dataclass(frozen=True, slots=True)
class JobEnd:
    """What came of a job. `outcome` is the device's own word, `reason` says why it was not better."""

    outcome: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeviceJob:
    """A job of a device: `copy` counts from 1; `end` is None while it runs, or if power went meanwhile."""

    job_id: str
    kind: str
    content_hash: bytes
    copy: int
    begun_at: datetime
    end: JobEnd | None


class JobBegunBefore(Exception):
    """The journal has a job of this id; the device must not be asked again under it."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"job {job_id} was begun before")
        self.job_id = job_id


class JobNotRunning(Exception):
    """No job of this id is unfinished: never begun, or finished before. Its first end stands."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"job {job_id} is not running")
        self.job_id = job_id


class Journal:
    """Device jobs in the vault. `begin` and `finish` are one commit and one sync each: durable on return."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def begin(self, job_id: str, kind: str, content_hash: bytes, copy: int, at: datetime) -> None:
        """Write down that the job starts, before asking the device. Raises `JobBegunBefore`, `VaultError`."""
        _require_short(job_id, kind, content_hash)
        with self._vault.write() as transaction:
            begun = transaction.change(
                """INSERT INTO device_job (job_id, kind, content_hash, copy, begun_at)
                   VALUES (?, ?, ?, ?, ?) ON CONFLICT (job_id) DO NOTHING""",
                (job_id, kind, content_hash, copy, to_stored(at)),
            )
            if not begun:
                raise JobBegunBefore(job_id)

    def finish(self, job_id: str, outcome: str, reason: str, at: datetime) -> None:
        """Write down how the job ended. Raises `JobNotRunning`, `VaultError`."""
        _require_short(outcome)
        with self._vault.write() as transaction:
            finished = transaction.change(
                """UPDATE device_job SET outcome = ?, reason = ?, finished_at = ?
                   WHERE job_id = ? AND outcome IS NULL""",
                (outcome, reason[:MOST_CHARACTERS], to_stored(at), job_id),
            )
            if not finished:
                raise JobNotRunning(job_id)

    def unfinished(self, kind: str | None = None) -> list[DeviceJob]:
        """Jobs of `kind` (None: of any) without an end, oldest first: at a start, those a crash broke off."""
        return _jobs(
            self._vault.rows(
                f"""SELECT {_COLUMNS} FROM device_job
                    WHERE outcome IS NULL AND (?1 IS NULL OR kind = ?1) ORDER BY sequence""",  # noqa: S608
                (kind,),
            )
        )

    def recent(self, limit: int) -> list[DeviceJob]:
        """The `limit` jobs begun last, latest first."""
        if limit < 1:
            raise ValueError(f"a limit of {limit} jobs")
        return _jobs(
            self._vault.rows(
                f"SELECT {_COLUMNS} FROM device_job ORDER BY sequence DESC LIMIT ?",  # noqa: S608
                (limit,),
            )
        )

    def purge(self, before: datetime) -> int:
        """Remove jobs that finished before `before`; how many. What has no end stays."""
        with self._vault.write() as transaction:
            return transaction.change("DELETE FROM device_job WHERE finished_at < ?", (to_stored(before),))


def _require_short(*texts: str | bytes) -> None:
    for text in texts:
        if not 0 < len(text) <= MOST_CHARACTERS:
            raise ValueError(f"{text!r}: 1 to {MOST_CHARACTERS} characters or octets")


def _jobs(rows: Sequence[Row]) -> list[DeviceJob]:
    return [
        DeviceJob(
            job_id,
            kind,
            content_hash,
            copy,
            from_stored(begun_at),
            None if outcome is None else JobEnd(outcome, reason, from_stored(finished_at)),
        )
        for job_id, kind, content_hash, copy, begun_at, outcome, reason, finished_at in rows
    ]
