"""The books of all who know of a sale, side by side: pad, gateway, centre, vault. They must agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.local_centre import LocalCentre
from fixtures.premiums import paid_rows
from sqlalchemy import Row

from central.store import alarms as stored_alarms
from central.store import tables
from central.virtual_gateway.control import GatewayControl
from drivers.virtual.pin_pad_ledger import EntryKind as Deed
from drivers.virtual.pin_pad_ledger import LedgerEntry
from kiosk.domain.money import Money, total
from kiosk.domain.payment_orders import OrderState
from kiosk.payments.stored import IntentKind, StoredEntry, read, sale_of
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.chain import ChainReport
from offline_cache.entries import Entry, EntryState
from offline_cache.intents import Intent, Outcome
from offline_cache.vault_thread import VaultThread

_ALL = 500
_MONTHS = 12


@dataclass(frozen=True)
class Books:
    """What each party has written down."""

    charges: tuple[LedgerEntry, ...]
    """The pad's: authorised and not taken back."""
    trades: Mapping[str, str]
    """The gateway's: a trade's state by its order, of this centre's orders."""
    bills: tuple[Row[Any], ...]
    postings: tuple[Row[Any], ...]
    orders: tuple[Row[Any], ...]
    alarms: tuple[str, ...]
    accounts: Mapping[str, tuple[int, Money]]
    """What came into the payee's account by bills: rows, and their sum."""
    entries: tuple[Entry, ...]
    intents: tuple[Intent, ...]
    chain: ChainReport
    damage: tuple[str, ...]
    papers_open: int


def charges_in(ledger: Path) -> tuple[LedgerEntry, ...]:
    """What a pad charged for good, by its ledger's file: the pad itself may be dead."""
    lines = ledger.read_text("utf-8").splitlines() if ledger.exists() else []
    deeds = [LedgerEntry.from_json(line) for line in lines]
    undone = {deed.original for deed in deeds if deed.kind is Deed.REVERSED}
    return tuple(d for d in deeds if d.kind is Deed.AUTHORISED and d.poi_transaction_id not in undone)


def books_of(
    ledger: Path, phone: GatewayControl, centre: LocalCentre, vault: VaultThread[OfflineCache]
) -> Books:
    """Reads them all."""
    with centre.state.database.reading() as connection:
        bills = tuple(connection.execute(tables.bills.select()))
        postings = tuple(connection.execute(tables.transactions.select()))
        orders = tuple(connection.execute(tables.payment_orders.select()))
        alarms = tuple(f"{one.what} {one.subject}" for one in stored_alarms.raised(connection))
    accounts = {}
    for bill in bills:
        rows = paid_rows(centre.state, bill.reference)
        accounts[bill.bill] = (len(rows), total(tuple(row.personal for row in rows)))
    ours = {order.id for order in orders}
    return Books(
        charges=charges_in(ledger),
        trades={trade.order: trade.state for trade in phone.trades() if trade.order in ours},
        bills=bills,
        postings=postings,
        orders=orders,
        alarms=alarms,
        accounts=accounts,
        entries=tuple(in_vault(vault, lambda cache: cache.outbox.recent(_ALL))),
        intents=tuple(in_vault(vault, lambda cache: cache.intents.recent(_ALL))),
        chain=in_vault(vault, lambda cache: cache.outbox.verify()),
        damage=in_vault(vault, lambda cache: cache.vault.damage()),
        papers_open=in_vault(vault, lambda cache: len(cache.journal.unfinished())),
    )


def findings(books: Books, wanted: Collection[str], shown: Collection[str]) -> list[str]:
    """All that is wrong once everything has come to rest; nothing where each wanted bill was paid once.

    `shown`: the numbers that a resident was shown on a screen or a receipt.
    """
    return [
        *_money(books, wanted),
        *_centre(books, wanted),
        *_orders(books),
        *_vault(books),
        *_intents(books),
        *_receipts(books, shown),
    ]


def _money(books: Books, wanted: Collection[str]) -> Iterator[str]:
    """0 lost, 0 double: money moved for each wanted bill once, for any other never."""
    by_number = {intent.intent_id: intent for intent in books.intents}
    moved: Counter[str] = Counter()
    for charge in books.charges:
        intent = by_number.get(charge.transaction_id)
        if intent is None:
            yield f"lost: the pad charged {charge.transaction_id}, of which the vault knows nothing"
            continue
        sale = sale_of(intent)
        if charge.amount != sum(premium.amount_fen.fen for premium in sale.premiums):
            yield f"the pad charged {charge.amount} fen for {charge.transaction_id}"
        moved.update(sale.bills)
    for order in books.orders:
        moved[order.bill] += books.trades.get(order.id) == "SUCCESS"
    for bill in {*wanted, *moved}:
        if moved[bill] != (bill in wanted):
            yield f"money moved {moved[bill]} times for bill {bill}"


