"""With what was paid (docs/facts/payments.md §2, §3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class BankCard:
    """银行卡, charged by a pin pad with its own line to the acquirer."""

    masked_pan: str = field(repr=False)
    """As the pad masks it: `622202******1234`."""
    acquirer_reference: str
    """检索参考号: by which the bank finds the charge."""
    poi: str
    """The pad's own id (nexo POIID)."""


class QrChannel(StrEnum):
    """扫码支付: whose code is shown."""

    WECHATPAY = "wechatpay"
    """微信支付 Native"""


@dataclass(frozen=True, slots=True)
class QrPayment:
    """扫码支付, confirmed to the centre by the gateway."""

    channel: QrChannel
    order: str
    """支付单号: the centre's and the gateway's number of it, by which it is found and refunded."""


Tender = BankCard | QrPayment
"""支付方式"""
