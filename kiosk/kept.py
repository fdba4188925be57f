"""What the kiosk keeps in the vault, through the vault's one thread."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

import structlog

from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport
from kiosk.clock import CHINA, Clock
from kiosk.contract.region import RegionAnswer
from kiosk.contract.seals.keys import RevocationsAnswer
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.snapshots import SealBroken
from offline_cache.vault_thread import InboxFull, VaultThread

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
_PRINTING = "print"
_REGION = "region"
_REVOCATIONS, _KNOWN_TO = "revocations", "revocations known to"


class KeptSnapshots:
    """`records.SnapshotStore` over the vault; compressed, for forty years of rows are 1 MB of JSON."""

    def __init__(self, vault: VaultThread[OfflineCache]) -> None:
        self._vault = vault
        self._log = structlog.get_logger()

    def put(
        self, subjects: tuple[bytes, ...], name: str, payload: bytes, taken: datetime, until: datetime
    ) -> None:
        """Handed to the vault's thread: a resident does not wait for what only the next visit may need."""
        small = zlib.compress(payload)

        def put(cache: OfflineCache) -> None:
            cache.snapshots.put(subjects, name, taken, until, small)

        try:
            putting = self._vault.submit(put)
        except InboxFull as full:
            # The centre has answered: what another day may need must not keep anybody from it today.
            self._log.error("snapshot not kept", error=f"{type(full).__name__}: {full}")
            return
        putting.add_done_callback(self._tell)

    def get(self, subjects: tuple[bytes, ...], name: str, now: datetime) -> tuple[bytes, datetime] | None:
        try:
            found = in_vault(self._vault, lambda cache: cache.snapshots.get(subjects, name, now))
        except SealBroken as broken:
            # As good as none for the resident; for a technician an alarm.
            self._log.error("snapshot forged or damaged", error=str(broken))
            return None
        if found is None:
            return None
        unpacked = zlib.decompressobj()
        payload = unpacked.decompress(found.payload, MAX_DOCUMENT_BYTES)
        return payload, found.taken_at.astimezone(CHINA)

    def forget(self, subjects: tuple[bytes, ...], names: tuple[str, ...]) -> None:
        """Erases at once: the next front may be offline."""
        in_vault(self._vault, lambda cache: cache.snapshots.forget(subjects, names))

    def _tell(self, putting: Future[None]) -> None:
        error = putting.exception()
        if error is not None:
            self._log.error("snapshot not kept", error=f"{type(error).__name__}: {error}")


class PrintLog:
    """The printer driver's `JobLog` on the vault's journal; each call is one commit and one sync."""

    def __init__(self, vault: VaultThread[OfflineCache], clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def begin(self, job: PrintJob) -> None:
        now, content = self._clock.now(), bytes.fromhex(job.content_hash)
        self._wait(lambda cache: cache.journal.begin(job.job_id, _PRINTING, content, job.copy, now))

    def finish(self, job_id: JobId, report: PrintReport) -> None:
        now = self._clock.now()
        outcome, reason = report.outcome.value, report.reason.value if report.reason is not None else ""
        self._wait(lambda cache: cache.journal.finish(job_id, outcome, reason, now))

    def unfinished(self) -> Sequence[PrintJob]:
        jobs = in_vault(self._vault, lambda cache: cache.journal.unfinished(_PRINTING))
        return tuple(PrintJob(JobId(job.job_id), _PRINTING, job.content_hash.hex(), job.copy) for job in jobs)

    def last_was_printed(self) -> bool:
        """Whether the latest paper came out whole; True where none was ever begun."""
        jobs = in_vault(self._vault, lambda cache: cache.journal.recent(1))
        return all(job.end is not None and job.end.outcome == PrintOutcome.PRINTED.value for job in jobs)

    def _wait(self, job: Callable[[OfflineCache], None]) -> None:
        in_vault(self._vault, job)


def purge(vault: VaultThread[OfflineCache], now: datetime) -> None:
    """Erases snapshots that have expired; on the vault's thread, nobody waits for it."""
    log = structlog.get_logger()

    def tell(purging: Future[int]) -> None:
        error = purging.exception()
        if error is not None:
            log.error("expired snapshots not erased", error=f"{type(error).__name__}: {error}")
        elif purging.result():
            log.info("expired snapshots erased", count=purging.result())

    vault.submit(lambda cache: cache.snapshots.purge(now)).add_done_callback(tell)


class KeptRegion:
    """The last region document, so that a terminal starts without the centre."""

    def __init__(self, vault: VaultThread[OfflineCache], clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def keep(self, answer: RegionAnswer, etag: str | None) -> None:
        payload, now = answer.model_dump_json().encode(), self._clock.now()
        in_vault(self._vault, lambda cache: cache.documents.keep(_REGION, etag, payload, now))

    def last(self) -> tuple[RegionAnswer, str | None] | None:
        """The document and its ETag; raises `ValueError` where it is no region of this program's contract."""
        kept = in_vault(self._vault, lambda cache: cache.documents.last(_REGION))
        return None if kept is None else (RegionAnswer.model_validate_json(kept.payload), kept.etag)


class KeptRevocations:
    """The last list of void papers: seals are checked while the centre is away.

    Until when it is known lies apart from it, so that nothing new is a small write.
    """

    def __init__(self, vault: VaultThread[OfflineCache], clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def keep(self, heard: RevocationsAnswer) -> None:
        """In one job: of two answers that come at once, the later one stays."""
        payload, now = heard.model_dump_json().encode(), self._clock.now()
        mark = heard.model_copy(update={"revoked": None}).model_dump_json().encode()

        def job(cache: OfflineCache) -> None:
            known = _read_list(cache, _KNOWN_TO)
            # One that lies ahead is a clock's mistake, and would stay for ever.
            if known is not None and heard.known_to < known.known_to <= now:
                return
            if heard.revoked is not None:
                cache.documents.keep(_REVOCATIONS, heard.version, payload, now)
            elif known is None or known.version != heard.version:
                return
            cache.documents.keep(_KNOWN_TO, heard.version, mark, now)

        in_vault(self._vault, job)

    def last(self) -> RevocationsAnswer | None:
        """The list, with the time until which it is known; None where none is kept that can be read."""

        def job(cache: OfflineCache) -> RevocationsAnswer | None:
            known, listed = _read_list(cache, _KNOWN_TO), _read_list(cache, _REVOCATIONS)
            if known is None or listed is None or known.version != listed.version:
                return None
            return listed.model_copy(update={"known_to": known.known_to})

        return in_vault(self._vault, job)


def _read_list(cache: OfflineCache, name: str) -> RevocationsAnswer | None:
    kept = cache.documents.last(name)
    try:
        return None if kept is None else RevocationsAnswer.model_validate_json(kept.payload)
    except ValueError:
        # Kept by a program with another contract; the next answer takes its place.
        return None
