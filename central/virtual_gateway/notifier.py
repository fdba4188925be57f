"""支付结果通知: the gateway tells the merchant what was paid, and again where it was not heard."""

from __future__ import annotations

import json
import queue
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from central.virtual_gateway.faults import FaultKind, Faults, flipped
from central.virtual_gateway.keys import GatewayKeys
from central.virtual_gateway.trades import GatewayTrade
from central.wechatpay.messages import AmountTaken, Notification, Resource, TradeStateCode, Transaction
from central.wechatpay.signing import Signer, sealed, signature_headers
from kiosk.clock import Clock

_PAUSES_S: Final = (0.0, 0.5, 2.0, 5.0, 15.0)
"""Before each try; the real one goes on for a day."""
_LIMIT_S: Final = 5
_MOST_WAITING: Final = 1000


@dataclass(frozen=True, slots=True)
class _Due:
    trade: GatewayTrade
    tries: int
    not_before: float


def transaction_of(trade: GatewayTrade, keys: GatewayKeys) -> Transaction:
    """The trade as a query answers it and a notification carries it."""
    paid = trade.paid
    return Transaction(
        appid=keys.app_id,
        mchid=keys.merchant_id,
        out_trade_no=trade.order,
        trade_state=trade.state,
        transaction_id=None if paid is None else paid.number,
        success_time=None if paid is None else paid.at,
        amount=AmountTaken(total=trade.asked.amount.total if paid is None else paid.total),
    )


class Notifier:
    """Tells the centre on a thread of its own."""

    def __init__(self, keys: GatewayKeys, faults: Faults, clock: Clock) -> None:
        self._keys = keys
        self._faults = faults
        self._clock = clock
        self._waiting: queue.Queue[_Due] = queue.Queue(_MOST_WAITING)
        self._forger: Signer | None = None
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def paid(self, trade: GatewayTrade) -> None:
        """To be told soon; not, or twice, where a fault says so. Raises `queue.Full`."""
        path = urlsplit(trade.asked.notify_url).path
        if self._faults.take(path, FaultKind.NO_NOTIFICATION) is not None:
            return
        twice = self._faults.take(path, FaultKind.DUPLICATE_NOTIFICATION) is not None
        for _ in range(2 if twice else 1):
            self._waiting.put_nowait(_Due(trade, 0, time.monotonic()))

    def tell(self, trade: GatewayTrade, *, forged: bool = False) -> int:
        """Tells at once; the status that the centre answered.

        Forged: it says that the trade was paid, paid or not, encrypted rightly, and signed by another key
        under the gateway's name. Raises `requests.RequestException`.
        """
        told = transaction_of(trade, self._keys)
        signer = self._keys.platform
        if forged:
            told = told.model_copy(
                update={"trade_state": TradeStateCode.SUCCESS, "transaction_id": "42000000000000"}
            )
            if self._forger is None:
                self._forger = Signer(generate_private_key(65537, 2048), signer.key_id)
            signer = self._forger
        body = self._body(told)
        headers = signature_headers(signer, body, self._clock.now()) | {"Content-Type": "application/json"}
        url = trade.asked.notify_url
        if self._faults.take(urlsplit(url).path, FaultKind.FLIPPED_BYTE) is not None:
            body = flipped(body)
        return requests.post(url, data=body, headers=headers, timeout=_LIMIT_S).status_code

    def _body(self, told: Transaction) -> bytes:
        nonce, about = secrets.token_hex(6), "transaction"
        plain = told.model_dump_json(exclude_none=True).encode()
        notification = Notification(
            id=secrets.token_hex(16),
            create_time=self._clock.now(),
            event_type="TRANSACTION.SUCCESS",
            summary="支付成功",
            resource=Resource(
                ciphertext=sealed(self._keys.api_v3_key, plain, nonce, about),
                nonce=nonce,
                associated_data=about,
            ),
        )
        return json.dumps(notification.model_dump(mode="json"), ensure_ascii=False).encode()

    def _run(self) -> None:
        while True:
            due = self._waiting.get()
            # One after the other: the wait of one is, at worst, a short wait of all.
            time.sleep(max(0.0, due.not_before - time.monotonic()))
            try:
                heard = self.tell(due.trade) < 300
            except requests.RequestException:
                heard = False
            if not heard:
                self._again(due, _PAUSES_S)

    def _again(self, due: _Due, pauses: Sequence[float]) -> None:
        tries = due.tries + 1
        if tries < len(pauses) and not self._waiting.full():
            self._waiting.put(_Due(due.trade, tries, time.monotonic() + pauses[tries]))