def _centre(books: Books, wanted: Collection[str]) -> Iterator[str]:
    """Posted once, by a payment of the right amount; nothing for a person to look into."""
    applied: Counter[str] = Counter(row.bill for row in books.postings if row.number is not None)
    numbers = {row.number: row for row in books.postings if row.number is not None}
    for bill in books.bills:
        paid = bill.bill in wanted
        if (bill.paid_by is not None) != paid or applied[bill.bill] != paid:
            yield f"bill {bill.bill} is paid by {bill.paid_by}, applied {applied[bill.bill]} times"
        elif paid and numbers[bill.paid_by].amount != bill.amount:
            yield f"bill {bill.bill} was paid with another amount"
        if books.accounts[bill.bill] != ((_MONTHS, bill.amount) if paid else (0, Money(0))):
            yield f"the account of bill {bill.bill} holds {books.accounts[bill.bill]}"
    yield from (f"refused by the centre: {row.reason}" for row in books.postings if row.number is None)
    yield from (f"alarm: {alarm}" for alarm in books.alarms)


def _orders(books: Books) -> Iterator[str]:
    """Centre and gateway say the same of each order, no code can still be paid, and each is of a payment
    here, under the key that was born with it."""
    by_code = [sale_of(intent) for intent in books.intents if intent.kind == IntentKind.QR]
    keys = {premium.key for sale in by_code for premium in sale.premiums}
    for order in books.orders:
        if order.key not in keys:
            yield f"order {order.id} has a key of no payment here"
        trade = books.trades.get(order.id)
        agreed = {OrderState.PAID: ("SUCCESS",), OrderState.CLOSED: ("CLOSED", None)}.get(order.state, ())
        if trade not in agreed:
            yield f"order {order.id} is {order.state} at the centre, {trade} at the gateway"


def _vault(books: Books) -> Iterator[str]:
    """The chain is whole, numbers have no gap, all has ended as applied, under the keys it was sent by."""
    yield from (f"chain: {fault}" for fault in books.chain.findings)
    yield from (f"damage: {one}" for one in books.damage)
    numbers = sorted(entry.number for entry in books.entries)
    if numbers != list(range(1, len(numbers) + 1)) or books.chain.entries != len(numbers):
        yield f"receipt numbers {numbers}"
    for entry in books.entries:
        if entry.state is not EntryState.APPLIED:
            yield f"entry {entry.number} is {entry.state}"
    sent = {(row.key, row.receipt) for row in books.postings if row.receipt is not None}
    if sent != {(entry.key, entry.receipt_number) for entry in books.entries}:
        yield "the centre has other keys or receipt numbers than the vault"
    if books.papers_open:
        yield f"{books.papers_open} papers were begun and never ended"


def _intents(books: Books) -> Iterator[str]:
    """Each is settled as it was, and each charge to a card has an entry for each of its premiums."""
    entered: Counter[tuple[str, str]] = Counter()
    for entry in books.entries:
        stored = read(StoredEntry, entry.payload, f"entry {entry.number}")
        entered[stored.payment, stored.premium.key] += 1
    charged = {charge.transaction_id for charge in books.charges}
    paid_keys = {order.key for order in books.orders if order.state is OrderState.PAID}
    for intent in books.intents:
        sale, by_card = sale_of(intent), intent.kind == IntentKind.CARD
        keys = [premium.key for premium in sale.premiums]
        moved = intent.intent_id in charged if by_card else set(keys) <= paid_keys
        if intent.outcome is not (Outcome.CHARGED if moved else Outcome.NOT_CHARGED):
            yield f"payment {intent.intent_id} is {intent.outcome}, and money moved: {moved}"
        for key in keys:
            if entered.pop((intent.intent_id, key), 0) != (by_card and moved):
                yield f"payment {intent.intent_id}, money moved: {moved}, does not have one entry a premium"
    yield from (f"an entry of payment {payment}, of which there is no intent" for payment, _ in entered)


def _receipts(books: Books, shown: Collection[str]) -> Iterator[str]:
    """Whoever was shown a receipt finds it posted."""
    good = {entry.receipt_number for entry in books.entries if entry.state is EntryState.APPLIED}
    good |= {order.id for order in books.orders if order.state is OrderState.PAID}
    yield from (f"receipt {number} was shown and is not posted" for number in sorted(set(shown) - good))
