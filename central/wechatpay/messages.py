"""The JSON of 微信支付 Native v3, as far as it is spoken here (docs/facts/payments.md §4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

NATIVE: Final = "/v3/pay/transactions/native"
ORDERS: Final = "/v3/pay/transactions/out-trade-no/"
"""Followed by our number, and `/close` to close it."""
ORDER_ABSENT: Final = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST"})
"""The code with 404, as older and newer documents write it."""

OutTradeNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z_|*-]{6,32}$")]
"""商户订单号: ours, never used twice"""
CodeUrl = Annotated[str, Field(min_length=1, max_length=512)]


class Message(BaseModel):
    """What a gateway says may grow; what it says of people is not repeated in an error."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class AmountAsked(Message):
    total: Annotated[int, Field(gt=0, strict=True)]
    """Fen."""
    currency: Literal["CNY"] = "CNY"


class NativeRequest(Message):
    appid: str
    mchid: str
    description: Annotated[str, Field(min_length=1, max_length=127)]
    out_trade_no: OutTradeNo
    time_expire: AwareDatetime
    notify_url: str
    amount: AmountAsked


class NativeAnswer(Message):
    code_url: CodeUrl


class CloseRequest(Message):
    mchid: str


class TradeStateCode(StrEnum):
    """交易状态"""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"


class AmountTaken(Message):
    total: Annotated[int, Field(gt=0, strict=True)]
    """Fen: what was ordered, whatever of it a coupon paid."""
    currency: str = "CNY"


class Transaction(Message):
    """A trade, as a query answers it and a notification carries it."""

    appid: str | None = None
    mchid: str
    out_trade_no: OutTradeNo
    trade_state: TradeStateCode
    transaction_id: str | None = None
    success_time: AwareDatetime | None = None
    amount: AmountTaken | None = None


class Resource(Message):
    """What a notification carries, encrypted with the API v3 key."""

    algorithm: Literal["AEAD_AES_256_GCM"] = "AEAD_AES_256_GCM"
    ciphertext: str
    nonce: str
    associated_data: str = ""
    original_type: str = "transaction"


class Notification(Message):
    id: str
    create_time: AwareDatetime
    event_type: str
    resource_type: Literal["encrypt-resource"] = "encrypt-resource"
    summary: str = ""
    resource: Resource


class ErrorAnswer(Message):
    code: str
    message: str = ""
