"""Payments by code whose front went without knowing what became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from kiosk.central_client import CentralClient
from kiosk.centre_line import CentreFaulty, CentreRefused, NotAdmitted
from kiosk.clock import Clock
from kiosk.contract.problems import ProblemType
from kiosk.domain.payment_orders import OrderState
from kiosk.payments.noting import note_outcome
from kiosk.payments.qr import (
    CLOSE_LIMIT_S,
    NEVER_CAME_ABOUT,
    SCAN_LIMIT_S,
    order_of,
    outcome_of,
)
from kiosk.payments.stored import IntentKind, QrIntent, read
from kiosk.vault_jobs import StoredUnreadable, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.intents import Intent, Outcome
from offline_cache.vault_thread import VaultThread

LEFT_ALONE = timedelta(seconds=SCAN_LIMIT_S + CLOSE_LIMIT_S + 30)
"""So long a payment may still be its front's."""


class OpenOrders:
    """Asks the centre after orders until each is paid or closed."""

    def __init__(
        self,
        vault: VaultThread[OfflineCache],
        client: CentralClient,
        clock: Clock,
        *,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """`beat` is called before each order: many in a row take their time."""
        self._beat = beat
        self._vault = vault
        self._client = client
        self._clock = clock
        self._log = structlog.get_logger()

    def resolve(self) -> None:
        """Asks once after each. Raises `CentreError`, `VaultError` and its like."""
        faulty: CentreFaulty | None = None
        for intent in in_vault(self._vault, lambda cache: cache.intents.unsettled(IntentKind.QR)):
            # Opened in the future: the clock was set since, and says nothing of its age.
            young = timedelta(0) <= self._clock.now() - intent.opened_at < LEFT_ALONE
            if intent.outcome is Outcome.UNKNOWN or not young:
                self._beat()
                try:
                    self._resolve(intent)
                except NotAdmitted:
                    raise
                except CentreFaulty as error:
                    # It may fail on this order alone: the others are asked after all the same.
                    faulty = error
        if faulty is not None:
            raise faulty

    def _resolve(self, intent: Intent) -> None:
        number = intent.intent_id
        try:
            stored = read(QrIntent, intent.payload, f"payment {number}")
            # By its key: that is the same order, whether or not its own number was ever heard.
            order = order_of(self._client, stored, None)
            if order.state is OrderState.PENDING:
                order = self._client.close_order(order.id).to_domain()
        except StoredUnreadable as error:
            self._log.error("a payment is not understood", why=str(error))
            return
        except CentreRefused as refused:
            self._refused(number, refused.problem)
            return
        if order.state is OrderState.PENDING:
            return
        outcome, detail = outcome_of(order)
        self._log.info("a payment by code is known now", payment=number, outcome=outcome.value)
        note_outcome(self._vault, number, outcome, detail, self._clock.now())

    def _refused(self, number: str, problem: ProblemType) -> None:
        if problem in NEVER_CAME_ABOUT:
            note_outcome(self._vault, number, Outcome.NOT_CHARGED, problem.value, self._clock.now())
        else:
            self._log.error("the centre refuses to tell of a payment", payment=number, problem=problem.value)
