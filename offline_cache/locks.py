"""One process at a time."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

_TRY_AGAIN_AFTER = 0.01  # seconds; flock(2) itself has no time limit


class LockHeld(Exception):
    """Another process holds the lock; `pid` is its process id where it was readable."""

    def __init__(self, path: Path, pid: int | None) -> None:
        super().__init__(f"{path} is held by {f'process {pid}' if pid is not None else 'another process'}")
        self.path = path
        self.pid = pid


class ProcessLock:
    """An flock(2) on `path`, which the kernel drops with the process however that ends.

    The file holds the holder's pid and stays: removing it would let two processes lock two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, limit: float = 0.0) -> None:
        """Take the lock, waiting at most `limit` seconds. Raises `LockHeld`, `OSError`."""
        if self._descriptor is not None:
            raise RuntimeError(f"{self.path} is already held through this object")
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        deadline = time.monotonic() + limit
        try:
            while not _locked(descriptor):
                if time.monotonic() >= deadline:
                    raise LockHeld(self.path, _holder(descriptor))
                time.sleep(_TRY_AGAIN_AFTER)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back. May be called again."""
        if self._descriptor is not None:
            # Emptied first: nobody is to read this pid before the next holder wrote its own.
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> ProcessLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> int | None:
    text = os.pread(descriptor, 20, 0).strip()
    return int(text) if text.isdigit() else None
