"""Payment by bank card: intent, the pad's charge, outcome and entries; then the centre, if it is quick.

Two commits and no more before a receipt: the intent, and the outcome with its entries. What the pad did not
clearly say is not known, and is asked again by the same reference until it is (docs/facts/pin-pads.md §4).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from drivers.pin_pads.outcomes import Charged, ChargeOutcome, Doubt, NotCharged, NotFound, Refusal, Unknown
from drivers.pin_pads.pin_pad import PinPad
from drivers.pin_pads.references import Charge
from kiosk.centre_line import CentreError, Limits
from kiosk.clock import Clock
from kiosk.domain.sales import (
    NotKnown,
    NotPaid,
    Paid,
    Payment,
    PayProgress,
    PayStage,
    Receipt,
    Sale,
    WhyNotPaid,
)
from kiosk.payments.charges import ChargedIntent, keep_charge
from kiosk.payments.here import receipt_of
from kiosk.payments.noting import note_outcome
from kiosk.payments.numbers import new_payment_number
from kiosk.payments.opening import open_intent
from kiosk.payments.sending import Sender
from kiosk.payments.stored import CardIntent, StoredSale
from kiosk.vault_jobs import VAULT_TROUBLE, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Caps, Entry, Lease
from offline_cache.intents import Outcome, Room
from offline_cache.vault_thread import VaultThread

STATUS_AFTER_S = 5.0
"""What was sent can arrive so much later (`drivers.pin_pads.link.Limits.write_s`): before, a pad that never
heard of it says nothing."""
ASK_ON_S = 15.0
"""So long after the charge's own limit the pad is asked what became of it; then it is not known."""
SEND_LIMITS = Limits(connect_s=1.0, read_s=1.0)
"""The front sends its own entries so long; after that the receipt says 待入账."""
LEASE_S = 15.0
"""Longer than the sending: nobody sends the same entry at the same time."""

