"""The payments that terminals sent and gateways confirmed, each under its key, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select, update

from central.store.once import insert_once
from central.store.tables import bills, payment_orders, transactions
from kiosk.contract.transactions import BankCardWire
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.postings import Applied, Posting, Rejected
from kiosk.domain.tenders import QrChannel, QrPayment, Tender


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
    """As JSON: what the entry said of the card, or what the gateway said of the trade."""
    paid_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that was used, for what, and the answer it got."""

    fingerprint: bytes
    posting: Posting


@dataclass(frozen=True, slots=True)
class PostedPayment:
    """A payment that was applied, beside the bill that it paid."""

    bill: str
    person: str
    """The payee's reference."""
    kind: Kind
    year: int
    amount: Money
    paid_at: datetime
    posted: Applied
    receipt: str | None
    tender: Tender
    terminal: str


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


def posted_for(connection: Connection, people: Sequence[str], most: int) -> tuple[PostedPayment, ...]:
    """What paid these people's bills, the newest first."""
    found = connection.execute(
        select(
            bills.c.bill,
            bills.c.reference,
            bills.c.kind,
            bills.c.year,
            transactions.c.amount,
            transactions.c.paid_at,
            transactions.c.number,
            transactions.c.received_at,
            transactions.c.receipt,
            transactions.c.tender,
            transactions.c.terminal,
            payment_orders.c.id.label("order"),
            payment_orders.c.channel,
        )
        .join(transactions, transactions.c.number == bills.c.paid_by)
        .outerjoin(
            payment_orders,
            and_(
                payment_orders.c.terminal == transactions.c.terminal,
                payment_orders.c.key == transactions.c.key,
            ),
        )
        .where(bills.c.reference.in_(people))
        .order_by(transactions.c.paid_at.desc(), transactions.c.number)
        .limit(most)
    )
    return tuple(
        PostedPayment(
            row.bill,
            row.reference,
            row.kind,
            row.year,
            row.amount,
            row.paid_at,
            Applied(row.number, row.received_at),
            row.receipt,
            _tender(row.order, row.channel, row.tender),
            row.terminal,
        )
        for row in found
    )


def _tender(order: str | None, channel: QrChannel | None, kept: object) -> Tender:
    """A key is of an order or of an entry, and an entry's tender is a bank card."""
    if order is not None and channel is not None:
        return QrPayment(channel, order)
    return BankCardWire.model_validate(kept).to_domain()


def receipt_is_anothers(connection: Connection, terminal: str, key: str, receipt: str) -> bool:
    """Whether another entry of the terminal has the receipt number."""
    another = exists().where(
        transactions.c.terminal == terminal, transactions.c.receipt == receipt, transactions.c.key != key
    )
    return bool(connection.execute(select(another)).scalar_one())
