"""Payments by code: one order a key, posted on the gateway's word, asked after until it is known."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fixtures.gateway import RunningClock, RunningGateway
from fixtures.local_centre import OTHER_KEY, OTHER_TERMINAL, Opened
from fixtures.premiums import body_of, entry
from paying_bench import BackOffice, sooner_or_later
from wire import Wire

from central.faults import FaultKind as CentreFault
from central.faults import FaultRequest, Faults
from central.store.tables import payment_orders
from central.virtual_gateway.control import GatewayControl, RequestRefused
from central.virtual_gateway.faults import FaultKind
from kiosk.agent.orders import LEFT_ALONE, OpenOrders
from kiosk.centre_line import CentreError, CentreFaulty
from kiosk.clock import clock_of
from kiosk.domain.bills import Bill
from kiosk.domain.payment_orders import OrderState
from kiosk.domain.sales import (
    NotKnown,
    NotPaid,
    Paid,
    Payment,
    PayProgress,
    PayStage,
    Premium,
    RefundDue,
    Sale,
    TenderKind,
    WhyNotPaid,
)
from kiosk.domain.tenders import QrChannel
from kiosk.payments import qr
from kiosk.payments.here import HereState, paid_here
from kiosk.payments.numbers import new_key
from kiosk.payments.qr import QrPayments
from kiosk.payments.stored import REFUND_DUE
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.intents import Intent, Outcome
from offline_cache.vault_thread import VaultThread

PLACE, ORDERS = "/v3/pay/transactions/native", "/v1/payment-orders"


@dataclass
class Counter:
    """A terminal's payments by code, and what they told."""

    office: BackOffice
    vault: VaultThread[OfflineCache]
    payments: QrPayments
    orders: OpenOrders
    stages: list[PayProgress] = field(default_factory=list)
    outcomes: list[Payment] = field(default_factory=list)

    def pay(self, bill: Bill) -> Payment:
        sale = Sale((Premium.of(bill),), "黄*仓", TenderKind.WECHATPAY)
        return self.payments.pay(sale, self.stages.append)

    @contextmanager
    def paying(self, bill: Bill) -> Iterator[str]:
        """What the code says that is shown; the payment has come to its end behind the block."""
        thread = threading.Thread(target=lambda: self.outcomes.append(self.pay(bill)))
        thread.start()
        try:
            sooner_or_later(lambda: any(one.code for one in self.stages))
            yield self.stages[-1].code
        finally:
            thread.join(20)
            assert not thread.is_alive()

    @property
    def outcome(self) -> Payment:
        return self.outcomes[-1]

    @property
    def intent(self) -> Intent:
        return in_vault(self.vault, lambda cache: cache.intents.recent(1))[0]

    def state_of(self, bill: Bill) -> HereState | None:
        here = in_vault(self.vault, lambda cache: paid_here(cache, [bill.reference]))
        return here[bill.reference].state if here else None

    def orders_at_the_centre(self) -> list[tuple[str, OrderState]]:
        with self.office.centre.state.database.reading() as connection:
            return [(row.id, row.state) for row in connection.execute(payment_orders.select()).all()]


@pytest.fixture
def counter(
    tmp_path: Path, open_centre: Opened, gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Counter]:
    monkeypatch.setattr(qr, "ASK_EVERY_S", 0.05)
    monkeypatch.setattr(qr, "CLOSE_LIMIT_S", 0.6)
    # The gateway itself is asked once a second at most.
    monkeypatch.setattr("central.orders._ASK_AGAIN", timedelta(seconds=0.05))
    centre = open_centre(
        gateways={QrChannel.WECHATPAY: gateway.adapter()},
        clock=RunningClock(clock_of(gateway.environment)),
        faults=Faults(),
    )
    with Wire(centre.base_url) as wire:
        office = BackOffice(tmp_path, centre, wire, gateway.environment)
        with office.vault() as vault, office.client() as client:
            payments = QrPayments(vault, client, office.clock, terminal="T001")
            yield Counter(office, vault, payments, OpenOrders(vault, client, office.clock))


