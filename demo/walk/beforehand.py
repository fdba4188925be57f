"""Payments that were made at the terminal before a visit, in every state in which a payment can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from demo.stage import POI_ID, TERMINAL
from demo.walk.centre import StandingClock
from demo.walk.residents import ORDERED
from demo.walk.terminal import Circumstances, WalkTerminal
from drivers.pin_pads.references import Charge, Reference
from kiosk.contract.payments import OrderRequest
from kiosk.domain.bills import Bill
from kiosk.domain.money import Money
from kiosk.domain.sales import Premium, Sale, TenderKind
from kiosk.domain.tenders import BankCard, QrChannel
from kiosk.payments.charges import ChargedIntent, settle_charged
from kiosk.payments.noting import note_outcome
from kiosk.payments.opening import open_intent
from kiosk.payments.sending import Sender
from kiosk.payments.stored import REFUND_DUE, CardIntent, QrIntent, StoredSale
from kiosk.records import Visitor
from kiosk.vault_jobs import in_vault
from offline_cache.intents import Outcome

_CARD: Final = BankCard("621700******0015", "B00000042", POI_ID)
_ONE_FEN: Final = Money(1)
_PAYERS: Final = ("liu-guilan", "huang-mancang", "tian-chunsheng")
_LEASE_S: Final = 30.0


class Beforehand:
    """Makes payments as a till would have left them in the vault, and at the centre."""

    def __init__(self, terminal: WalkTerminal, clock: StandingClock) -> None:
        self._terminal = terminal
        self._clock = clock
        self._numbers = count(1)

    def make(self, visitors: Mapping[str, Visitor]) -> None:
        """By the names of their cards: every state of a payment is on somebody's first page."""
        self._terminal.set(Circumstances())
        parents, farmer, worker = (
            visitors[name] for name in ("liu-guilan", "huang-mancang", "tian-chunsheng")
        )
        (field,), (site,) = self._bills(farmer), self._bills(worker)
        first, second = self._bills(parents)
        # Kept from before he paid: what is posted then stands in no row here.
        self._terminal.records.contributions(farmer, self._terminal.records.overview(farmer))
        self._by_code(visitors["yang-fan"], site, f"{REFUND_DUE} 20261120T001K7Q2M9XA")
        self._by_card(farmer, field)
        # The centre takes no more than is due.
        self._by_card(worker, replace(site, amount=site.amount + _ONE_FEN))
        self._send()
        self._by_card(parents, first)
        self._not_known(parents, second)
        (ordered,) = self._bills(visitors[ORDERED])
        order = OrderRequest(
            key=f"walk-{next(self._numbers):028d}", bill=ordered.reference, channel=QrChannel.WECHATPAY
        )
        self._terminal.client.create_order(order)

    def _bills(self, visitor: Visitor) -> tuple[Bill, ...]:
        return self._terminal.records.bills(visitor).value

    def _by_card(self, payer: Visitor, bill: Bill) -> None:
        number, intent = self._opened_by_card(payer, bill)
        charged = ChargedIntent(number, intent, _CARD, "B00000042")
        now = self._clock.now()
        in_vault(self._terminal.vault, lambda cache: settle_charged(cache, charged, TERMINAL, now))

    def _not_known(self, payer: Visitor, bill: Bill) -> None:
        number, _ = self._opened_by_card(payer, bill)
        note_outcome(self._terminal.vault, number, Outcome.UNKNOWN, "silent", self._clock.now())

    def _opened_by_card(self, payer: Visitor, bill: Bill) -> tuple[str, CardIntent]:
        number, sale = self._number(), _sale(payer, bill, TenderKind.BANK_CARD)
        reference = Reference(TERMINAL, f"W{next(self._numbers):09d}")
        charge = Charge(reference, number, sale.amount.fen, self._clock.now())
        intent = CardIntent.of(StoredSale.of(sale), charge, sale.amount, POI_ID)
        self._open(number, intent)
        return number, intent

    def _by_code(self, payer: Visitor, bill: Bill, detail: str) -> None:
        number, sale = self._number(), _sale(payer, bill, TenderKind.WECHATPAY)
        now = self._clock.now()
        self._open(number, QrIntent(sale=StoredSale.of(sale), channel=QrChannel.WECHATPAY, at=now))
        note_outcome(self._terminal.vault, number, Outcome.CHARGED, detail, now)

    def _open(self, number: str, intent: CardIntent | QrIntent) -> None:
        refused = open_intent(self._terminal.vault, number, intent, self._clock.now())
        if refused is not None:
            raise ValueError(f"a payment beforehand was refused: {refused.why}")

    def _send(self) -> None:
        sender = Sender(self._terminal.vault, self._terminal.client, self._clock)
        batch = sender.lease("walk", _LEASE_S)
        sender.send(batch.entries, batch.lease)

    def _number(self) -> str:
        return f"{TERMINAL}-AAAA-AAAA-{next(self._numbers):04d}"


def _sale(payer: Visitor, bill: Bill, tender: TenderKind) -> Sale:
    resident = payer.resident
    return Sale((Premium.of(bill),), resident.masked_name, tender, resident.reference)
