"""The journal of device jobs, and kept documents."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from vault_helpers import NOON, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.journal import DeviceJob, JobBegunBefore, JobEnd, JobNotRunning
from offline_cache.kept import MOST_OCTETS, DocumentTooLarge, KeptDocument

CHINA = timezone(timedelta(hours=8))


def test_a_job_is_there_from_its_begin_and_has_its_end_after_reopening(vault_path: Path) -> None:
    cache = OfflineCache.open(vault_path, vault_key())
    cache.journal.begin("a", "print", b"hash a", 1, NOON)
    cache.journal.begin("b", "print", b"hash b", 2, NOON.astimezone(CHINA))
    cache.journal.finish("a", "PRINTED", "", NOON + timedelta(seconds=3))
    cache.close()
    cache = OfflineCache.open(vault_path, vault_key())
    printed = DeviceJob("a", "print", b"hash a", 1, NOON, JobEnd("PRINTED", "", NOON + timedelta(seconds=3)))
    broken_off = DeviceJob("b", "print", b"hash b", 2, NOON, None)
    assert cache.journal.recent(10) == [broken_off, printed]
    assert cache.journal.recent(1) == [broken_off]
    assert cache.journal.unfinished("print") == [broken_off]
    assert cache.journal.unfinished("charge") == []
    assert cache.journal.unfinished() == [broken_off]
    cache.close()


def test_a_job_is_begun_once(cache: OfflineCache) -> None:
    cache.journal.begin("a", "print", b"hash", 1, NOON)
    with pytest.raises(JobBegunBefore, match="a"):
        cache.journal.begin("a", "print", b"other", 2, NOON)
    [job] = cache.journal.recent(2)
    assert job.content_hash == b"hash"


def test_the_first_end_of_a_job_stands(cache: OfflineCache) -> None:
    cache.journal.begin("a", "print", b"hash", 1, NOON)
    cache.journal.finish("a", "UNKNOWN", "line silent", NOON)
    with pytest.raises(JobNotRunning):
        cache.journal.finish("a", "PRINTED", "", NOON)
    [job] = cache.journal.recent(1)
    assert job.end == JobEnd("UNKNOWN", "line silent", NOON)
    with pytest.raises(JobNotRunning):
        cache.journal.finish("never begun", "PRINTED", "", NOON)


def test_purging_removes_finished_jobs_only(cache: OfflineCache) -> None:
    for day in range(4):
        cache.journal.begin(f"j{day}", "print", b"hash", 1, NOON)
        if day != 1:
            cache.journal.finish(f"j{day}", "PRINTED", "", NOON + timedelta(days=day))
    assert cache.journal.purge(NOON + timedelta(days=3)) == 2
    assert [job.job_id for job in cache.journal.recent(9)] == ["j3", "j1"]


def test_instants_need_a_zone_and_limits_a_number(cache: OfflineCache) -> None:
    with pytest.raises(ValueError, match="zone"):
        cache.journal.begin("a", "print", b"hash", 1, datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="limit"):
        cache.journal.recent(0)


def test_a_row_of_the_journal_stays_within_a_page(cache: OfflineCache) -> None:
    for job_id in ("", "长" * 201):
        with pytest.raises(ValueError, match="200"):
            cache.journal.begin(job_id, "print", b"hash", 1, NOON)
    cache.journal.begin("长" * 200, "打" * 200, bytes(200), 1, NOON)
    cache.journal.finish("长" * 200, "未" * 200, "因" * 5000, NOON)
    [job] = cache.journal.recent(1)
    assert job.end == JobEnd("未" * 200, "因" * 200, NOON)


def test_unfinished_jobs_are_found_by_their_own_index(cache: OfflineCache) -> None:
    plan = cache.vault.rows(
        "EXPLAIN QUERY PLAN SELECT * FROM device_job WHERE outcome IS NULL AND ('x' IS NULL OR kind = 'x') "
        "ORDER BY sequence"
    )
    assert "device_job_unfinished" in str(plan)


def test_the_last_document_of_a_name_is_kept_with_its_etag(cache: OfflineCache) -> None:
    assert cache.documents.last("region") is None
    cache.documents.keep("region", '"1"', b"first", NOON)
    cache.documents.keep("other", None, b"", NOON)
    cache.documents.keep("region", '"2"', b"second", NOON + timedelta(days=1))
    assert cache.documents.last("region") == KeptDocument('"2"', b"second", NOON + timedelta(days=1))
    assert cache.documents.last("other") == KeptDocument(None, b"", NOON)


def test_a_document_beyond_its_bound_is_refused_and_the_last_stays(cache: OfflineCache) -> None:
    cache.documents.keep("region", None, b"good", NOON)
    with pytest.raises(DocumentTooLarge, match="region"):
        cache.documents.keep("region", None, bytes(MOST_OCTETS + 1), NOON)
    last = cache.documents.last("region")
    assert last is not None
    assert last.payload == b"good"
