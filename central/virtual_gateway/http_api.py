"""The gateway's HTTP: what merchants call, with the paths and signatures of 微信支付 v3."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from central.virtual_gateway.faults import FaultKind, Faults, flipped
from central.virtual_gateway.keys import GatewayKeys
from central.virtual_gateway.notifier import transaction_of
from central.virtual_gateway.trades import TradeRefused, Trades
from central.wechatpay.messages import (
    NATIVE,
    ORDERS,
    CloseRequest,
    ErrorAnswer,
    NativeAnswer,
    NativeRequest,
)
from central.wechatpay.signing import BadSignature, Signed, check_authorization, signature_headers
from kiosk.clock import Clock

_MOST_BODY_BYTES: Final = 64 * 1024
_IDLE_S: Final = 30
_ANSWER_FAULTS: Final = (
    FaultKind.SLOW,
    FaultKind.LOST_ANSWER,
    FaultKind.FLIPPED_BYTE,
    FaultKind.UNSIGNED,
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: HTTPStatus
    body: bytes = b""


class MerchantApi:
    """What a merchant's request comes to."""

    def __init__(self, trades: Trades, keys: GatewayKeys, clock: Clock) -> None:
        self._trades = trades
        self._keys = keys
        self._clock = clock

    def answer(self, request: Signed, authorization: str) -> Answer:
        try:
            check_authorization(
                request, authorization, self._keys.merchant_id, self._keys.merchant, self._clock.now()
            )
            return self._done(request)
        except BadSignature:
            return _error(HTTPStatus.UNAUTHORIZED, "SIGN_ERROR", "签名错误")
        except ValidationError:
            return _error(HTTPStatus.BAD_REQUEST, "PARAM_ERROR", "参数错误")
        except TradeRefused as refused:
            return _error(refused.status, refused.code, refused.message)

    def _done(self, request: Signed) -> Answer:
        split = urlsplit(request.target)
        if request.method == "POST" and split.path == NATIVE:
            asked = NativeRequest.model_validate_json(request.body)
            self._check_merchant(asked.mchid)
            if asked.appid != self._keys.app_id:
                raise TradeRefused(HTTPStatus.BAD_REQUEST, "APPID_MCHID_NOT_MATCH", "appid 与商户号不匹配")
            code_url = self._trades.place(asked).code_url
            return Answer(HTTPStatus.OK, NativeAnswer(code_url=code_url).model_dump_json().encode())
        if not split.path.startswith(ORDERS):
            raise TradeRefused(HTTPStatus.NOT_FOUND, "RESOURCE_NOT_EXISTS", "路径不存在")
        order, _, verb = split.path.removeprefix(ORDERS).partition("/")
        match request.method, verb:
            case "GET", "":
                self._check_merchant(*parse_qs(split.query).get("mchid", []))
                told = transaction_of(self._trades.find(order), self._keys)
                return Answer(HTTPStatus.OK, told.model_dump_json(exclude_none=True).encode())
            case "POST", "close":
                self._check_merchant(CloseRequest.model_validate_json(request.body).mchid)
                self._trades.close(order)
                return Answer(HTTPStatus.NO_CONTENT)
            case _:
                raise TradeRefused(HTTPStatus.NOT_FOUND, "RESOURCE_NOT_EXISTS", "路径不存在")

    def _check_merchant(self, *named: str) -> None:
        if named != (self._keys.merchant_id,):
            raise TradeRefused(HTTPStatus.BAD_REQUEST, "PARAM_ERROR", "商户号不符")


def _error(status: HTTPStatus, code: str, message: str) -> Answer:
    return Answer(status, ErrorAnswer(code=code, message=message).model_dump_json().encode())


class MerchantServer(ThreadingHTTPServer):
    """Listens for merchants on loopback, a thread a connection."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Exchange)
        self.parts: tuple[MerchantApi, GatewayKeys, Faults, Clock] | None = None
        """Set before it serves: the keys' file holds the port that is known only now."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    server: MerchantServer

    def do_GET(self) -> None:
        self._exchange()

    def do_POST(self) -> None:
        self._exchange()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 the base class's name
        """Silent: its standard output is for whoever started it."""

    def _exchange(self) -> None:
        if self.server.parts is None:
            raise RuntimeError("it serves before it has its parts")
        api, keys, faults, clock = self.server.parts
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _MOST_BODY_BYTES:
            self.close_connection = True
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        answer = api.answer(Signed(self.command, self.path, body), self.headers.get("Authorization", ""))
        fault = faults.take(self.path, *_ANSWER_FAULTS)
        kind = None if fault is None else fault.kind
        if fault is not None and kind is FaultKind.SLOW:
            time.sleep(fault.seconds)
        if kind is FaultKind.LOST_ANSWER:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        headers = signature_headers(keys.platform, answer.body, clock.now())
        self._send(
            answer.status,
            flipped(answer.body) if kind is FaultKind.FLIPPED_BYTE and answer.body else answer.body,
            {} if kind is FaultKind.UNSIGNED else headers,
        )

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status is not HTTPStatus.NO_CONTENT:
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            # Who asked did not wait: what was done stays done.
            self.close_connection = True
