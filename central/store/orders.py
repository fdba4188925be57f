"""The payment orders, each under the number that the gateway knows too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from central.store.once import insert_once
from central.store.tables import payment_orders as orders
from kiosk.domain.money import Money
from kiosk.domain.payment_orders import OrderState
from kiosk.domain.tenders import QrChannel


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """One row of the table."""

    id: str
    terminal: str
    key: str
    fingerprint: bytes
    bill: str
    amount: Money
    channel: QrChannel
    state: OrderState
    created_at: datetime
    expires: datetime
    next_look: datetime
    code_url: str | None = None
    close_wanted: bool = False
    asked_at: datetime | None = None


_NAMES = tuple(StoredOrder.__dataclass_fields__)


def _order(row: Row[tuple[object, ...]]) -> StoredOrder:
    return StoredOrder(**{name: getattr(row, name) for name in _NAMES})


def add(connection: Connection, order: StoredOrder) -> bool:
    """False, and nothing written, where its key has an order, or its bill a pending one."""
    return insert_once(connection, orders, {name: getattr(order, name) for name in _NAMES})


def find(connection: Connection, order_id: str) -> StoredOrder | None:
    row = connection.execute(select(orders).where(orders.c.id == order_id)).one_or_none()
    return None if row is None else _order(row)


def with_key(connection: Connection, terminal: str, key: str) -> StoredOrder | None:
    row = connection.execute(
        select(orders).where(orders.c.terminal == terminal, orders.c.key == key)
    ).one_or_none()
    return None if row is None else _order(row)


def due(connection: Connection, now: datetime, most: int) -> tuple[StoredOrder, ...]:
    """Pending orders that the sweep has to look at, the longest overdue first."""
    found = connection.execute(
        select(orders)
        .where(orders.c.state == OrderState.PENDING, orders.c.next_look <= now)
        .order_by(orders.c.next_look)
        .limit(most)
    )
    return tuple(_order(row) for row in found)


def move(connection: Connection, order_id: str, before: OrderState, after: OrderState) -> bool:
    """False where it is not in the state before: somebody else has moved it."""
    moved = update(orders).where(orders.c.id == order_id, orders.c.state == before).values(state=after)
    return connection.execute(moved).rowcount == 1


def give_code(connection: Connection, order_id: str, code_url: str) -> None:
    connection.execute(update(orders).where(orders.c.id == order_id).values(code_url=code_url))


def want_close(connection: Connection, order_id: str) -> None:
    connection.execute(update(orders).where(orders.c.id == order_id).values(close_wanted=True))


def note_asked(connection: Connection, order_id: str, at: datetime, next_look: datetime) -> None:
    connection.execute(update(orders).where(orders.c.id == order_id).values(asked_at=at, next_look=next_look))
