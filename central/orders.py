"""Payment by QR code: the order is durable before the gateway is asked, and the premium is posted on the
gateway's signed word alone, once (docs/facts/payments.md §3)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from central.alarms import alarm
from central.codes import random_group
from central.fingerprints import fingerprint
from central.gateway import Gateway, GatewayRefused, GatewayUnsure, OrderAsked, Trade, TradeState
from central.posting import post
from central.problems import Refused
from central.records import AlarmKind
from central.store import bills, transactions
from central.store import orders as stored
from central.store.columns import as_kept
from central.store.database import Database
from central.store.orders import StoredOrder
from kiosk.clock import Clock
from kiosk.contract.payments import OrderRequest
from kiosk.contract.problems import ProblemType
from kiosk.domain.bills import BillState
from kiosk.domain.payment_orders import OrderState, PaymentOrder
from kiosk.domain.postings import Applied
from kiosk.domain.tenders import QrChannel

CODE_LIFE: Final = timedelta(minutes=2)
"""How long a code can be paid: a little longer than a terminal waits. The gateway wants a minute at least."""
_ABSENT_FOR_SURE: Final = timedelta(seconds=30)
"""After its code's life, an order that the gateway does not know will not come up any more."""
_ASK_AGAIN: Final = timedelta(seconds=1)
"""However often terminals ask about an order, the gateway is asked no more often than this."""
_LOOK_SOONEST: Final = timedelta(seconds=5)
_LOOK_LATEST: Final = timedelta(minutes=10)
_LOOKS_A_SWEEP: Final = 20
_log = logging.getLogger(__name__)


