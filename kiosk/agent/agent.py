"""What the agent does, step by step, until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from kiosk.agent.backoff import Backoff
from kiosk.agent.housekeeping import keep_small
from kiosk.agent.orders import OpenOrders
from kiosk.centre_line import CentreError
from kiosk.clock import Clock, monotonic
from kiosk.payments.sending import Sender
from kiosk.service_manager import beat, notify
from kiosk.vault_jobs import VAULT_TROUBLE
from offline_cache.cache import OfflineCache
from offline_cache.errors import VaultClosed, VaultTooNew
from offline_cache.vault_thread import VaultThread

NOTHING_WAITS_S = 1.0
"""How often it is looked whether anything waits."""
BETWEEN_BATCHES_S = 0.05
"""The front must get at the vault (docs/facts/offline.md §5: 20 ms at least)."""
LEASE_S = 60.0
"""Longer than a batch may take; a batch of a process that died is free after it."""
ORDERS_EVERY_S = 5.0
LISTS_EVERY_S = 600.0
"""作废名单. Where the centre does not answer, sooner: its pauses double up to half a minute."""
TIDY_EVERY = timedelta(hours=1)
VAULT_GONE = (VaultClosed, VaultTooNew)
"""The disk failed, or a newer program has the vault: only a new process opens it again."""


class Agent:
    """One loop, one thread; everything it needs to know lies in the vault."""

    def __init__(
        self,
        vault: VaultThread[OfflineCache],
        sender: Sender,
        orders: OpenOrders,
        clock: Clock,
        renew_lists: Callable[[], None],
    ) -> None:
        """`renew_lists` asks the centre for what anyone may know; raises `CentreError`, `VAULT_TROUBLE`."""
        self._vault = vault
        self._sender = sender
        self._orders = orders
        self._clock = clock
        self._renew_lists = renew_lists
        self._sending, self._asking, self._listing = Backoff(), Backoff(), Backoff()
        self._log = structlog.get_logger()

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop. Raises nothing for what centre, network or a busy vault do; `VAULT_GONE` where
        this process gets nothing more out of its vault."""
        send_at = ask_at = list_at = tidy_at = monotonic()
        notify("READY=1")
        while not stopping.wait(max(0.0, min(send_at, ask_at, list_at, tidy_at) - monotonic())):
            beat()
            if monotonic() >= send_at:
                send_at = monotonic() + self._send()
            if monotonic() >= ask_at:
                ask_at = monotonic() + self._ask("orders", self._orders.resolve, self._asking, ORDERS_EVERY_S)
            if monotonic() >= list_at:
                list_at = monotonic() + self._ask("lists", self._renew_lists, self._listing, LISTS_EVERY_S)
            if monotonic() >= tidy_at:
                tidy_at = monotonic() + TIDY_EVERY.total_seconds()
                keep_small(self._vault, self._clock)

    def _send(self) -> float:
        """One batch; how long until the next look."""
        try:
            batch = self._sender.lease("agent", LEASE_S)
            if not batch.entries:
                return NOTHING_WAITS_S
            sent = self._sender.send(batch.entries, batch.lease)
        except CentreError as error:
            pause = self._sending.pause_s(error.retry_after_s)
            self._log.info("the centre does not take entries", why=str(error), ms=round(pause * 1000))
            return pause
        except VAULT_GONE:
            raise
        except VAULT_TROUBLE as error:
            pause = self._sending.pause_s()
            self._log.error("the vault does not give entries", why=f"{type(error).__name__}: {error}")
            return pause
        self._log.info(
            "entries sent",
            applied=len(sent.applied),
            rejected=len(sent.rejected),
            parked=len(sent.parked),
            failed=len(sent.failed),
        )
        if sent.failed and not (sent.applied or sent.rejected):
            # Where some came through, the centre is well: those that failed are parked for a while.
            return self._sending.pause_s()
        self._sending.reset()
        return BETWEEN_BATCHES_S

    def _ask(self, what: str, question: Callable[[], object], backoff: Backoff, every_s: float) -> float:
        """After orders that nobody knows about, or after lists; how long until the next time."""
        beat()
        try:
            question()
        except CentreError as error:
            if backoff.fresh:
                # Once, not at each try.
                self._log.info("the centre does not say", what=what, why=str(error))
            return backoff.pause_s(error.retry_after_s)
        except VAULT_GONE:
            raise
        except VAULT_TROUBLE as error:
            self._log.error(
                "the vault does not do what is asked", what=what, why=f"{type(error).__name__}: {error}"
            )
            return backoff.pause_s()
        backoff.reset()
        return every_s
