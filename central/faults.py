"""Failing on demand, for tests and the demo's bench: `POST /v1/_faults`, where it was allowed at start."""

from __future__ import annotations

import asyncio
import threading
from enum import StrEnum
from http import HTTPStatus
from math import ceil
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from central.problems import Refused, blank, response
from kiosk.contract.problems import ProblemType
from kiosk.contract.wire import WireModel

FAULTS_PATH: Final = "/v1/_faults"
_MOST_ARMED = 20
_HANG_S = 120.0
"""When a caller that never gives up is let go."""


class FaultKind(StrEnum):
    """How the centre fails."""

    ERROR = "500"
    """It answers 500, as a problem."""
    GARBAGE = "garbage"
    """It answers 200 with a body that is no JSON."""
    HANG = "hang"
    """It never answers."""
    SLOW = "slow"
    """It answers rightly, after `seconds`."""
    BUSY = "503"
    """It answers 503 and asks to be left alone for `seconds`."""


class FaultRequest(WireModel):
    """The next `times` calls whose path begins with `path_prefix` fail so."""

    kind: FaultKind
    path_prefix: Annotated[str, Field(pattern="^/", max_length=100)] = "/v1/"
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    seconds: Annotated[float, Field(ge=0, le=60)] = 3.0


class Faults:
    """The faults that are armed, oldest first."""

    def __init__(self) -> None:
        self._armed: list[FaultRequest] = []
        self._lock = threading.Lock()

    def arm(self, fault: FaultRequest) -> None:
        """Raises `Refused` where too many are armed."""
        with self._lock:
            if len(self._armed) >= _MOST_ARMED:
                raise Refused(ProblemType.INVALID_REQUEST, f"{_MOST_ARMED} faults are armed already")
            self._armed.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def take(self, path: str) -> FaultRequest | None:
        """The fault that this call meets; used up by one."""
        with self._lock:
            for i, fault in enumerate(self._armed):
                if path.startswith(fault.path_prefix):
                    if fault.times == 1:
                        del self._armed[i]
                    else:
                        self._armed[i] = fault.model_copy(update={"times": fault.times - 1})
                    return fault
        return None


class FaultMiddleware:
    """ASGI middleware that lets armed faults happen."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        met = scope["type"] == "http" and scope["path"] != FAULTS_PATH
        fault = self._faults.take(scope["path"]) if met else None
        match fault:
            case FaultRequest(kind=FaultKind.ERROR):
                await response(Refused(ProblemType.INTERNAL))(scope, receive, send)
            case FaultRequest(kind=FaultKind.GARBAGE):
                garbage = Response(
                    b'{"resident": \xff\xfe\x00 \xb1\xe3\xc3\xf1', media_type="application/json"
                )
                await garbage(scope, receive, send)
            case FaultRequest(kind=FaultKind.BUSY, seconds=seconds):
                busy = blank(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(ceil(seconds))})
                await busy(scope, receive, send)
            case FaultRequest(kind=FaultKind.HANG):
                await _hang(receive)
            case FaultRequest(kind=FaultKind.SLOW, seconds=seconds):
                await asyncio.sleep(seconds)
                await self._app(scope, receive, send)
            case _:
                await self._app(scope, receive, send)


async def _hang(receive: Receive) -> None:
    """Until the caller gives up."""
    try:
        async with asyncio.timeout(_HANG_S):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


def router(faults: Faults) -> APIRouter:
    routes = APIRouter(prefix=FAULTS_PATH, include_in_schema=False)

    @routes.post("", status_code=204)
    def arm(fault: FaultRequest) -> None:
        faults.arm(fault)

    @routes.delete("", status_code=204)
    def clear() -> None:
        faults.clear()

    return routes