def test_what_the_phone_paid_is_posted_by_the_centre_and_never_enqueued(
    counter: Counter, phone: GatewayControl
) -> None:
    [bill] = counter.office.bills(1)
    with counter.paying(bill) as code:
        assert [one.stage for one in counter.stages] == [PayStage.SCAN]
        assert counter.state_of(bill) is HereState.NOT_KNOWN
        phone.pay(code_url=code)
    assert isinstance(counter.outcome, Paid)
    [receipt] = counter.outcome.receipts
    [(order, state)] = counter.orders_at_the_centre()
    assert (receipt.number, state) == (order, OrderState.PAID)
    assert receipt.applied is not None
    assert counter.office.posted() == [bill.reference]
    assert (counter.intent.outcome, counter.intent.history[-1].detail) == (Outcome.CHARGED, order)
    assert counter.state_of(bill) is HereState.APPLIED
    assert not counter.office.entries()


def test_a_payment_that_is_given_up_is_closed_at_the_gateway(counter: Counter, phone: GatewayControl) -> None:
    [bill] = counter.office.bills(1)
    with counter.paying(bill) as code:
        counter.payments.give_up()
    assert counter.outcome == NotPaid(WhyNotPaid.GIVEN_UP)
    assert [state for _, state in counter.orders_at_the_centre()] == [OrderState.CLOSED]
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.NOT_CHARGED, None)
    with pytest.raises(RequestRefused, match="ORDER_CLOSED"):
        phone.pay(code_url=code)


def test_a_code_that_nobody_scans_is_closed_when_its_time_is_over(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qr, "SCAN_LIMIT_S", 0.4)
    [bill] = counter.office.bills(1)
    assert counter.pay(bill) == NotPaid(WhyNotPaid.TIMED_OUT)
    assert [one.stage for one in counter.stages] == [PayStage.SCAN, PayStage.CONFIRMING]
    assert [state for _, state in counter.orders_at_the_centre()] == [OrderState.CLOSED]


def test_who_paid_before_it_was_closed_has_paid(
    counter: Counter, phone: GatewayControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody heard of it: the gateway tells nothing, and the order is asked after no more."""
    monkeypatch.setattr(qr, "ASK_EVERY_S", 20.0)
    phone.arm(FaultKind.NO_NOTIFICATION)
    [bill] = counter.office.bills(1)
    with counter.paying(bill) as code:
        phone.pay(code_url=code)
        counter.payments.give_up()
    assert isinstance(counter.outcome, Paid)
    assert counter.office.posted() == [bill.reference]


@pytest.mark.parametrize("lost", [1, 2])
def test_an_answer_that_is_lost_makes_no_second_order(
    counter: Counter, phone: GatewayControl, lost: int
) -> None:
    """Once: asked again under its key it is the same order. Twice: nobody saw a code, and it is closed."""
    [bill] = counter.office.bills(1)
    counter.office.wire.lose_answers(lost)
    if lost == 1:
        with counter.paying(bill) as code:
            phone.pay(code_url=code)
        assert isinstance(counter.outcome, Paid)
    else:
        assert counter.pay(bill) == NotPaid(WhyNotPaid.CENTRE_AWAY)
        assert counter.state_of(bill) is None
    assert counter.office.wire.lost == lost
    wanted = OrderState.PAID if lost == 1 else OrderState.CLOSED
    assert [state for _, state in counter.orders_at_the_centre()] == [wanted]


def test_without_a_centre_there_is_no_code_and_no_money_moves(counter: Counter) -> None:
    [bill] = counter.office.bills(1)
    counter.office.wire.cut()
    assert counter.pay(bill) == NotPaid(WhyNotPaid.CENTRE_AWAY)
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.NOT_CHARGED, None)
    counter.orders.resolve()
    assert not counter.orders_at_the_centre()


def test_a_gateway_that_answers_late_is_waited_for(counter: Counter, phone: GatewayControl) -> None:
    [bill] = counter.office.bills(1)
    phone.arm(FaultKind.SLOW, path=PLACE, seconds=0.6)
    with counter.paying(bill) as code:
        phone.pay(code_url=code)
    assert isinstance(counter.outcome, Paid)
    assert len(counter.orders_at_the_centre()) == 1


@pytest.mark.parametrize("path", [PLACE, ""])
def test_without_a_gateway_there_is_no_code_and_the_waiting_has_an_end(
    counter: Counter, phone: GatewayControl, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Nobody saw a code, so nothing can have been paid: also where the order cannot be closed yet."""
    monkeypatch.setattr(qr, "CODE_LIMIT_S", 0.5)
    [bill] = counter.office.bills(1)
    phone.arm(FaultKind.LOST_ANSWER, path=path, times=200)
    assert counter.pay(bill) == NotPaid(WhyNotPaid.CENTRE_AWAY)
    assert all(not one.code for one in counter.stages)
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.NOT_CHARGED, None)


