"""Payment by a code on the screen: intent, an order at the centre, its outcome. Nothing is enqueued here: the
centre posts the premium on the gateway's word, under the key that stands in the intent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from kiosk.central_client import CentralClient
from kiosk.centre_line import CentreError, CentreFaulty, CentreRefused
from kiosk.clock import Clock
from kiosk.contract.payments import OrderRequest
from kiosk.contract.problems import ProblemType
from kiosk.domain.payment_orders import OrderState, PaymentOrder
from kiosk.domain.sales import (
    NotKnown,
    NotPaid,
    Paid,
    Payment,
    PayProgress,
    PayStage,
    Receipt,
    RefundDue,
    Sale,
    WhyNotPaid,
)
from kiosk.domain.tenders import QrChannel, QrPayment
from kiosk.payments.noting import note_outcome
from kiosk.payments.numbers import new_payment_number
from kiosk.payments.opening import open_intent
from kiosk.payments.stored import REFUND_DUE, QrIntent, StoredSale
from offline_cache.cache import OfflineCache
from offline_cache.intents import Outcome
from offline_cache.vault_thread import VaultThread

SCAN_LIMIT_S = 80.0
"""So long the code is shown; the centre closes it after two minutes by itself."""
CODE_LIMIT_S = 15.0
"""So long a code is waited for, where the centre is there and the gateway is not."""
CLOSE_LIMIT_S = 10.0
"""So long the centre is asked after that whether it is paid or closed; then it is not known."""
ASK_EVERY_S = 1.0

_REFUSALS: dict[ProblemType, WhyNotPaid] = {
    ProblemType.NO_GATEWAY: WhyNotPaid.NO_GATEWAY,
    ProblemType.NO_SUCH_BILL: WhyNotPaid.NOT_DUE,
    ProblemType.NOT_DUE: WhyNotPaid.NOT_DUE,
    ProblemType.BILL_BUSY: WhyNotPaid.BUSY,
}

NEVER_CAME_ABOUT = frozenset(_REFUSALS) - {ProblemType.NO_GATEWAY}
"""Refusals that say that there is no order under this key. A centre that has no gateway any more says nothing
of the orders that it took when it had one."""


class QrPayments:
    """Takes payments by QR code, one at a time."""

    def __init__(
        self, vault: VaultThread[OfflineCache], client: CentralClient, clock: Clock, *, terminal: str
    ) -> None:
        self._vault = vault
        self._client = client
        self._clock = clock
        self._terminal = terminal
        self._given_up = threading.Event()
        self._log = structlog.get_logger()

    def pay(self, sale: Sale, tell: Callable[[PayProgress], None]) -> Payment:
        """Has the one premium of `sale` paid by phone. Settled in a bounded time; never raises for what vault
        or centre do. Raises `ValueError` for a sale of several premiums: an order is for one bill."""
        if len(sale.premiums) != 1:
            raise ValueError(f"an order for {len(sale.premiums)} bills")
        number, now = new_payment_number(self._terminal), self._clock.now()
        intent = QrIntent(sale=StoredSale.of(sale), channel=QrChannel(sale.tender.value), at=now)
        self._given_up.clear()
        refused = open_intent(self._vault, number, intent, now)
        return refused if refused is not None else self._asked(number, intent, tell)

    def give_up(self) -> None:
        """Has the order closed, where it is not paid already."""
        self._given_up.set()

    def _asked(self, number: str, intent: QrIntent, tell: Callable[[PayProgress], None]) -> Payment:
        """From the order to what is known of it."""
        began = time.monotonic()
        until, shown = began + CODE_LIMIT_S, False
        order: PaymentOrder | None = None
        while time.monotonic() < until and not self._given_up.is_set():
            try:
                order = order_of(self._client, intent, order)
            except CentreRefused as refused:
                return self._refused(number, intent, refused)
            except CentreError as error:
                self._log.warning("the centre does not tell of an order", why=str(error))
                if not shown:
                    break
            if order is not None and order.state is not OrderState.PENDING:
                why = WhyNotPaid.TIMED_OUT if shown else WhyNotPaid.CENTRE_AWAY
                return self._settled(number, intent, order, why)
            if order is not None and order.code_url is not None and not shown:
                until, shown = began + SCAN_LIMIT_S, True
                tell(PayProgress(PayStage.SCAN, order.code_url))
            self._given_up.wait(ASK_EVERY_S)
        tell(PayProgress(PayStage.CONFIRMING))
        return self._closed(number, intent, order, shown=shown)

    def _closed(self, number: str, intent: QrIntent, order: PaymentOrder | None, *, shown: bool) -> Payment:
        """The time is over, or it is wanted no more: the order is closed, unless it was paid."""
        until = time.monotonic() + CLOSE_LIMIT_S
        why = WhyNotPaid.GIVEN_UP if self._given_up.is_set() else WhyNotPaid.TIMED_OUT
        while time.monotonic() < until:
            try:
                if order is None:
                    order = order_of(self._client, intent, None)
                order = self._client.close_order(order.id).to_domain()
            except CentreRefused as refused:
                return self._refused(number, intent, refused)
            except CentreError as error:
                self._log.warning("an order is not closed yet", why=str(error))
            if order is not None and order.state is not OrderState.PENDING:
                return self._settled(number, intent, order, why if shown else WhyNotPaid.CENTRE_AWAY)
            if not shown:
                # Nobody saw a code, so nobody can pay; an order there may be, the centre closes in time.
                self._note(number, Outcome.NOT_CHARGED, "no code was ever seen")
                return NotPaid(WhyNotPaid.CENTRE_AWAY)
            time.sleep(ASK_EVERY_S)
        self._note(number, Outcome.UNKNOWN, order.id if order is not None else "")
        return NotKnown(order.id if order is not None else number, intent.at)

    def _refused(self, number: str, intent: QrIntent, refused: CentreRefused) -> Payment:
        why = _REFUSALS.get(refused.problem)
        if why is None:
            self._note(number, Outcome.UNKNOWN, refused.problem.value)
            return NotKnown(number, intent.at)
        self._note(number, Outcome.NOT_CHARGED, refused.problem.value)
        return NotPaid(why, refused.problem.value)

    def _settled(self, number: str, intent: QrIntent, order: PaymentOrder, why: WhyNotPaid) -> Payment:
        """`why`: of an order that is closed."""
        outcome, detail = outcome_of(order)
        self._note(number, outcome, detail)
        match order.state:
            case OrderState.PAID:
                return Paid((receipt_of_order(intent, order, self._terminal, self._clock.now()),))
            case OrderState.REFUND_DUE:
                return RefundDue(order.id, intent.at)
            case _:
                return NotPaid(why)

    def _note(self, number: str, outcome: Outcome, detail: str) -> None:
        note_outcome(self._vault, number, outcome, detail, self._clock.now())


def order_of(client: CentralClient, intent: QrIntent, known: PaymentOrder | None) -> PaymentOrder:
    """The order of an intent as the centre knows it now. Where its number is not known, or it has no code
    yet, it is asked for by its key, which makes it where it never came about. Raises `CentreError`."""
    if known is not None and known.code_url is not None:
        return client.order(known.id).to_domain()
    premium = intent.premium
    request = OrderRequest(key=premium.key, bill=premium.bill, channel=intent.channel)
    order = client.create_order(request).to_domain()
    if (order.bill, order.amount) != (premium.bill, premium.amount_fen):
        # Nobody must see its code: he would pay something else than what he checked.
        raise CentreFaulty("the order is not for what was asked")
    return order


def outcome_of(order: PaymentOrder) -> tuple[Outcome, str]:
    """What an order that is not pending any more means for its intent."""
    match order.state:
        case OrderState.PAID:
            return Outcome.CHARGED, order.id
        case OrderState.REFUND_DUE:
            return Outcome.CHARGED, f"{REFUND_DUE} {order.id}"
        case OrderState.CLOSED:
            return Outcome.NOT_CHARGED, order.id
        case OrderState.PENDING:
            raise ValueError("nothing is known of a pending order")


def receipt_of_order(intent: QrIntent, order: PaymentOrder, terminal: str, paid_at: datetime) -> Receipt:
    """The receipt of a paid order."""
    posted = order.posted
    return Receipt(
        number=order.id,
        premium=intent.premium.to_premium(),
        payer=intent.sale.payer,
        tender=QrPayment(intent.channel, order.id),
        paid_at=posted.at if posted is not None else paid_at,
        terminal=terminal,
        posting=posted,
    )