_WHY: dict[Refusal, WhyNotPaid] = {
    Refusal.NOT_ASKED: WhyNotPaid.PAD_AWAY,
    Refusal.ABORTED: WhyNotPaid.TIMED_OUT,
    Refusal.CANCELLED: WhyNotPaid.GIVEN_UP,
    Refusal.REFUSED: WhyNotPaid.REFUSED,
    Refusal.WRONG_PIN: WhyNotPaid.WRONG_PIN,
    Refusal.INVALID_CARD: WhyNotPaid.CARD_UNUSABLE,
    Refusal.INSERTED_CARD: WhyNotPaid.CARD_UNUSABLE,
    Refusal.NOT_ALLOWED: WhyNotPaid.CARD_UNUSABLE,
    Refusal.BUSY: WhyNotPaid.PAD_AWAY,
    Refusal.UNAVAILABLE: WhyNotPaid.PAD_AWAY,
    Refusal.BANK_UNREACHABLE: WhyNotPaid.BANK_AWAY,
    Refusal.LOGGED_OUT: WhyNotPaid.PAD_AWAY,
    Refusal.BAD_REQUEST: WhyNotPaid.PAD_AWAY,
    Refusal.NOT_FOUND: WhyNotPaid.PAD_AWAY,
    Refusal.OTHER: WhyNotPaid.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Pad:
    """The pin pad, what it calls itself (nexo POIID), and how long it may wait for a card."""

    driver: PinPad
    poi: str
    charge_s: float = 75.0


class CardPayments:
    """Takes payments by bank card, one at a time."""

    def __init__(
        self,
        vault: VaultThread[OfflineCache],
        pad: Pad,
        sender: Sender,
        clock: Clock,
        *,
        terminal: str,
        caps: Caps,
    ) -> None:
        self._vault = vault
        self._pad = pad
        self._sender = sender
        self._clock = clock
        self._terminal = terminal
        self._caps = caps
        self._number: str | None = None
        self._asked: Charge | None = None
        self._given_up = threading.Event()
        self._log = structlog.get_logger()

    def pay(self, sale: Sale, tell: Callable[[PayProgress], None]) -> Payment:
        """Charges a card for all of `sale`. Settled within the pad's limit, `ASK_ON_S` and the vault's
        limits; never raises for what devices, vault or centre do."""
        number, now = new_payment_number(self._terminal), self._clock.now()
        charge = Charge(self._pad.driver.new_reference(), number, sale.amount.fen, now)
        stored = StoredSale.of(sale)
        intent = CardIntent.of(stored, charge, sale.amount, self._pad.poi)
        self._given_up.clear()
        self._number = number
        try:
            room = Room(intent.amount_fen.fen, self._caps, len(stored.premiums))
            refused = open_intent(self._vault, number, intent, now, room=room)
            if refused is not None:
                return refused
            self._asked = charge
            tell(PayProgress(PayStage.AT_PAD))
            return self._settled(number, intent, self._charged(charge, tell))
        finally:
            self._number = self._asked = None

    @property
    def in_progress(self) -> str | None:
        """The number of the payment that is being asked; named before its intent is written, and until its
        outcome is."""
        return self._number

    def give_up(self) -> None:
        """Has the pad give the running charge up, where it still can."""
        charge = self._asked
        if charge is not None:
            self._given_up.set()
            self._pad.driver.abort(charge.reference)

    def _charged(self, charge: Charge, tell: Callable[[PayProgress], None]) -> ChargeOutcome:
        until = time.monotonic() + self._pad.charge_s + ASK_ON_S
        # The driver settles every charge in its own limit: without one of ours nothing is decided twice.
        outcome = self._pad.driver.pay(charge, self._pad.charge_s).result()
        if not isinstance(outcome, Unknown):
            return outcome
        self._log.warning("a charge is not known", doubt=outcome.reason.value, why=outcome.detail)
        if outcome.reason is Doubt.OTHER_AMOUNT:
            # However often one asks: the pad did charge another sum, and a person has to settle it.
            return outcome
        tell(PayProgress(PayStage.CONFIRMING))
        # Only now nothing of it is sent any more: its turn, and its sending, may have taken long.
        return ask_until_known(self._pad, charge, sent_at=time.monotonic(), until=until, last=outcome)

    def _settled(self, number: str, intent: CardIntent, outcome: ChargeOutcome) -> Payment:
        match outcome:
            case NotCharged(reason, detail):
                self._note(number, Outcome.NOT_CHARGED, f"{reason.value} {detail}")
                given_up = reason is Refusal.ABORTED and self._given_up.is_set()
                return NotPaid(WhyNotPaid.GIVEN_UP if given_up else _WHY[reason], detail)
            case Unknown(reason, detail):
                self._note(number, Outcome.UNKNOWN, f"{reason.value} {detail}")
                return NotKnown(number, intent.at)
            case Charged():
                now = self._clock.now()
                lease = Lease.begin("front", now, LEASE_S)
                charged = ChargedIntent.by_pad(number, intent, outcome)
                entries = keep_charge(self._vault, charged, self._terminal, now, lease)
                # The pad knows of a charge that is not kept, and is asked: nothing is lost.
                return NotKnown(number, intent.at) if entries is None else Paid(self._sent(entries, lease))

    def _note(self, number: str, outcome: Outcome, detail: str) -> None:
        note_outcome(self._vault, number, outcome, detail, self._clock.now())

    def _sent(self, entries: tuple[Entry, ...], lease: Lease) -> tuple[Receipt, ...]:
        """The sale is kept; whatever the sending comes to, there are receipts."""
        try:
            self._sender.send(entries, lease, SEND_LIMITS)
        except (CentreError, *VAULT_TROUBLE) as error:
            self._log.info("not sent at once", why=f"{type(error).__name__}: {error}")
        try:
            entries = in_vault(
                self._vault, lambda cache: tuple(cache.outbox.get(entry.number) for entry in entries)
            )
        except VAULT_TROUBLE as error:
            self._log.warning("entries not read again", why=f"{type(error).__name__}: {error}")
        return tuple(receipt for entry in entries if (receipt := receipt_of(entry)) is not None)


def ask_until_known(
    pad: Pad, charge: Charge, *, sent_at: float, until: float, last: Unknown
) -> ChargeOutcome:
    """Has the pad give the charge up where it still waits for a card, and asks how it ended, again and again
    until `until` (monotonic); then the last it said.

    `sent_at`: after it nothing of the request was sent any more, by this process or an earlier one.
    """
    pad.driver.abort(charge.reference)
    pause = 1.0
    while (left := until - time.monotonic() - pause) > 0:
        time.sleep(pause)
        try:
            status = pad.driver.status_of(charge).result(left)
        except TimeoutError:
            return last
        match status:
            case NotFound() if time.monotonic() - sent_at > STATUS_AFTER_S:
                return NotCharged(Refusal.NOT_ASKED, "the pad never heard of it")
            case NotFound():
                pause = STATUS_AFTER_S
            case Unknown():
                last, pause = status, min(pause * 2, 8.0)
            case decided:
                return decided
    return last
