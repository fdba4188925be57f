"""`GET /v1/me/bills`: what the session's resident may pay, for himself and his dependants."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from kiosk.contract.wire import Fen, Instant, ShortText, WireModel
from kiosk.domain.bills import Bill, BillState, ForWhom, Window
from kiosk.domain.insurance import Kind

BillReference = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,40}$")]
"""Opaque."""


class BillWire(WireModel):
    reference: BillReference
    kind: Kind
    year: int
    amount_fen: Fen
    first_day: date
    last_day: date
    state: BillState
    payee: Annotated[ShortText, Field(repr=False)]
    """Masked."""
    whom: ForWhom

    @classmethod
    def of(cls, bill: Bill) -> BillWire:
        return cls(
            reference=bill.reference,
            kind=bill.kind,
            year=bill.year,
            amount_fen=bill.amount,
            first_day=bill.window.first,
            last_day=bill.window.last,
            state=bill.state,
            payee=bill.payee,
            whom=bill.whom,
        )

    def to_domain(self) -> Bill:
        return Bill(
            reference=self.reference,
            kind=self.kind,
            year=self.year,
            amount=self.amount_fen,
            window=Window(self.first_day, self.last_day),
            state=self.state,
            payee=self.payee,
            whom=self.whom,
        )


class BillsAnswer(WireModel):
    """Of the windows that are open: what is due, what is being paid, what was paid here."""

    as_of: Instant
    bills: tuple[BillWire, ...]