def test_money_that_cannot_be_posted_goes_back(counter: Counter, phone: GatewayControl) -> None:
    [bill] = counter.office.bills(1)
    with counter.paying(bill) as code:
        phone.pay(code_url=code, total_fen=39_999)
    [(order, state)] = counter.orders_at_the_centre()
    assert state is OrderState.REFUND_DUE
    assert counter.outcome == RefundDue(order, counter.intent.opened_at)
    assert counter.intent.history[-1].detail == f"{REFUND_DUE} {order}"
    assert counter.state_of(bill) is None, "the premium itself is due as before"


def paid_elsewhere(office: BackOffice, bill: Bill) -> None:
    other = entry(bill.reference, paid_at=office.clock.now())
    token = office.centre.token(OTHER_KEY, OTHER_TERMINAL)
    office.centre.call("POST", "/v1/transactions", body=body_of([other]), token=token)


def being_paid_elsewhere(office: BackOffice, bill: Bill) -> None:
    body = {"key": new_key(), "bill": bill.reference, "channel": "wechatpay"}
    token = office.centre.token(OTHER_KEY, OTHER_TERMINAL)
    assert office.centre.call("POST", ORDERS, body=body, token=token).status_code == 200


@pytest.mark.parametrize(
    ("happened", "why"), [(paid_elsewhere, WhyNotPaid.NOT_DUE), (being_paid_elsewhere, WhyNotPaid.BUSY)]
)
def test_the_centre_knows_better_than_an_older_page(
    counter: Counter, happened: Callable[[BackOffice, Bill], None], why: WhyNotPaid
) -> None:
    [bill] = counter.office.bills(1)
    happened(counter.office, bill)
    paid = counter.pay(bill)
    assert isinstance(paid, NotPaid)
    assert paid.why is why
    assert counter.intent.outcome is Outcome.NOT_CHARGED


def test_what_is_known_here_is_not_even_asked(counter: Counter, phone: GatewayControl) -> None:
    [bill] = counter.office.bills(1)
    with counter.paying(bill) as code:
        phone.pay(code_url=code)
    assert counter.pay(bill) == NotPaid(WhyNotPaid.NOT_DUE, counter.orders_at_the_centre()[0][0])
    assert len(counter.orders_at_the_centre()) == 1


def test_what_cannot_be_written_down_is_not_asked(counter: Counter) -> None:
    [bill] = counter.office.bills(1)
    in_vault(counter.vault, lambda cache: cache.close())
    assert counter.pay(bill) == NotPaid(WhyNotPaid.NOT_KEPT, "VaultClosed")
    assert not counter.orders_at_the_centre()


def test_a_family_cannot_pay_by_one_code(counter: Counter) -> None:
    bills = counter.office.bills(2)
    sale = Sale(tuple(map(Premium.of, bills)), "黄*仓", TenderKind.WECHATPAY)
    with pytest.raises(ValueError, match="an order for 2 bills"):
        counter.payments.pay(sale, counter.stages.append)
    assert not counter.orders_at_the_centre()


# The centre goes away while the code is shown: nobody knows, until the agent finds it out.


@pytest.fixture
def unknown(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter, Bill, str]:
    """A payment whose end was not heard: the bill, and the order's number on the slip."""
    monkeypatch.setattr(qr, "SCAN_LIMIT_S", 0.4)
    [bill] = counter.office.bills(1)
    with counter.paying(bill):
        counter.office.wire.cut()
    [(order, state)] = counter.orders_at_the_centre()
    assert state is OrderState.PENDING
    assert counter.outcome == NotKnown(order, counter.intent.opened_at)
    assert counter.intent.outcome is Outcome.UNKNOWN
    here = in_vault(counter.vault, lambda cache: paid_here(cache, [bill.reference]))[bill.reference]
    assert (here.state, here.number) == (HereState.NOT_KNOWN, order), "the page says the slip's number"
    with pytest.raises(CentreError):
        counter.orders.resolve()
    again = counter.pay(bill)
    assert (isinstance(again, NotPaid), getattr(again, "why", None)) == (True, WhyNotPaid.BUSY)
    counter.office.wire.mend()
    return counter, bill, order


