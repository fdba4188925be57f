"""`POST /v1/payees`: what is due for somebody else, named by number."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.contract.bills import BillWire
from kiosk.contract.residents import NumberSaid
from kiosk.contract.wire import RequestModel, WireModel


class PayeeRequest(RequestModel):
    """Five in a session; a terminal has a daily cap."""

    number: Annotated[NumberSaid, Field(repr=False)]


class PayeeAnswer(WireModel):
    """Nobody of that number, and nothing due, are one answer: no bills. Nothing of what was paid before."""

    bills: tuple[BillWire, ...]
    """Due ones only."""