class Orders:
    """Takes orders, follows them until they are known, and posts what was paid."""

    def __init__(
        self, database: Database, gateways: Mapping[QrChannel, Gateway], clock: Clock, public_url: str
    ) -> None:
        self._database = database
        self._gateways = gateways
        self._clock = clock
        self._notifications = f"{public_url}/v1/payment-notifications"

    def create(self, terminal: str, request: OrderRequest) -> PaymentOrder:
        """支付下单. Asked again with the same key, the same order, whatever has changed since. Raises
        `Refused`: but for `key-reused`, there is no order under this key then."""
        with self._database.writing() as connection:
            placed = self._placed(connection, terminal, request)
        if isinstance(placed, ProblemType):
            raise Refused(placed)
        order, fresh = placed
        wants_code = order.state is OrderState.PENDING and order.code_url is None and not order.close_wanted
        if wants_code and order.channel in self._gateways:
            self._ask_for_code(order, fresh=fresh)
        return self._told(order.id)

    def look(self, terminal: str, order_id: str) -> PaymentOrder:
        """支付结果查询. Raises `Refused`."""
        order = self._of_terminal(terminal, order_id)
        asked_lately = order.asked_at is not None and self._clock.now() < order.asked_at + _ASK_AGAIN
        if order.state is OrderState.PENDING and not asked_lately:
            self._follow(order)
        return self._told(order_id)

    def close(self, terminal: str, order_id: str) -> PaymentOrder:
        """关单. What comes back may be paid, or still pending: then the sweep goes on closing it. Raises
        `Refused`."""
        order = self._of_terminal(terminal, order_id)
        if order.state is OrderState.PENDING:
            with self._database.writing() as connection:
                stored.want_close(connection, order_id)
            self._follow(replace(order, close_wanted=True))
        return self._told(order_id)

    def notified(self, channel: QrChannel, headers: Mapping[str, str], body: bytes) -> None:
        """支付结果通知. Raises `Refused` and `NotFromGateway`."""
        gateway = self._gateways.get(channel)
        if gateway is None:
            raise Refused(ProblemType.NO_GATEWAY)
        trade = gateway.notified(headers, body)
        with self._database.reading() as connection:
            order = stored.find(connection, trade.order)
        if order is None or order.channel is not channel:
            raise Refused(ProblemType.NO_SUCH_ORDER)
        self._settle(order, trade)

    def sweep(self) -> int:
        """Follows the pending orders whose time has come, a bounded number of them; how many it were."""
        with self._database.reading() as connection:
            due = stored.due(connection, self._clock.now(), _LOOKS_A_SWEEP)
        for order in due:
            self._follow(order)
        return len(due)

    def _placed(
        self, connection: Connection, terminal: str, request: OrderRequest
    ) -> tuple[StoredOrder, bool] | ProblemType:
        """The order of this key, and whether it was made just now; or why there is none."""
        now, payload = self._clock.now(), fingerprint(request)
        there = _of_key(connection, terminal, request.key, payload, now)
        if there is not None:
            return there
        if request.channel not in self._gateways:
            return ProblemType.NO_GATEWAY
        bill = bills.find(connection, request.bill)
        if bill is None:
            return ProblemType.NO_SUCH_BILL
        if bill.state is BillState.PENDING:
            return ProblemType.BILL_BUSY
        if bill.state is BillState.PAID or now.date() not in bill.window:
            return ProblemType.NOT_DUE
        order = StoredOrder(
            id=f"{now:%Y%m%d}{random_group()}{random_group()}{random_group()}",
            terminal=terminal,
            key=request.key,
            fingerprint=payload,
            bill=bill.bill,
            amount=bill.amount,
            channel=request.channel,
            state=OrderState.PENDING,
            created_at=as_kept(now),
            expires=as_kept(now + CODE_LIFE),
            next_look=now + _LOOK_SOONEST,
        )
        if stored.add(connection, order):
            return order, True
        # Under PostgreSQL another request was quicker since we looked: with this key, or for this bill.
        return _of_key(connection, terminal, request.key, payload, now) or ProblemType.BILL_BUSY

    def _ask_for_code(self, order: StoredOrder, *, fresh: bool) -> None:
        with self._database.reading() as connection:
            bill = bills.find(connection, order.bill)
        if bill is None:
            raise LookupError("an order without its bill")
        asked = OrderAsked(
            id=order.id,
            description=f"{bill.kind.full_name} {bill.year}年",
            amount=order.amount,
            expires=order.expires,
            notify_url=f"{self._notifications}/{order.channel.value}",
        )
        try:
            code_url = self._gateways[order.channel].place(asked)
        except GatewayUnsure as error:
            _log.warning("no code for an order yet: %s", error)
            return
        except GatewayRefused as refused:
            _log.error("the gateway refuses an order: %s", refused.code)
            if fresh:
                # Nothing else was ever asked for this number: it cannot have been paid, and never will be.
                with self._database.writing() as connection:
                    stored.move(connection, order.id, OrderState.PENDING, OrderState.CLOSED)
            return
        with self._database.writing() as connection:
            stored.give_code(connection, order.id, code_url)

    def _follow(self, order: StoredOrder) -> None:
        """Asks how a pending order stands, closes it where its time is over, and settles what is known."""
        now = self._clock.now()
        with self._database.writing() as connection:
            pause = min(max((now - order.created_at) / 4, _LOOK_SOONEST), _LOOK_LATEST)
            stored.note_asked(connection, order.id, now, now + pause)
        gateway = self._gateways.get(order.channel)
        if gateway is None:
            return
        try:
            trade = gateway.query(order.id)
            if trade.state is TradeState.UNPAID and (order.close_wanted or now >= order.expires):
                gateway.close(order.id)
                # Its own word that it is closed now, for this order: an empty answer could be another's.
                trade = gateway.query(order.id)
        except (GatewayUnsure, GatewayRefused) as error:
            _log.warning("an order stays pending: %s", error)
            return
        if trade.state is TradeState.ABSENT and now >= order.expires + _ABSENT_FOR_SURE:
            trade = Trade(order.id, TradeState.CLOSED)
        self._settle(order, trade)

    def _settle(self, order: StoredOrder, trade: Trade) -> None:
        """Makes what the gateway said so, in one transaction. Said again, it changes nothing."""
        now = self._clock.now()
        with self._database.writing() as connection:
            match trade.state:
                case TradeState.CLOSED:
                    stored.move(connection, order.id, OrderState.PENDING, OrderState.CLOSED)
                case TradeState.PAID if stored.move(
                    connection, order.id, OrderState.PENDING, OrderState.PAID
                ):
                    trouble = _posted(connection, order, trade, now)
                    if trouble is not None:
                        stored.move(connection, order.id, OrderState.PAID, OrderState.REFUND_DUE)
                        alarm(connection, order.terminal, trouble, order.id, now)
                case TradeState.PAID if stored.move(
                    connection, order.id, OrderState.CLOSED, OrderState.REFUND_DUE
                ):
                    alarm(connection, order.terminal, AlarmKind.PAID_LATE, order.id, now)
                case _:
                    pass

    def _of_terminal(self, terminal: str, order_id: str) -> StoredOrder:
        with self._database.reading() as connection:
            order = stored.find(connection, order_id)
        if order is None or order.terminal != terminal:
            raise Refused(ProblemType.NO_SUCH_ORDER)
        return order

    def _told(self, order_id: str) -> PaymentOrder:
        with self._database.reading() as connection:
            order = stored.find(connection, order_id)
            if order is None:
                raise LookupError("an order is gone")
            known = transactions.known(connection, order.terminal, order.key)
        posted = known.posting if known is not None and isinstance(known.posting, Applied) else None
        return PaymentOrder(
            order.id, order.bill, order.amount, order.state, order.expires, order.code_url, posted
        )


def _of_key(
    connection: Connection, terminal: str, key: str, payload: bytes, now: datetime
) -> tuple[StoredOrder, bool] | ProblemType | None:
    """The order that was made under a key, not just now; None where nothing was paid under it."""
    there = stored.with_key(connection, terminal, key)
    if there is not None and there.fingerprint == payload:
        return there, False
    if there is None and transactions.known(connection, terminal, key) is None:
        return None
    alarm(connection, terminal, AlarmKind.KEY_REUSED, key, now)
    return ProblemType.KEY_REUSED


def _posted(connection: Connection, order: StoredOrder, trade: Trade, now: datetime) -> AlarmKind | None:
    """Posts under the order's key; or why the money has to go back."""
    if trade.amount != order.amount:
        return AlarmKind.WRONG_AMOUNT
    payment = transactions.StoredPayment(
        terminal=order.terminal,
        key=order.key,
        fingerprint=order.fingerprint,
        receipt=None,
        bill=order.bill,
        amount=order.amount,
        tender={"type": order.channel.value, "order": order.id, "number": trade.number or ""},
        paid_at=now,
        received_at=now,
    )
    # The window was open when the order was made; a minute later is not the resident's fault.
    posting = post(connection, payment, order.created_at.date(), now)
    return None if isinstance(posting, Applied) else AlarmKind.PAID_TWICE
