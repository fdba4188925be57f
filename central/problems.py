"""Every error leaves as `application/problem+json` (RFC 9457), and none of them tells internals.

docs/facts/central-api.md §4 lists types and status codes.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.contract.problems import PROBLEM_JSON, Problem, ProblemType

STATUS: Final[Mapping[ProblemType, HTTPStatus]] = {
    ProblemType.IDENTITY_CONFLICT: HTTPStatus.CONFLICT,
    ProblemType.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ProblemType.CARD_REVOKED: HTTPStatus.FORBIDDEN,
    ProblemType.EVIDENCE_INSUFFICIENT: HTTPStatus.FORBIDDEN,
    ProblemType.SESSION_OVER: HTTPStatus.UNAUTHORIZED,
    ProblemType.DEVICE_UNKNOWN: HTTPStatus.UNAUTHORIZED,
    ProblemType.NO_SUCH_PAPER: HTTPStatus.NOT_FOUND,
    ProblemType.PAPER_EXPIRED: HTTPStatus.GONE,
    ProblemType.PAPER_REVOKED: HTTPStatus.GONE,
    ProblemType.LAST_FOUR_WRONG: HTTPStatus.FORBIDDEN,
    ProblemType.NO_SUCH_BILL: HTTPStatus.NOT_FOUND,
    ProblemType.NOT_DUE: HTTPStatus.CONFLICT,
    ProblemType.BILL_BUSY: HTTPStatus.CONFLICT,
    ProblemType.NO_SUCH_ORDER: HTTPStatus.NOT_FOUND,
    ProblemType.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemType.NO_GATEWAY: HTTPStatus.CONFLICT,
    ProblemType.NOTIFICATION_REFUSED: HTTPStatus.FORBIDDEN,
    ProblemType.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
    ProblemType.INVALID_REQUEST: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemType.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_TITLE: Final[Mapping[ProblemType, str]] = {
    ProblemType.IDENTITY_CONFLICT: "Card and record do not agree",
    ProblemType.NOT_FOUND: "No record for this card",
    ProblemType.CARD_REVOKED: "The card was reported lost or cancelled",
    ProblemType.EVIDENCE_INSUFFICIENT: "The proof given is too weak for this",
    ProblemType.SESSION_OVER: "The session is over",
    ProblemType.DEVICE_UNKNOWN: "The terminal did not prove who it is",
    ProblemType.NO_SUCH_PAPER: "No paper was issued under this code",
    ProblemType.PAPER_EXPIRED: "The code of this paper can be checked no longer",
    ProblemType.PAPER_REVOKED: "The paper was taken back by its issuer",
    ProblemType.LAST_FOUR_WRONG: "The last four characters do not match",
    ProblemType.NO_SUCH_BILL: "No bill has this reference",
    ProblemType.NOT_DUE: "The bill is not due",
    ProblemType.BILL_BUSY: "Another payment of the bill is under way",
    ProblemType.NO_SUCH_ORDER: "No payment order of this terminal has this number",
    ProblemType.KEY_REUSED: "The key belongs to another payment",
    ProblemType.NO_GATEWAY: "Payments by QR code are not taken through this channel",
    ProblemType.NOTIFICATION_REFUSED: "The notification is not the gateway's",
    ProblemType.TOO_MANY_REQUESTS: "Too many requests",
    ProblemType.INVALID_REQUEST: "The request is not what the contract describes",
    ProblemType.INTERNAL: "The centre failed",
}
_log = logging.getLogger(__name__)


class Refused(Exception):
    """A call is answered with a problem. `detail` is read by people and says nothing of a resident."""

    def __init__(
        self,
        problem: ProblemType,
        detail: str | None = None,
        *,
        sufficient: tuple[str, ...] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.detail = detail
        self.sufficient = sufficient
        self.retry_after = retry_after


def response(refused: Refused) -> JSONResponse:
    status = STATUS[refused.problem]
    body = Problem(
        type=refused.problem,
        title=_TITLE[refused.problem],
        status=status,
        detail=refused.detail,
        sufficient=refused.sufficient,
    )
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if refused.retry_after is not None:
        headers["Retry-After"] = str(-(-refused.retry_after // timedelta(seconds=1)))
    return _json(body, headers)


def blank(status: HTTPStatus, headers: Mapping[str, str]) -> JSONResponse:
    """ "about:blank": the status code says it all (RFC 9457, 4.2.1)."""
    return _json(Problem(type="about:blank", title=status.phrase, status=status), headers)


def _json(body: Problem, headers: Mapping[str, str]) -> JSONResponse:
    content = body.model_dump(exclude_none=True, exclude={"sufficient"} if not body.sufficient else None)
    return JSONResponse(content, body.status, headers, PROBLEM_JSON)


def install(app: FastAPI) -> None:
    """Makes the app answer its own refusals, invalid requests and the framework's errors as problems."""

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        return response(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        # Where and what, never the input itself.
        places = (
            f"{'.'.join(str(step) for step in one['loc'])}: {one['msg']}" for one in error.errors()[:10]
        )
        return response(Refused(ProblemType.INVALID_REQUEST, "; ".join(places)))

    @app.exception_handler(HTTPException)
    async def framework(_request: Request, error: HTTPException) -> JSONResponse:
        return blank(HTTPStatus(error.status_code), dict(error.headers or {}))


class LastResort:
    """ASGI middleware: what nobody expected is logged by its stack, without the message (which may quote a
    resident's data), and answered as a bare `internal` problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 the last resort: all that is left to do is to log and answer
            stack = "".join(traceback.format_tb(error.__traceback__))
            _log.error("%s at\n%s", type(error).__name__, stack)
            if not started:
                await response(Refused(ProblemType.INTERNAL))(scope, receive, send)


class BodyLimit:
    """ASGI middleware: a body longer than `most` bytes is refused with 413, declared or not."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > self._most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, counted, send)
