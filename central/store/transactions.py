"""The payments that terminals sent and gateways confirmed, each under its key, for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from central.store.once import insert_once
from central.store.tables import transactions
from kiosk.domain.money import Money
from kiosk.domain.postings import Applied, Posting, Rejected


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """What a row says of the payment itself."""

    terminal: str
    key: str
    fingerprint: bytes
    receipt: str | None
    """None for a payment by QR code: the centre posted it."""
    bill: str
    amount: Money
    tender: dict[str, str] = field(repr=False)
    """As JSON; read by people and by reconciliation, never by this program."""
    paid_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that was used, for what, and the answer it got."""

    fingerprint: bytes
    posting: Posting


def claim(connection: Connection, payment: StoredPayment) -> bool:
    """Writes the row without its answer, which `decide` adds in the same transaction; False where the key is
    known."""
    return insert_once(
        connection,
        transactions,
        {
            "terminal": payment.terminal,
            "key": payment.key,
            "fingerprint": payment.fingerprint,
            "receipt": payment.receipt,
            "bill": payment.bill,
            "amount": payment.amount,
            "tender": payment.tender,
            "paid_at": payment.paid_at,
            "received_at": payment.received_at,
        },
    )


def decide(connection: Connection, terminal: str, key: str, posting: Posting) -> None:
    """Records the answer; it is never changed."""
    number = posting.number if isinstance(posting, Applied) else None
    reason = posting.reason if isinstance(posting, Rejected) else None
    connection.execute(
        update(transactions)
        .where(transactions.c.terminal == terminal, transactions.c.key == key)
        .values(number=number, reason=reason)
    )


def known(connection: Connection, terminal: str, key: str) -> KnownKey | None:
    row = connection.execute(
        select(transactions).where(transactions.c.terminal == terminal, transactions.c.key == key)
    ).one_or_none()
    if row is None:
        return None
    if row.number is not None:
        return KnownKey(row.fingerprint, Applied(row.number, row.received_at))
    return KnownKey(row.fingerprint, Rejected(row.reason))


def receipt_is_anothers(connection: Connection, terminal: str, key: str, receipt: str) -> bool:
    """Whether another entry of the terminal has the receipt number."""
    another = exists().where(
        transactions.c.terminal == terminal, transactions.c.receipt == receipt, transactions.c.key != key
    )
    return bool(connection.execute(select(another)).scalar_one())
