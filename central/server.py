"""Serving the app: one socket, TLS rules, and ending with the process that started it."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

_BACKLOG: Final = 512
_GRACE_S: Final = 2


class CannotServe(Exception):
    """The address or the certificate cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificate chain and private key, PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Listening:
    """A bound socket and how it is reached."""

    socket: socket.socket
    url: str
    """Scheme, host and port."""
    loopback: bool


def listen(host: str, port: int, tls: Tls | None) -> Listening:
    """Binds; port 0 picks a free one. Raises `CannotServe`: without TLS on loopback addresses only."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CannotServe(f"--host {host}: {error.strerror}") from error
    loopback = ipaddress.ip_address(address[0]).is_loopback
    if tls is None and not loopback:
        raise CannotServe(
            f"--host {host} is reachable from other machines: give --tls-cert and --tls-key, or use 127.0.0.1"
        )
    # With its protocol named, asyncio sets TCP_NODELAY on what it accepts; without, answers wait 40 ms.
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address[0], port))
    except (OSError, OverflowError) as error:
        bound.close()
        reason = error.strerror if isinstance(error, OSError) else error
        raise CannotServe(f"{host}:{port} cannot be used: {reason}") from error
    shown = f"[{address[0]}]" if family == socket.AF_INET6 else str(address[0])
    scheme = "http" if tls is None else "https"
    return Listening(bound, f"{scheme}://{shown}:{bound.getsockname()[1]}", loopback)


class _Announcing(uvicorn.Server):
    """Says on standard output when it is ready: who started it waits for that line."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._line, flush=True)


def make_server(app: FastAPI, at: Listening, tls: Tls | None) -> uvicorn.Server:
    """A server that is not running yet. Raises `CannotServe`."""
    config = uvicorn.Config(
        app,
        log_config=None,
        # Paths hold paper codes, queries the last four of a number.
        access_log=False,
        # X-Forwarded-For is anybody's word, and the rates of the public check go by client.
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        ws="none",
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=None if tls is None else tls.certificate,
        ssl_keyfile=None if tls is None else tls.key,
    )
    try:
        config.load()
    except OSError as error:
        raise CannotServe(f"--tls-cert and --tls-key cannot be used: {error}") from error
    return _Announcing(config, f"central: ready on {at.url}")


def serve(server: uvicorn.Server, at: Listening, *, with_parent: bool) -> None:
    """Serves until a signal comes or, `with_parent`, standard input closes."""
    if with_parent:
        threading.Thread(target=_end_with_parent, args=(server,), name="parent-watch", daemon=True).start()
    with at.socket:
        server.run(sockets=[at.socket])


def _end_with_parent(server: uvicorn.Server) -> None:
    """Standard input closes when the parent goes, however it goes."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True
