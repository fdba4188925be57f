"""The bills that were drawn up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, select, update

from central.store.once import insert_once
from central.store.tables import bills, payment_orders
from kiosk.domain.bills import BillState, Window
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.payment_orders import OrderState


@dataclass(frozen=True, slots=True)
class StoredBill:
    """One row of the table."""

    bill: str
    person: str
    """The payee's reference."""
    kind: Kind
    year: int
    amount: Money
    window: Window
    state: BillState = BillState.DUE


_PENDING = exists().where(payment_orders.c.bill == bills.c.bill, payment_orders.c.state == OrderState.PENDING)
_WITH_STATE = select(bills, _PENDING.label("pending"))


def draw_up(connection: Connection, bill: StoredBill) -> None:
    """Records a bill; one of that person, kind and year stays as it was."""
    insert_once(
        connection,
        bills,
        {
            "bill": bill.bill,
            "reference": bill.person,
            "kind": bill.kind,
            "year": bill.year,
            "amount": bill.amount,
            "first_day": bill.window.first,
            "last_day": bill.window.last,
        },
    )


def of_people(connection: Connection, people: Sequence[str]) -> tuple[StoredBill, ...]:
    """Every bill of these people, by year and kind."""
    return _stored(connection, bills.c.reference.in_(people))


def find(connection: Connection, bill: str) -> StoredBill | None:
    return next(iter(_stored(connection, bills.c.bill == bill)), None)


def mark_paid(connection: Connection, bill: str, number: str) -> bool:
    """False where it is paid already. Whoever gets True has paid it."""
    paid = update(bills).where(bills.c.bill == bill, bills.c.paid_by.is_(None)).values(paid_by=number)
    return connection.execute(paid).rowcount == 1


def _stored(connection: Connection, which: ColumnElement[bool]) -> tuple[StoredBill, ...]:
    found = connection.execute(_WITH_STATE.where(which).order_by(bills.c.year, bills.c.kind))
    return tuple(
        StoredBill(
            row.bill,
            row.reference,
            row.kind,
            row.year,
            row.amount,
            Window(row.first_day, row.last_day),
            _state(paid=row.paid_by is not None, pending=row.pending),
        )
        for row in found
    )


def _state(*, paid: bool, pending: bool) -> BillState:
    if paid:
        return BillState.PAID
    return BillState.PENDING if pending else BillState.DUE
