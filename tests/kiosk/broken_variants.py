"""Terminals that break a promise about money, each in one place.

They are the controls: what proves the promises has to report every one of them, or it proves nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial

from drivers.pin_pads.outcomes import Charged, ChargeOutcome, ChargeStatus, NotCharged, Refusal, Unknown
from drivers.pin_pads.pin_pad import PinPad
from drivers.pin_pads.references import Reference
from kiosk.agent import orders
from kiosk.central_client import CentralClient
from kiosk.contract.transactions import EntryWire
from kiosk.domain.payment_orders import PaymentOrder
from kiosk.domain.sales import NotPaid, Paid, Payment, Receipt
from kiosk.domain.tenders import BankCard
from kiosk.payments import card, qr
from kiosk.payments.card import CardPayments
from kiosk.payments.numbers import new_key
from kiosk.payments.recovery import CardRecovery
from kiosk.payments.stored import CardIntent, QrIntent, StoredEntry
from offline_cache.entries import Draft, Entry, Lease
from offline_cache.intents import Intent, Intents, Outcome
from offline_cache.outbox import append_within
from offline_cache.secret import VaultKey
from offline_cache.sql import Connection

LATE_S = 3.0
"""Long after the paper is out."""


def new_key_each_time() -> None:
    """Promise 2: the key of an entry is made anew at each sending."""
    to_wire = StoredEntry.to_wire

    def anew(self: StoredEntry, receipt: str) -> EntryWire:
        return to_wire(self, receipt).model_copy(update={"key": new_key()})

    StoredEntry.to_wire = anew


def new_order_key_each_time() -> None:
    """Promise 2: so is the key of an order."""
    order_of = qr.order_of

    def anew(client: CentralClient, intent: QrIntent, known: PaymentOrder | None) -> PaymentOrder:
        premium = intent.premium.model_copy(update={"key": new_key()})
        sale = intent.sale.model_copy(update={"premiums": (premium,)})
        return order_of(client, intent.model_copy(update={"sale": sale}), known)

    qr.order_of = orders.order_of = anew


def asks_first() -> None:
    """Promise 4: the pad is asked, and then the intent is written down."""
    open_intent, settled = card.open_intent, CardPayments._settled
    postponed: list[Callable[[], NotPaid | None]] = []

    def open_later(*what: object, **more: object) -> None:
        postponed.append(partial(open_intent, *what, **more))  # type: ignore[arg-type]

    def open_and_settle(
        self: CardPayments, number: str, intent: CardIntent, outcome: ChargeOutcome
    ) -> Payment:
        return postponed.pop()() or settled(self, number, intent, outcome)

    card.open_intent, CardPayments._settled = open_later, open_and_settle


def splits_the_commit() -> None:
    """Promise 1: outcome and entries are two commits."""

    def in_two(  # noqa: PLR0917 as the one that it replaces
        self: Intents,
        intent_id: str,
        outcome: Outcome,
        detail: str,
        drafts: Sequence[Draft],
        at: datetime,
        *,
        lease: Lease | None = None,
    ) -> tuple[Entry, ...]:
        self.settle(intent_id, outcome, detail, at)
        with self._vault.write() as transaction:
            return tuple(append_within(transaction, draft, at, lease) for draft in drafts)

    Intents.settle_with_entries = in_two


def silence_means_no() -> None:
    """Promise 4: a pad that says nothing has not charged."""
    take = CardRecovery._take

    def taken(self: CardRecovery, intent: Intent, stored: CardIntent, status: ChargeStatus) -> bool:
        silent = isinstance(status, Unknown)
        return take(self, intent, stored, NotCharged(Refusal.NOT_ASKED) if silent else status)

    CardRecovery._take = taken


def leaves_the_pad_waiting() -> None:
    """Recovery does not tell the pad to give an old charge up."""

    def not_told(_self: PinPad, _reference: Reference) -> Future[bool]:
        told: Future[bool] = Future()
        told.set_result(False)
        return told

    PinPad.abort = not_told


def does_not_sync() -> None:
    """Promise 1: a commit is not durable when it returns."""
    prepare = Connection._prepare

    def faster(self: Connection, key: VaultKey) -> None:
        prepare(self, key)
        self.rows("PRAGMA synchronous = NORMAL")

    Connection._prepare = faster


def prints_first() -> None:
    """Promise 1: the receipt comes before the sale's last commit."""
    settled = CardPayments._settled

    def later(self: CardPayments, number: str, intent: CardIntent, outcome: ChargeOutcome) -> Payment:
        if not isinstance(outcome, Charged):
            return settled(self, number, intent, outcome)
        threading.Timer(LATE_S, settled, (self, number, intent, outcome)).start()
        paid = BankCard(outcome.card.masked_pan or "", outcome.acquirer_reference or "", intent.poi)
        return Paid(
            tuple(
                Receipt("T001-00000001", one.to_premium(), intent.sale.payer, paid, intent.at, "T001", None)
                for one in intent.sale.premiums
            )
        )

    CardPayments._settled = later


VARIANTS: dict[str, Callable[[], None]] = {
    broken.__name__: broken
    for broken in (
        new_key_each_time,
        new_order_key_each_time,
        asks_first,
        splits_the_commit,
        silence_means_no,
        leaves_the_pad_waiting,
        does_not_sync,
        prints_first,
    )
}
