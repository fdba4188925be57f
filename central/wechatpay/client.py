"""The adapter to 微信支付: calls that are signed, answers that are believed only when they are.

Written on `cryptography`, not on a library of that gateway: the one that is kept up on PyPI signs with the
machine's clock, leaves the signatures of refusals unchecked and has its host built in. It is the judge of
this one in the tests.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, TypeVar

import requests
from pydantic import ValidationError
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from central.gateway import (
    GatewayRefused,
    GatewayUnsure,
    NotFromGateway,
    OrderAsked,
    Trade,
    TradeState,
)
from central.wechatpay.config import Wechatpay
from central.wechatpay.messages import (
    NATIVE,
    ORDER_ABSENT,
    ORDERS,
    AmountAsked,
    CloseRequest,
    ErrorAnswer,
    Message,
    NativeAnswer,
    NativeRequest,
    Notification,
    TradeStateCode,
    Transaction,
)
from central.wechatpay.signing import BadSignature, Signed, authorization, check_headers, opened
from kiosk.clock import Clock
from kiosk.domain.money import Money

_MOST_BYTES: Final = 64 * 1024
_MOST_CALLS: Final = 16
"""Under way at once: a gateway that is slow must not take every thread of the centre."""
_STATES: Final[Mapping[TradeStateCode, TradeState]] = {
    TradeStateCode.SUCCESS: TradeState.PAID,
    TradeStateCode.NOTPAY: TradeState.UNPAID,
    TradeStateCode.USERPAYING: TradeState.UNPAID,
    TradeStateCode.PAYERROR: TradeState.UNPAID,
    TradeStateCode.CLOSED: TradeState.CLOSED,
    TradeStateCode.REVOKED: TradeState.CLOSED,
    # Taken and given back, by the merchant's own hand, before we ever saw it: nothing is there to be posted.
    TradeStateCode.REFUND: TradeState.CLOSED,
}
_log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)


class WechatpayGateway:
    """One merchant's line to the gateway; may be used from several threads."""

    def __init__(self, merchant: Wechatpay, clock: Clock) -> None:
        self._merchant = merchant
        self._clock = clock
        self._places = threading.BoundedSemaphore(_MOST_CALLS)

    def place(self, asked: OrderAsked) -> str:
        """Native 下单."""
        body = NativeRequest(
            appid=self._merchant.app_id,
            mchid=self._merchant.merchant_id,
            description=asked.description,
            out_trade_no=asked.id,
            time_expire=asked.expires.replace(microsecond=0),
            notify_url=asked.notify_url,
            amount=AmountAsked(total=asked.amount.fen),
        )
        return _parsed(NativeAnswer, self._call("POST", NATIVE, body)).code_url

    def query(self, order: str) -> Trade:
        """查询订单, by our number."""
        target = f"{ORDERS}{order}?mchid={self._merchant.merchant_id}"
        try:
            told = _parsed(Transaction, self._call("GET", target))
        except GatewayRefused as refused:
            if refused.code in ORDER_ABSENT:
                return Trade(order, TradeState.ABSENT)
            raise GatewayUnsure(f"the query was refused: {refused.code}") from refused
        if not self._is_ours(told) or told.out_trade_no != order:
            raise GatewayUnsure("the answer is about another order")
        return _trade(told)

    def close(self, order: str) -> None:
        """关闭订单."""
        self._call("POST", f"{ORDERS}{order}/close", CloseRequest(mchid=self._merchant.merchant_id))

    def notified(self, headers: Mapping[str, str], body: bytes) -> Trade:
        """支付结果通知. The signature is checked over the bytes before anything reads them."""
        try:
            check_headers(self._merchant.platform, headers, body, self._clock.now())
            resource = Notification.model_validate_json(body).resource
            plain = opened(
                self._merchant.api_v3_key, resource.ciphertext, resource.nonce, resource.associated_data
            )
            told = Transaction.model_validate_json(plain)
        except BadSignature as error:
            raise NotFromGateway(str(error)) from error
        except ValidationError as error:
            raise NotFromGateway("not a notification as the contract has it") from error
        if not self._is_ours(told):
            raise NotFromGateway("it is for another merchant")
        return _trade(told)

    def _is_ours(self, told: Transaction) -> bool:
        return told.mchid == self._merchant.merchant_id and told.appid in (None, self._merchant.app_id)

    def _call(self, method: str, target: str, message: Message | None = None) -> bytes:
        """The body of a signed 2xx. Raises `GatewayRefused` for a signed 4xx, else `GatewayUnsure`."""
        body = b"" if message is None else message.model_dump_json().encode()
        if not self._places.acquire(blocking=False):
            raise GatewayUnsure(f"{_MOST_CALLS} calls have no answer yet")
        try:
            status, headers, answer = self._exchange(method, target, body)
        except (requests.RequestException, HTTPError) as error:
            raise GatewayUnsure(type(error).__name__) from error
        finally:
            self._places.release()
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
            raise GatewayUnsure(f"status {status}")
        try:
            check_headers(self._merchant.platform, headers, answer, self._clock.now())
        except BadSignature as error:
            _log.warning("an answer of the gateway was not believed: %s", error)
            raise GatewayUnsure(str(error)) from error
        if status >= HTTPStatus.BAD_REQUEST:
            raise GatewayRefused(_parsed(ErrorAnswer, answer).code)
        if status not in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
            raise GatewayUnsure(f"status {status}")
        return answer

    def _exchange(self, method: str, target: str, body: bytes) -> tuple[int, CaseInsensitiveDict[str], bytes]:
        merchant = self._merchant
        give_up = time.monotonic() + merchant.connect_s + merchant.read_s
        with (
            requests.Session() as http,
            http.request(
                method,
                merchant.base_url + target,
                data=body,
                headers={
                    "Accept": "application/json",
                    "Content-Type": "application/json",
                    "User-Agent": "bianmin-central",
                    # By which of its keys the gateway is to sign.
                    "Wechatpay-Serial": merchant.platform.key_id,
                    "Authorization": authorization(
                        Signed(method, target, body),
                        merchant.merchant_id,
                        merchant.signer,
                        self._clock.now(),
                    ),
                },
                timeout=(merchant.connect_s, merchant.read_s),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            answer = bytearray()
            for chunk in response.iter_content(4096):
                answer += chunk
                # The limit of `requests` is between two bytes; this one is for the whole.
                if len(answer) > _MOST_BYTES or time.monotonic() > give_up:
                    raise GatewayUnsure("too long an answer, or too slow")
            return response.status_code, response.headers, bytes(answer)


def _parsed(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise GatewayUnsure(f"no {model.__name__}") from error


def _trade(told: Transaction) -> Trade:
    amount = told.amount
    in_yuan = amount is not None and amount.currency == "CNY"
    return Trade(
        order=told.out_trade_no,
        state=_STATES[told.trade_state],
        amount=Money(amount.total) if amount is not None and in_yuan else None,
        number=told.transaction_id,
    )
