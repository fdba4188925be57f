"""Both ends of a virtual device's control port: one JSON object a line, answered by one.

`{"do": "…", …}` → an object of the device's own, or `{"error": "…"}`.
"""

import enum
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, TypeVar

_E = TypeVar("_E", bound=enum.Enum)

_IDLE_S = 600.0
_POLL_S = 0.1
_LONGEST_REQUEST = 4096
_LONGEST_ANSWER = 16 * 1024 * 1024
"""A ledger is one line."""

Request = Mapping[str, object]


class BadRequest(ValueError):
    """A request that the device does not understand."""


class RequestRefused(ValueError):
    """The device did not do what was asked; in its own words."""


class BadAnswer(ValueError):
    """A line that is no answer of the device that was asked; empty where it has gone."""

    def __init__(self, line: str) -> None:
        super().__init__(f"no answer of this device: {line[:80]!r}")
        self.line = line


class ControlPort(socketserver.ThreadingTCPServer):
    """The device's end; each client has a thread of its own."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], str]) -> None:
        """Listen. `answer` does a request and gives the JSON to send back; it raises ValueError where it
        will not."""
        super().__init__(address, _Client)
        self._answer = answer

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.server_address[1]
        return port

    def start(self) -> None:
        """Serve on a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(_POLL_S,), name="control-port", daemon=True).start()

    def end(self) -> None:
        """Serve nobody any more."""
        self.shutdown()
        self.server_close()

    def reply(self, line: bytes) -> str:
        """The line to send back."""
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise BadRequest("not a JSON object")
            return self._answer(request)
        except (ValueError, RecursionError) as error:
            return json.dumps({"error": str(error)})


class _Client(socketserver.StreamRequestHandler):
    timeout = _IDLE_S
    server: ControlPort

    def handle(self) -> None:
        try:
            while line := self.rfile.readline(_LONGEST_REQUEST):
                self.wfile.write(self.server.reply(line).encode() + b"\n")
        except (TimeoutError, ConnectionError):
            return  # the client went; nobody is left to tell


def not_understood(request: Request) -> BadRequest:
    """To be raised of a request that is none of the device's."""
    return BadRequest(f"not understood: {json.dumps(dict(request), ensure_ascii=False)[:200]}")


def named(kind: type[_E], name: object, such: str) -> _E:
    """The member of `kind` with this value. Raises BadRequest: no `such` is called so."""
    try:
        return kind(name)
    except ValueError as error:
        known = ", ".join(member.value for member in kind)
        raise BadRequest(f"no {such} called {name!r}; there are {known}") from error


class ControlClient:
    """The hand's end: one connection."""

    def __init__(self, host: str, port: int, within_s: float = 10.0) -> None:
        """Connect. Raises OSError where nothing listens."""
        self._socket = socket.create_connection((host, port), timeout=within_s)
        self._lines = self._socket.makefile("rb")

    def ask(self, what: str, /, **arguments: object) -> Mapping[str, object]:
        """Have something done; the device's answer.

        Raises:
            RequestRefused: the device will not.
            BadAnswer: it answers something else, or has gone.
            OSError: it has gone.
        """
        self._socket.sendall(json.dumps({"do": what, **arguments}).encode() + b"\n")
        line = self._lines.readline(_LONGEST_ANSWER)
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadAnswer(line.decode(errors="replace")) from error
        match answer:
            case {"error": str() as words}:
                raise RequestRefused(words)
            case dict():
                return answer
            case _:
                raise BadAnswer(line.decode(errors="replace"))

    def close(self) -> None:
        """End the connection; the device stays as it is."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
