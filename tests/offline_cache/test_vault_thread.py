"""The one vault thread: order, bounds, errors, end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from vault_helpers import NOON, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.errors import VaultUnreadable
from offline_cache.journal import JobNotRunning
from offline_cache.secret import VaultKey
from offline_cache.vault_thread import InboxFull, VaultThread


def opened(path: Path, inbox: int = 64) -> VaultThread[OfflineCache]:
    return VaultThread(lambda: OfflineCache.open(path, vault_key()), inbox=inbox)


def beginning(job_id: str) -> Callable[[OfflineCache], None]:
    return lambda cache: cache.journal.begin(job_id, "print", b"hash", 1, NOON)


def test_jobs_run_in_one_named_thread_in_their_order(vault_path: Path) -> None:
    thread = opened(vault_path)
    names = [thread.submit(lambda _: threading.current_thread().name) for _ in range(5)]
    for number in range(10):
        thread.submit(beginning(f"j{number}"))
    jobs = thread.submit(lambda cache: cache.journal.recent(99)).result(20)
    assert [job.job_id for job in jobs] == [f"j{number}" for number in reversed(range(10))]
    [name] = {future.result(20) for future in names}
    assert name.startswith("vault")
    thread.close()


def test_a_job_that_raises_hands_its_error_over_and_the_next_one_runs(vault_path: Path) -> None:
    thread = opened(vault_path)
    with pytest.raises(JobNotRunning):
        thread.submit(lambda cache: cache.journal.finish("none", "PRINTED", "", NOON)).result(20)
    assert thread.submit(lambda cache: cache.journal.recent(1)).result(20) == []
    thread.close()


def test_an_inbox_that_is_full_refuses_at_once_and_takes_again_later(vault_path: Path) -> None:
    thread = opened(vault_path, inbox=2)
    thread.opened.result(20)
    gate = threading.Event()
    waiting = [thread.submit(lambda _: gate.wait(20)) for _ in range(2)]
    with pytest.raises(InboxFull, match="2 jobs"):
        thread.submit(lambda _: None)
    gate.set()
    for future in waiting:
        future.result(20)
    while True:  # the place is free once the future's callbacks ran, a moment after its result
        try:
            thread.submit(lambda _: None).result(20)
            break
        except InboxFull:
            gate.wait(0.01)
    thread.close()


def test_an_opening_that_fails_fails_every_job_with_the_same_error(vault_path: Path) -> None:
    OfflineCache.open(vault_path, vault_key()).close()
    thread = VaultThread(lambda: OfflineCache.open(vault_path, VaultKey.random()))
    with pytest.raises(VaultUnreadable):
        thread.opened.result(20)
    with pytest.raises(VaultUnreadable):
        thread.submit(lambda cache: cache.journal.recent(1)).result(20)
    thread.close()


def test_closing_does_what_waits_and_closes_in_the_thread(vault_path: Path) -> None:
    thread = opened(vault_path)
    done = thread.submit(beginning("j"))
    thread.close()
    thread.close()
    assert done.result(0) is None
    with pytest.raises(RuntimeError):
        thread.submit(lambda _: None)
    assert not vault_path.with_name("vault.db-wal").exists(), "the last to close folds the WAL in"


def test_closing_has_a_time_limit(vault_path: Path) -> None:
    thread = opened(vault_path)
    gate = threading.Event()
    thread.submit(lambda _: gate.wait(20))
    with pytest.raises(TimeoutError):
        thread.close(0.01)
    gate.set()
