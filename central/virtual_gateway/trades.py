"""The gateway's trades and its ledger: a file of JSON lines, each synced before anybody hears of it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from central.wechatpay.messages import NativeRequest, TradeStateCode
from kiosk.clock import Clock


class TradeRefused(Exception):
    """The gateway answers with an error code of its own."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True)


class Placed(_Line):
    did: Literal["placed"] = "placed"
    asked: NativeRequest
    code_url: str


class Paid(_Line):
    did: Literal["paid"] = "paid"
    order: str
    number: str
    total: int
    at: AwareDatetime


class Closed(_Line):
    did: Literal["closed"] = "closed"
    order: str


Line = Annotated[Placed | Paid | Closed, Field(discriminator="did")]
_LINE: TypeAdapter[Placed | Paid | Closed] = TypeAdapter(Line)


@dataclass(frozen=True, slots=True)
class GatewayTrade:
    """One trade as the gateway knows it."""

    asked: NativeRequest
    code_url: str
    paid: Paid | None = None
    closed: bool = False

    @property
    def order(self) -> str:
        return self.asked.out_trade_no

    @property
    def state(self) -> TradeStateCode:
        if self.paid is not None:
            return TradeStateCode.SUCCESS
        return TradeStateCode.CLOSED if self.closed else TradeStateCode.NOTPAY


class Trades:
    """All trades; may be used from several threads."""

    def __init__(self, ledger: Path, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._trades: dict[str, GatewayTrade] = {}
        if ledger.exists():
            for line in ledger.read_bytes().splitlines():
                self._apply(_LINE.validate_json(line))
        self._ledger = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def place(self, asked: NativeRequest) -> GatewayTrade:
        """Placed again with the same words, the same trade. Raises `TradeRefused`."""
        with self._lock:
            there = self._trades.get(asked.out_trade_no)
            if there is not None:
                if there.paid is not None:
                    raise TradeRefused(HTTPStatus.BAD_REQUEST, "ORDERPAID", "该订单已支付")
                if there.closed:
                    raise TradeRefused(HTTPStatus.BAD_REQUEST, "ORDER_CLOSED", "该订单已关闭")
                if there.asked != asked:
                    raise TradeRefused(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST", "请求重入时参数不一致")
                return there
            if asked.time_expire <= self._clock.now():
                raise TradeRefused(HTTPStatus.BAD_REQUEST, "PARAM_ERROR", "time_expire 已过")
            code_url = f"weixin://wxpay/bizpayurl?pr={os.urandom(6).hex()}"
            return self._record(Placed(asked=asked, code_url=code_url))

    def find(self, order: str) -> GatewayTrade:
        """Raises `TradeRefused`."""
        with self._lock:
            return self._found(order)

    def close(self, order: str) -> None:
        """Raises `TradeRefused`."""
        with self._lock:
            trade = self._found(order)
            if trade.paid is not None:
                raise TradeRefused(HTTPStatus.BAD_REQUEST, "ORDERPAID", "该订单已支付")
            if not trade.closed:
                self._record(Closed(order=order))

    def pay(self, order: str, total: int | None, *, even_if_over: bool) -> GatewayTrade:
        """What the payer's telephone does. Raises `TradeRefused` where the code can be paid no longer."""
        with self._lock:
            trade = self._found(order)
            if trade.paid is not None:
                raise TradeRefused(HTTPStatus.CONFLICT, "ORDERPAID", "该订单已支付")
            over = trade.closed or trade.asked.time_expire <= self._clock.now()
            if over and not even_if_over:
                raise TradeRefused(HTTPStatus.CONFLICT, "ORDER_CLOSED", "订单已失效")
            now = self._clock.now().replace(microsecond=0)
            number = f"4200{now:%Y%m%d%H%M%S}{int.from_bytes(os.urandom(4), 'big'):010d}"
            total = trade.asked.amount.total if total is None else total
            return self._record(Paid(order=order, number=number, total=total, at=now))

    def with_code(self, code_url: str) -> GatewayTrade:
        """Raises `TradeRefused`."""
        with self._lock:
            for trade in self._trades.values():
                if trade.code_url == code_url:
                    return trade
        raise TradeRefused(HTTPStatus.NOT_FOUND, "ORDER_NOT_EXIST", "二维码无效")

    def all(self) -> tuple[GatewayTrade, ...]:
        with self._lock:
            return tuple(self._trades.values())

    def _found(self, order: str) -> GatewayTrade:
        trade = self._trades.get(order)
        if trade is None:
            raise TradeRefused(HTTPStatus.NOT_FOUND, "ORDER_NOT_EXIST", "订单不存在")
        return trade

    def _record(self, line: Placed | Paid | Closed) -> GatewayTrade:
        os.write(self._ledger, line.model_dump_json().encode() + b"\n")
        os.fdatasync(self._ledger)
        return self._apply(line)

    def _apply(self, line: Placed | Paid | Closed) -> GatewayTrade:
        if isinstance(line, Placed):
            trade = GatewayTrade(line.asked, line.code_url)
        elif isinstance(line, Paid):
            trade = replace(self._trades[line.order], paid=line)
        else:
            trade = replace(self._trades[line.order], closed=True)
        self._trades[trade.order] = trade
        return trade