def test_one_that_was_paid_meanwhile_is_found_out(
    unknown: tuple[Counter, Bill, str], phone: GatewayControl
) -> None:
    counter, bill, order = unknown
    phone.pay(order=order)
    with counter.office.agent():
        sooner_or_later(lambda: counter.intent.outcome is Outcome.CHARGED)
    assert counter.intent.history[-1].detail == order
    assert counter.state_of(bill) is HereState.APPLIED
    assert counter.office.posted() == [bill.reference]


def test_one_that_was_not_paid_is_closed_and_the_bill_free(
    unknown: tuple[Counter, Bill, str], phone: GatewayControl
) -> None:
    counter, bill, order = unknown
    counter.orders.resolve()
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.NOT_CHARGED, None)
    assert counter.orders_at_the_centre() == [(order, OrderState.CLOSED)]
    with pytest.raises(RequestRefused, match="ORDER_CLOSED"):
        phone.pay(order=order)


def test_one_that_was_paid_after_it_was_closed_is_to_be_refunded(
    unknown: tuple[Counter, Bill, str], phone: GatewayControl
) -> None:
    counter, bill, order = unknown
    counter.office.centre.call("POST", f"{ORDERS}/{order}/close")
    phone.pay(order=order, even_if_over=True)
    sooner_or_later(lambda: counter.orders_at_the_centre() == [(order, OrderState.REFUND_DUE)])
    counter.orders.resolve()
    assert counter.intent.history[-1].detail == f"{REFUND_DUE} {order}"
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.CHARGED, None)
    assert not counter.office.posted()


def test_a_gateway_that_does_not_answer_leaves_it_unknown(
    unknown: tuple[Counter, Bill, str], phone: GatewayControl
) -> None:
    counter, bill, _ = unknown
    phone.arm(FaultKind.FLIPPED_BYTE, times=50)
    counter.orders.resolve()
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.UNKNOWN, HereState.NOT_KNOWN)
    phone.clear()
    counter.orders.resolve()
    assert counter.intent.outcome is Outcome.NOT_CHARGED


def test_a_centre_without_gateway_that_does_not_know_the_order_says_nothing_of_it(
    unknown: tuple[Counter, Bill, str], open_centre: Opened
) -> None:
    """It was set up anew from an older copy: whether it was paid, the gateway knows."""
    counter, bill, _ = unknown
    office = counter.office
    bare = open_centre(clock=office.centre.clock)
    with Wire(bare.base_url) as wire, replace(office, centre=bare, wire=wire).client() as client:
        OpenOrders(counter.vault, client, office.clock).resolve()
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.UNKNOWN, HereState.NOT_KNOWN)


def test_one_order_that_the_centre_fails_on_keeps_nobody_from_the_others(
    unknown: tuple[Counter, Bill, str],
) -> None:
    counter, _, _ = unknown
    first = counter.intent
    [second] = counter.office.bills(1)
    with counter.paying(second):
        counter.office.wire.cut()
    counter.office.wire.mend()
    assert counter.office.centre.state.faults is not None
    counter.office.centre.state.faults.arm(FaultRequest(kind=CentreFault.ERROR, path_prefix=ORDERS))
    with pytest.raises(CentreFaulty):
        counter.orders.resolve()
    assert counter.intent.outcome is Outcome.NOT_CHARGED
    left = in_vault(counter.vault, lambda cache: cache.intents.unsettled())
    assert [one.intent_id for one in left] == [first.intent_id]


def test_a_front_that_died_is_given_time_and_then_its_order_is_closed(counter: Counter) -> None:
    """It may live and still show the code; and whether it ever asked, nobody knows."""
    [bill] = counter.office.bills(1)
    counter.stages.clear()
    with pytest.raises(SystemExit):
        counter.payments.pay(Sale((Premium.of(bill),), "黄*仓", TenderKind.WECHATPAY), _dies)
    counter.orders.resolve()
    assert (counter.intent.outcome, counter.state_of(bill)) == (None, HereState.NOT_KNOWN)
    counter.office.centre.clock.advance(LEFT_ALONE)
    counter.orders.resolve()
    assert (counter.intent.outcome, counter.state_of(bill)) == (Outcome.NOT_CHARGED, None)
    assert [state for _, state in counter.orders_at_the_centre()] == [OrderState.CLOSED]


def _dies(_: PayProgress) -> None:
    raise SystemExit
