"""The hand at the gateway: a control port that speaks JSON, a line a request; and its client.

Requests are `{"do": "pay", …}`; the answer is `{"ok": …}` or `{"error": "…"}`.
"""

from __future__ import annotations

import json
import queue
import socket
import socketserver
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Annotated, Any, Final, Literal, Self

import requests
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from central.virtual_gateway.faults import Fault, FaultKind, Faults
from central.virtual_gateway.notifier import Notifier
from central.virtual_gateway.trades import GatewayTrade, TradeRefused, Trades

_MOST_LINE_BYTES: Final = 16 * 1024


class RequestRefused(ValueError):
    """The gateway did not do what the hand asked."""


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pay(_Request):
    """The payer's telephone: it has scanned a code, or (on the bench) picked an order."""

    do: Literal["pay"] = "pay"
    code_url: str | None = None
    order: str | None = None
    total_fen: Annotated[int, Field(gt=0)] | None = None
    """Another amount than was asked."""
    even_if_over: bool = False
    """Paid although the order is closed or its time is over: what a race inside a gateway comes to."""


class Notify(_Request):
    """Tell the centre at once; forged: by somebody who is not the gateway."""

    do: Literal["notify"] = "notify"
    order: str
    forged: bool = False


class Arm(_Request):
    do: Literal["arm"] = "arm"
    fault: Fault


class Clear(_Request):
    do: Literal["clear"] = "clear"


class ListTrades(_Request):
    do: Literal["trades"] = "trades"


_REQUEST: TypeAdapter[Pay | Notify | Arm | Clear | ListTrades] = TypeAdapter(
    Annotated[Pay | Notify | Arm | Clear | ListTrades, Field(discriminator="do")]
)


@dataclass(frozen=True, slots=True)
class ShownTrade:
    """A trade as the bench shows it."""

    order: str
    description: str
    total_fen: int
    code_url: str
    state: str
    """交易状态: NOTPAY, SUCCESS, CLOSED"""
    expires: str

    @classmethod
    def of(cls, trade: GatewayTrade) -> ShownTrade:
        asked = trade.asked
        return cls(
            trade.order,
            asked.description,
            asked.amount.total,
            trade.code_url,
            trade.state.value,
            asked.time_expire.isoformat(),
        )


class ControlServer(socketserver.ThreadingTCPServer):
    """Listens on loopback."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, trades: Trades, notifier: Notifier, faults: Faults) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self._trades = trades
        self._notifier = notifier
        self._faults = faults

    def answer(self, line: bytes) -> dict[str, object]:
        """The one answer to one request, as JSON has it."""
        try:
            return {"ok": self._done(_REQUEST.validate_json(line))}
        except ValidationError as error:
            return {"error": f"not understood: {error.error_count()} faults"}
        except TradeRefused as refused:
            return {"error": f"{refused.code}: {refused.message}"}
        except (RequestRefused, OverflowError) as error:
            return {"error": str(error)}
        except queue.Full:
            return {"error": "too many notifications wait"}
        except requests.RequestException as error:
            return {"error": f"the centre did not hear it: {type(error).__name__}"}

    def _done(self, request: Pay | Notify | Arm | Clear | ListTrades) -> object:
        match request:
            case Pay():
                return self._pay(request)
            case Notify(order=order, forged=forged):
                return self._notifier.tell(self._trades.find(order), forged=forged)
            case Arm(fault=fault):
                self._faults.arm(fault)
            case Clear():
                self._faults.clear()
            case ListTrades():
                return [asdict(ShownTrade.of(trade)) for trade in self._trades.all()]
        return None

    def _pay(self, request: Pay) -> object:
        order = request.order
        if request.code_url is not None:
            order = self._trades.with_code(request.code_url).order
        if order is None:
            raise RequestRefused("pay what? give code_url or order")
        trade = self._trades.pay(order, request.total_fen, even_if_over=request.even_if_over)
        self._notifier.paid(trade)
        return asdict(ShownTrade.of(trade))


class _Conversation(socketserver.StreamRequestHandler):
    server: ControlServer

    def handle(self) -> None:
        while line := self.rfile.readline(_MOST_LINE_BYTES):
            self.wfile.write(json.dumps(self.server.answer(line), ensure_ascii=False).encode() + b"\n")


class GatewayControl:
    """One connection to a control port."""

    def __init__(self, port: int, within_s: float = 10.0) -> None:
        """Raises `OSError` where nothing listens."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=within_s)
        self._lines = self._socket.makefile("r", encoding="utf-8")

    def pay(
        self,
        *,
        code_url: str | None = None,
        order: str | None = None,
        total_fen: int | None = None,
        even_if_over: bool = False,
    ) -> ShownTrade:
        """Pays by the code scanned, or by the order's number. Raises `RequestRefused`."""
        request = Pay(code_url=code_url, order=order, total_fen=total_fen, even_if_over=even_if_over)
        return ShownTrade(**self._ask(request))

    def notify(self, order: str, *, forged: bool = False) -> int:
        """The status with which the centre answered a notification. Raises `RequestRefused`."""
        return int(self._ask(Notify(order=order, forged=forged)))

    def arm(self, kind: FaultKind, path: str = "", times: int = 1, seconds: float = 3.0) -> None:
        self._ask(Arm(fault=Fault(kind=kind, path=path, times=times, seconds=seconds)))

    def clear(self) -> None:
        self._ask(Clear())

    def trades(self) -> tuple[ShownTrade, ...]:
        return tuple(ShownTrade(**one) for one in self._ask(ListTrades()))

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, request: _Request) -> Any:
        self._socket.sendall(request.model_dump_json().encode() + b"\n")
        match json.loads(self._lines.readline() or "null"):
            case {"ok": answer}:
                return answer
            case {"error": str() as error}:
                raise RequestRefused(error)
            case _:
                raise RequestRefused("the gateway is gone")
