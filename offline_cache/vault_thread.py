"""The one thread that touches a vault."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Generic, Protocol, TypeVar

INBOX = 64
CLOSING_LIMIT = 10.0  # seconds


class Closeable(Protocol):
    """What was opened in the thread and is closed in it: a vault, or stores over one."""

    def close(self) -> None:
        """Close it. May be called again."""


S = TypeVar("S", bound=Closeable)
T = TypeVar("T")


class InboxFull(Exception):
    """The vault thread has as many jobs waiting as it may have; this one was not taken."""

    def __init__(self, places: int) -> None:
        super().__init__(f"{places} jobs are waiting for the vault already")
        self.places = places


class VaultThread(Generic[S]):
    """A thread named `vault` that opens a store and runs jobs over it, one after the other, first come first.

    A job is a function of the store; what it returns or raises is in its future. `opened` is the future of
    the opening itself: when that failed, each job's future holds the same error.
    """

    def __init__(self, opening: Callable[[], S], *, inbox: int = INBOX) -> None:
        """Start to open. At most `inbox` jobs wait or run."""
        self._inbox = inbox
        self._places = BoundedSemaphore(inbox)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="vault")
        self._opened: Future[S] = self._executor.submit(opening)
        self.opened: Future[None] = self._executor.submit(self._await_opening)

    def submit(self, job: Callable[[S], T]) -> Future[T]:
        """Put `job` in the inbox. Raises `InboxFull` at once; `RuntimeError` after `close`."""
        if not self._places.acquire(blocking=False):
            raise InboxFull(self._inbox)
        try:
            future = self._executor.submit(self._run, job)
        except BaseException:
            self._places.release()
            raise
        future.add_done_callback(self._leave)
        return future

    def close(self, limit: float = CLOSING_LIMIT) -> None:
        """Do what is in the inbox, close the store, end the thread. May be called again.

        Raises `TimeoutError` when that takes longer than `limit` seconds.
        """
        try:
            closing = self._executor.submit(self._close)
        except RuntimeError:  # closed before
            return
        self._executor.shutdown(wait=False)
        closing.result(limit)

    def _await_opening(self) -> None:
        self._opened.result()

    def _run(self, job: Callable[[S], T]) -> T:
        return job(self._opened.result())  # never waits: the opening ran before in this same thread

    def _close(self) -> None:
        if self._opened.exception() is None:
            self._opened.result().close()

    def _leave(self, _: object) -> None:
        self._places.release()
