"""The centre of a walk: the reference one with the demo's people, in this process, behind a real socket.

Its clock stands, and its line can be cut or made to fail, by path.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from central.app import create_app
from central.county.loader import fill_if_empty
from central.enrolment import demo_enrol
from central.gateway import GatewayUnsure, NotFromGateway, OrderAsked, Trade
from central.limits import Limits, Rate
from central.problems import Refused, response
from central.region import load_region
from central.revocations import RevocationBooks
from central.seals.issuer_keys import CONFIG_NAME, IssuerKey, IssuerKeys, demo_issuer_keys, load_issuer_keys
from central.seals.sealing import Sealer
from central.server import listen
from central.state import State
from central.store import people
from central.store.database import Database
from demo.stage import REGION, TERMINAL
from demo.walk.residents import extra_residents
from kiosk.contract.device import SESSION_HEADER
from kiosk.contract.problems import ProblemType
from kiosk.domain.tenders import QrChannel

START_LIMIT_S: Final = 20.0
PUBLIC_URL: Final = "https://centre.example"
_AMPLE: Final = Rate(100_000, timedelta(hours=1))
_SESSION: Final = SESSION_HEADER.lower().encode()


class StandingClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at


class Sealing(Enum):
    """With whose keys the centre seals what it issues."""

    DEMO = "demo"
    """演示: worth nothing, and it says so."""
    GENUINE = "genuine"
    NONE = "none"
    STRANGE = "strange"
    """Keys that the region does not publish."""


class _SilentGateway:
    """`Gateway` of which nobody hears: what it was asked to do stays open."""

    def place(self, asked: OrderAsked) -> str:
        raise GatewayUnsure(f"no answer on {asked.id}")

    def query(self, order: str) -> Trade:
        raise GatewayUnsure(f"no answer on {order}")

    def close(self, order: str) -> None:
        raise GatewayUnsure(f"no answer on {order}")

    def notified(self, headers: Mapping[str, str], body: bytes) -> Trade:
        raise NotFromGateway(f"{len(headers)} headers and {len(body)} octets of nobody's")


@dataclass(frozen=True, slots=True)
class LineTrouble:
    """How calls fail. `problem` None: the line is cut. `only`: the one path that fails, else all do."""

    problem: ProblemType | None = None
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that was made."""

    path: str
    in_session: bool


class WalkCentre:
    """A context manager. What stands in `directory` is the centre's own."""

    def __init__(self, directory: Path, clock: StandingClock) -> None:
        self._directory = directory
        self._clock = clock
        self._trouble: LineTrouble | None = None
        self._sealing = Sealing.DEMO
        self._asked: list[Asked] = []
        self.key_file = directory / "device-key.pem"
        self.url = ""

    def __enter__(self) -> Self:
        self._database = Database(f"sqlite:///{self._directory / 'central.sqlite3'}")
        self._database.create_tables()
        fill_if_empty(self._database)
        with self._database.writing() as connection:
            people.file_all(connection, [one.file for one in extra_residents().values()])
        demo_enrol(self._database, self._clock, TERMINAL, self.key_file)
        self.books = RevocationBooks(self._database, self._clock)
        self._keys = self._make_keys()
        self._apps = {sealing: self._app(Sealer(keys)) for sealing, keys in self._keys.items()}
        self._apps[Sealing.NONE] = self._app(None)
        self._at = listen("127.0.0.1", 0, None)
        self.url = self._at.url
        protocol = _protocol_of(self)
        config = uvicorn.Config(
            self._serve,
            http=protocol,
            log_config=None,
            interface="asgi3",
            lifespan="off",
            ws="none",
            proxy_headers=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._at.socket],), name="walk-centre", daemon=True
        )
        self._thread.start()
        give_up = time.monotonic() + START_LIMIT_S
        while not self._server.started:
            if time.monotonic() > give_up or not self._thread.is_alive():
                raise TimeoutError("the centre of the walk did not start")
            time.sleep(0.002)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(START_LIMIT_S)
        self._at.socket.close()
        self._database.close()

    @property
    def genuine_keys(self) -> tuple[IssuerKey, ...]:
        """Those whose seals are genuine."""
        return self._keys[Sealing.GENUINE].keys

    @property
    def is_cut(self) -> bool:
        """Whether nothing comes through at all."""
        return self._trouble is not None and self._trouble.problem is None and self._trouble.only is None

    def set(self, trouble: LineTrouble | None, sealing: Sealing) -> None:
        """How the next calls go."""
        self._trouble, self._sealing = trouble, sealing

    def take_asked(self) -> frozenset[Asked]:
        """What was asked since this was called last."""
        asked, self._asked = frozenset(self._asked), []
        return asked

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, headers = str(scope["path"]), dict(scope["headers"])
        self._asked.append(Asked(path, _SESSION in headers))
        trouble = self._trouble
        if trouble is not None and trouble.problem is not None and trouble.only in (None, path):
            await response(Refused(trouble.problem))(scope, receive, send)
            return
        app = self._apps[self._sealing]
        if self._sealing is Sealing.STRANGE and not path.startswith("/v1/papers"):
            app = self._apps[Sealing.GENUINE]
        await app(scope, receive, send)

    def _make_keys(self) -> dict[Sealing, IssuerKeys]:
        """Of the quicker algorithm. With 医保's key only a rights record may be sealed: so that something may
        not."""
        region, keys = load_region(REGION).code, {}
        for sealing in (Sealing.DEMO, Sealing.GENUINE, Sealing.STRANGE):
            directory = self._directory / sealing.value
            demo_issuer_keys(directory, region)
            config = directory / CONFIG_NAME
            told = _quick_only(config.read_text("utf-8"))
            if sealing is not Sealing.DEMO:
                told = told.replace("demo = true", "demo = false")
            config.write_text(told, "utf-8")
            keys[sealing] = load_issuer_keys(directory)
        return keys

    def _app(self, sealer: Sealer | None) -> ASGIApp:
        limits = replace(Limits(), unidentified=_AMPLE, paper_checks=_AMPLE, lists=_AMPLE)
        return create_app(
            State(
                self._database,
                load_region(REGION),
                self._clock,
                PUBLIC_URL,
                limits,
                gateways={QrChannel.WECHATPAY: _SilentGateway()},
                sealer=sealer,
            )
        )


def _quick_only(config: str) -> str:
    """The tables of Ed25519's keys; that of the second bureau is narrowed to one kind of paper."""
    hrss, nhsa = (table for table in config.split("\n[")[1:] if 'algorithm = "ed25519"' in table)
    narrowed = re.sub(r"kinds = \[.*\]", "kinds = ['rights_record']", nhsa)
    return f'algorithm = "ed25519"\n[{hrss}\n[{narrowed}'


def _protocol_of(centre: WalkCentre) -> type[asyncio.Protocol]:
    class Line(H11Protocol):
        """Ends whatever connection there is while the line is cut."""

        def data_received(self, data: bytes) -> None:
            if centre.is_cut:
                self.transport.abort()
            else:
                super().data_received(data)

    return Line
