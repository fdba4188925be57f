"""One process at a time, by a lock that the kernel drops."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from vault_helpers import Start

from offline_cache.locks import LockHeld, ProcessLock


def test_a_second_process_is_told_which_one_holds_the_lock(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "front.lock"
    holder = start("lock", path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    with pytest.raises(LockHeld, match=f"process {holder.pid}") as raised:
        ProcessLock(path).acquire()
    assert raised.value.pid == holder.pid
    with pytest.raises(LockHeld):
        ProcessLock(path).acquire(limit=0.05)


def test_a_killed_holder_holds_nothing(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "front.lock"
    holder = start("lock", path)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate(timeout=20)
    with ProcessLock(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_waiting_ends_when_the_holder_lets_go(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "front.lock"
    holder = start("lock", path)
    assert holder.stdout is not None
    assert holder.stdin is not None
    holder.stdout.readline()
    holder.stdin.write("go\n")
    holder.stdin.flush()
    lock = ProcessLock(path)
    lock.acquire(limit=20)
    lock.release()
    lock.release()


def test_what_a_killed_holder_had_started_does_not_hold_its_lock(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "front.lock"
    holder = start("lock", path, "sleep", "60")
    assert holder.stdout is not None
    locked, started = holder.stdout.readline().split()
    try:
        assert locked == "locked"
        holder.kill()
        holder.wait(20)
        with ProcessLock(path):
            os.kill(int(started), 0)  # raises where it has ended already
    finally:
        os.kill(int(started), signal.SIGKILL)


def test_a_lock_is_held_until_it_is_released_whichever_thread_does_so(tmp_path: Path) -> None:
    lock, other = (ProcessLock(tmp_path / "front.lock") for _ in range(2))
    taking = threading.Thread(target=lock.acquire)
    taking.start()
    taking.join(20)
    assert lock.path.read_text() == f"{os.getpid()}\n", "and reading it, another descriptor is closed"
    with pytest.raises(LockHeld):
        other.acquire()
    lock.release()
    with other, pytest.raises(LockHeld):
        lock.acquire()


def test_the_lock_is_private_and_excludes_within_one_process_too(tmp_path: Path) -> None:
    path = tmp_path / "front.lock"
    with ProcessLock(path) as lock:
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(LockHeld, match=str(os.getpid())):
            ProcessLock(path).acquire()
        with pytest.raises(RuntimeError, match="already held"):
            lock.acquire()
    assert path.read_text() == ""
    with ProcessLock(path):
        pass
