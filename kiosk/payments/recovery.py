"""After a death: what the last process asked the pin pad, and what became of it.

Start-up is recovery. A charge that still waits for a card is given up, so that nobody else's is charged; then
the pad is asked by the stored reference until it says what is true (docs/facts/pin-pads.md §4).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from drivers.pin_pads.outcomes import Charged, ChargeStatus, Doubt, NotCharged, NotFound, Unknown
from kiosk.clock import Clock, monotonic
from kiosk.payments.card import STATUS_AFTER_S, Pad
from kiosk.payments.charges import ChargedIntent, settle_charged
from kiosk.payments.stored import CardIntent, IntentKind, read
from kiosk.vault_jobs import VAULT_TROUBLE, StoredUnreadable, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.intents import Intent, IntentSettled, Outcome
from offline_cache.vault_thread import VaultThread

PAD_REMEMBERS = timedelta(hours=48)
"""So long a pad knows its charges (nexo); after that its 'never heard of it' says nothing."""
QUESTION_LIMIT_S = 20.0


class CardRecovery:
    """Resolves the card payments that earlier processes, or this one, left unknown."""

    def __init__(
        self,
        vault: VaultThread[OfflineCache],
        pad: Pad,
        clock: Clock,
        *,
        terminal: str,
        in_progress: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`in_progress`: the payment that this process itself is asking at this moment."""
        self._vault = vault
        self._pad = pad
        self._clock = clock
        self._terminal = terminal
        self._in_progress = in_progress
        self._began = monotonic()
        self._log = structlog.get_logger()

    def resolve(self) -> int:
        """Asks once after each payment that is not known; how many are worth asking after again soon."""
        try:
            left = in_vault(self._vault, lambda cache: cache.intents.unsettled(IntentKind.CARD))
            damaged = in_vault(self._vault, lambda cache: cache.intents.damaged())
        except VAULT_TROUBLE as error:
            self._log.error("payments not looked up", why=f"{type(error).__name__}: {error}")
            return 0
        if damaged:
            self._log.error("payments damaged in the vault: a person has to ask the bank", payments=damaged)
        # Looked at after the list: a payment of this process is named before its intent is written.
        asking = self._in_progress()
        # The latest first: it alone may still wait for a card at the pad.
        return sum(self._resolve(intent) for intent in reversed(left) if intent.intent_id != asking)

    def _resolve(self, intent: Intent) -> bool:
        """Whether the pad may know more in a moment."""
        try:
            stored = read(CardIntent, intent.payload, f"payment {intent.intent_id}")
        except StoredUnreadable as error:
            self._log.error("a payment is not understood", why=str(error))
            return False
        if stored.poi != self._pad.poi:
            self._log.error("a payment was asked of another pad", pad=stored.poi, payment=intent.intent_id)
            return False
        charge = stored.to_charge()
        try:
            self._pad.driver.abort(charge.reference).result(QUESTION_LIMIT_S)
            status = self._pad.driver.status_of(charge).result(QUESTION_LIMIT_S)
        except TimeoutError:
            return False
        return self._take(intent, stored, status)

    def _take(self, intent: Intent, stored: CardIntent, status: ChargeStatus) -> bool:
        number, now = intent.intent_id, self._clock.now()
        match status:
            case Charged() as charged:
                known = ChargedIntent.by_pad(number, stored, charged)
                if self._write(lambda cache: settle_charged(cache, known, self._terminal, now)):
                    self._log.warning("a charge of before is recorded now", payment=number)
                return False
            case NotCharged(reason):
                self._not_charged(number, reason.value)
                return False
            case NotFound() if not timedelta(0) <= now - stored.at <= PAD_REMEMBERS:
                # Older than the pad remembers, or the clock was set: its word says nothing of this charge.
                self._log.error("the pad remembers no more; a person has to ask the bank", payment=number)
                return False
            case NotFound() if monotonic() - self._began > STATUS_AFTER_S:
                self._not_charged(number, "the pad never heard of it")
                return False
            case NotFound():
                return True
            case Unknown(reason, detail):
                self._log.warning("a payment is still not known", doubt=reason.value, why=detail)
                if intent.outcome is None:
                    self._write(
                        lambda cache: cache.intents.settle(number, Outcome.UNKNOWN, reason.value, now)
                    )
                return reason is Doubt.IN_PROGRESS

    def _not_charged(self, number: str, why: str) -> None:
        now = self._clock.now()
        if self._write(lambda cache: cache.intents.settle(number, Outcome.NOT_CHARGED, why, now)):
            self._log.warning("a payment of before did not come about", payment=number, why=why)

    def _write(self, job: Callable[[OfflineCache], object]) -> bool:
        try:
            in_vault(self._vault, job)
        except (*VAULT_TROUBLE, IntentSettled) as error:
            # Asked again, the pad says the same.
            self._log.error("an outcome is not kept yet", why=f"{type(error).__name__}: {error}")
            return False
        return True
