"""The line between a terminal and its centre, in the test's hand: cut, mended, or losing answers."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_READ_BYTES = 64 * 1024
_STOP_S = 10.0


class Wire:
    """Carries bytes to whoever listens at `url`; in a `with` block."""

    def __init__(self, url: str) -> None:
        self._to = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        self._lock = threading.Lock()
        self._cut = False
        self._losing = 0
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, name="wire")]
        self.lost = 0
        """Answers that were swallowed."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(_STOP_S)

    def cut(self) -> None:
        """Ends every connection, and each new one at once."""
        with self._lock:
            self._cut, pairs, self._pairs = True, self._pairs, []
        for pair in pairs:
            _break(*pair)

    def mend(self) -> None:
        with self._lock:
            self._cut = False

    def lose_answers(self, times: int) -> None:
        """The next requests arrive, and their answers do not: the connection breaks instead."""
        with self._lock:
            self._losing = times
        for pair in self._pairs:
            # Whoever keeps a connection makes a new one, and each request is then told from the others.
            _break(*pair)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._cut:
                    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    near.close()
                    continue
                try:
                    far = socket.create_connection(self._to)
                except OSError:
                    near.close()
                    continue
                self._pairs.append((near, far))
            for source, target, answers in ((near, far, False), (far, near, True)):
                thread = threading.Thread(
                    target=self._carry, args=(source, target), kwargs={"answers": answers}, name="wire"
                )
                self._threads.append(thread)
                thread.start()

    def _carry(self, source: socket.socket, target: socket.socket, *, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_READ_BYTES):
                if answers and self._loses():
                    break
                target.sendall(data)
        _break(source, target)

    def _loses(self) -> bool:
        with self._lock:
            if self._losing == 0:
                return False
            self._losing -= 1
            self.lost += 1
            return True


def _break(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
