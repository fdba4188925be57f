"""A centre that says of entries whatever a centre may say, and a vault that sends to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fixtures.local_centre import KEY, NOW, HeldClock
from paying_bench import append

from kiosk.central_client import CentralClient, Limits
from kiosk.domain.bills import Bill, BillState, Window
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.payments.sending import Sender
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Entry
from offline_cache.secret import VaultKey
from offline_cache.vault_thread import VaultThread

Wire = Mapping[str, object]
Reply = tuple[int, object] | None
"""Status and body; None: the connection breaks."""


class ScriptedCentre:
    """Answers batches by `script`, over real HTTP."""

    def __init__(self) -> None:
        self.script: Callable[[Sequence[Wire]], Reply] = lambda _: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reply = outer.script(json.loads(body)["entries"])
                if reply is None:
                    self.close_connection = True
                    return
                status, told = reply
                content = json.dumps(told).encode()
                self.send_response(status)
                kind = "application/json" if status < 400 else "application/problem+json"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def answered(*told: Wire) -> Reply:
    return 200, {"entries": told}


def problem(kind: str) -> Reply:
    return 422, {"type": f"/problems/{kind}", "title": "refused", "status": 422}


def applied(wire: Wire) -> Wire:
    at = NOW.isoformat()
    return {"key": wire["key"], "result": "applied", "number": f"20261120-{wire['bill']}", "at": at}


def bill_of(number: int) -> Bill:
    day = NOW.date()
    kind = Kind.MEDICAL_RESIDENT
    return Bill(f"{number:032d}", kind, 2027, Money(40_000), Window(day, day), BillState.DUE, "童*")


@dataclass
class ScriptedTill:
    """A vault with a sender at a scripted centre."""

    directory: Path
    centre: ScriptedCentre
    clock: HeldClock = field(default_factory=lambda: HeldClock(NOW))

    def __post_init__(self) -> None:
        path = self.directory / "vault" / "vault.db"
        self.vault = VaultThread(lambda: OfflineCache.open(path, VaultKey.random()))
        self.client = CentralClient(self.centre.url, "T001", KEY, self.clock, limits=Limits(2.0, 2.0))
        self.sender = Sender(self.vault, self.client, self.clock)

    def sell(self, count: int) -> list[Entry]:
        sold = len(self.entries())
        return [append(self.vault, bill_of(number), self.clock.now()) for number in range(sold, sold + count)]

    def entries(self) -> list[Entry]:
        return in_vault(self.vault, lambda cache: cache.outbox.recent(500))[::-1]

    def close(self) -> None:
        self.client.close()
        self.vault.close()
