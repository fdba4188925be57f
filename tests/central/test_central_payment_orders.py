"""Payment by QR code: posted once on the gateway's signed word, and on nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fixtures.centre import problem_of
from fixtures.gateway import RunningGateway
from fixtures.local_centre import OTHER_KEY, OTHER_TERMINAL, HeldClock, LocalCentre, Opened
from fixtures.orders import closed, looked, order_body, ordered, sooner_or_later
from fixtures.premiums import PREMIUM, bills_of, body_of, entry, new_key, paid_rows

from central.county.builders import DemoResident
from central.orders import CODE_LIFE
from central.records import AlarmKind
from central.store.alarms import raised
from central.virtual_gateway.control import GatewayControl, RequestRefused
from central.virtual_gateway.faults import FaultKind
from kiosk.clock import clock_of
from kiosk.domain.bills import BillState
from kiosk.domain.payment_orders import OrderState
from kiosk.domain.tenders import QrChannel


@pytest.fixture
def bill(qr_centre: LocalCentre, county: dict[str, DemoResident]) -> str:
    return bills_of(qr_centre, county["黄满仓"])[0].reference


class Books:
    """What the centre's own books say of 黄满仓."""

    def __init__(self, centre: LocalCentre, resident: DemoResident) -> None:
        self._centre = centre
        self._resident = resident

    @property
    def months(self) -> int:
        return len(paid_rows(self._centre.state, self._resident.file.person.reference))

    @property
    def bill_state(self) -> BillState:
        return bills_of(self._centre, self._resident)[0].state

    @property
    def alarms(self) -> list[AlarmKind]:
        with self._centre.state.database.reading() as connection:
            return [one.what for one in raised(connection)]


@pytest.fixture
def books(qr_centre: LocalCentre, county: dict[str, DemoResident]) -> Books:
    return Books(qr_centre, county["黄满仓"])


def test_a_code_that_is_paid_posts_the_premium_on_the_notification(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    assert (order.state, order.amount, order.posted) == (OrderState.PENDING, PREMIUM, None)
    assert order.code_url is not None
    assert books.bill_state is BillState.PENDING
    shown = phone.pay(code_url=order.code_url)
    assert (shown.order, shown.description) == (order.id, "城乡居民基本医疗保险 2027年")
    sooner_or_later(lambda: books.bill_state is BillState.PAID)
    paid = looked(qr_centre, order)
    assert paid.state is OrderState.PAID
    assert paid.posted is not None
    assert books.months == 12


def test_without_a_notification_a_terminal_that_asks_learns_it(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)
    qr_centre.clock.advance(timedelta(seconds=2))
    assert looked(qr_centre, order).state is OrderState.PAID
    assert books.months == 12


def test_without_either_the_sweep_finds_it_when_its_time_has_come(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)
    assert qr_centre.state.orders().sweep() == 0
    qr_centre.clock.advance(timedelta(seconds=10))
    assert qr_centre.state.orders().sweep() == 1
    assert books.bill_state is BillState.PAID


def test_a_notification_that_comes_twice_posts_once(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.DUPLICATE_NOTIFICATION)
    phone.pay(order=order.id)
    sooner_or_later(lambda: books.bill_state is BillState.PAID)
    first = looked(qr_centre, order)
    assert phone.notify(order.id) == 204
    assert looked(qr_centre, order) == first
    assert books.months == 12


def test_eight_notifications_at_once_post_once(
    qr_centre: LocalCentre, gateway: RunningGateway, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)

    def notified(_: int) -> int:
        with gateway.control() as hand:
            return hand.notify(order.id)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(notified, range(8))) == {204}
    assert books.months == 12


def test_a_forged_notification_is_refused_and_nothing_is_posted(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    assert phone.notify(order.id, forged=True) == 403
    assert looked(qr_centre, order).state is OrderState.PENDING
    assert books.months == 0


def test_a_notification_with_one_flipped_byte_is_refused(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)
    phone.arm(FaultKind.FLIPPED_BYTE, path="/v1/payment-notifications")
    assert phone.notify(order.id) == 403
    assert books.bill_state is BillState.PENDING
    assert phone.notify(order.id) == 204
    assert books.bill_state is BillState.PAID


def test_a_notification_that_is_true_but_says_unpaid_posts_nothing(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    assert phone.notify(order.id) == 204
    assert books.bill_state is BillState.PENDING


def test_a_wrong_amount_is_not_posted_but_due_for_refund(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.pay(order=order.id, total_fen=1)
    sooner_or_later(lambda: looked(qr_centre, order).state is OrderState.REFUND_DUE)
    assert books.alarms == [AlarmKind.WRONG_AMOUNT]
    assert (books.months, books.bill_state) == (0, BillState.DUE)


def test_an_order_that_is_closed_frees_its_bill_and_cannot_be_paid(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    busy = qr_centre.call("POST", "/v1/payment-orders", body=order_body(bill, new_key()))
    problem_of(busy, "/problems/bill-busy")
    assert closed(qr_centre, order).state is OrderState.CLOSED
    with pytest.raises(RequestRefused, match="ORDER_CLOSED"):
        phone.pay(order=order.id)
    assert books.bill_state is BillState.DUE
    assert ordered(qr_centre, bill).state is OrderState.PENDING


def test_an_order_that_is_paid_cannot_be_closed_any_more(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)
    assert closed(qr_centre, order).state is OrderState.PAID
    assert books.months == 12


def test_a_payment_after_the_close_is_due_for_refund(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    closed(qr_centre, order)
    phone.pay(order=order.id, even_if_over=True)
    sooner_or_later(lambda: looked(qr_centre, order).state is OrderState.REFUND_DUE)
    assert books.alarms == [AlarmKind.PAID_LATE]
    assert (books.months, books.bill_state) == (0, BillState.DUE)


def test_a_bill_that_was_paid_by_card_meanwhile_makes_the_code_due_for_refund(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    taken = qr_centre.call("POST", "/v1/transactions", body=body_of([entry(bill)])).json()
    assert taken["entries"][0]["result"] == "applied"
    phone.pay(order=order.id)
    sooner_or_later(lambda: looked(qr_centre, order).state is OrderState.REFUND_DUE)
    assert books.alarms == [AlarmKind.PAID_TWICE]
    assert books.months == 12


@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.FLIPPED_BYTE, FaultKind.UNSIGNED])
def test_an_order_whose_answer_was_lost_stays_pending_and_is_the_same_when_asked_again(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books, kind: FaultKind
) -> None:
    phone.arm(kind, path="/native")
    key = new_key()
    lost = ordered(qr_centre, bill, key)
    assert (lost.state, lost.code_url) == (OrderState.PENDING, None)
    assert books.bill_state is BillState.PENDING
    again = ordered(qr_centre, bill, key)
    assert (again.id, again.state) == (lost.id, OrderState.PENDING)
    assert again.code_url is not None
    assert [one.order for one in phone.trades()].count(again.id) == 1


@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.FLIPPED_BYTE, FaultKind.UNSIGNED])
def test_a_query_that_cannot_be_believed_leaves_the_order_pending(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books, kind: FaultKind
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)
    phone.arm(kind, path=order.id)
    assert looked(qr_centre, order).state is OrderState.PENDING
    assert books.months == 0
    qr_centre.clock.advance(timedelta(seconds=2))
    assert looked(qr_centre, order).state is OrderState.PAID


def test_a_close_whose_answer_was_lost_is_unknown_until_the_gateway_is_asked_again(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    phone.arm(FaultKind.LOST_ANSWER, path="/close")
    assert closed(qr_centre, order).state is OrderState.PENDING
    assert books.bill_state is BillState.PENDING
    qr_centre.clock.advance(timedelta(seconds=2))
    assert looked(qr_centre, order).state is OrderState.CLOSED


def test_an_order_that_the_gateway_refuses_at_once_is_closed(
    qr_centre: LocalCentre, bill: str, books: Books
) -> None:
    # By the gateway's clock its time is over already.
    qr_centre.clock.advance(-timedelta(minutes=3))
    order = ordered(qr_centre, bill)
    assert (order.state, order.code_url) == (OrderState.CLOSED, None)
    assert books.bill_state is BillState.DUE


def test_a_refusal_of_an_order_that_was_asked_for_before_proves_nothing(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    phone.arm(FaultKind.LOST_ANSWER, path="/native")
    key = new_key()
    order = ordered(qr_centre, bill, key)
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)
    assert ordered(qr_centre, bill, key).state is OrderState.PENDING
    assert looked(qr_centre, order).state is OrderState.PAID
    assert books.months == 12


def test_a_terminal_that_asks_without_end_does_not_make_the_centre_ask_so(
    open_centre: Opened, county: dict[str, DemoResident], gateway: RunningGateway, phone: GatewayControl
) -> None:
    held = HeldClock(clock_of(gateway.environment).now())
    centre = open_centre(gateways={QrChannel.WECHATPAY: gateway.adapter()}, clock=held)
    order = ordered(centre, bills_of(centre, county["黄满仓"])[0].reference)
    assert looked(centre, order).state is OrderState.PENDING
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(order=order.id)
    assert looked(centre, order).state is OrderState.PENDING
    held.advance(timedelta(seconds=1))
    assert looked(centre, order).state is OrderState.PAID


def test_a_code_that_nobody_paid_in_time_is_closed(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str, books: Books
) -> None:
    order = ordered(qr_centre, bill)
    qr_centre.clock.advance(CODE_LIFE)
    assert looked(qr_centre, order).state is OrderState.CLOSED
    assert {one.order: one.state for one in phone.trades()}[order.id] == "CLOSED"
    assert books.bill_state is BillState.DUE


def test_one_key_sent_by_eight_at_once_is_one_order(
    qr_centre: LocalCentre, phone: GatewayControl, bill: str
) -> None:
    key = new_key()
    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda _: ordered(qr_centre, bill, key), range(8)))
    assert len({order.id for order in orders}) == 1
    assert [one.order for one in phone.trades()].count(orders[0].id) == 1


def test_eight_keys_for_one_bill_at_once_are_one_order(qr_centre: LocalCentre, bill: str) -> None:
    def asked(_: int) -> str:
        answer = qr_centre.call("POST", "/v1/payment-orders", body=order_body(bill, new_key()))
        return "ordered" if answer.status_code == 200 else str(answer.json()["type"])

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(asked, range(8))) == ["/problems/bill-busy"] * 7 + ["ordered"]


def test_a_key_is_one_payments_alone_whichever_way_it_is_paid(
    qr_centre: LocalCentre, county: dict[str, DemoResident], bill: str, books: Books
) -> None:
    child, _ = bills_of(qr_centre, county["刘桂兰"])
    order_key, card_key = new_key(), new_key()
    ordered(qr_centre, bill, order_key)
    qr_centre.call("POST", "/v1/transactions", body=body_of([entry("nobodys", key=card_key)]))
    for key in (order_key, card_key):
        again = qr_centre.call("POST", "/v1/payment-orders", body=order_body(child.reference, key))
        problem_of(again, "/problems/key-reused")
    by_card = qr_centre.call("POST", "/v1/transactions", body=body_of([entry(bill, key=order_key)]))
    problem_of(by_card, "/problems/key-reused")
    assert books.alarms == [AlarmKind.KEY_REUSED] * 2
    assert books.months == 0


def test_an_order_is_its_terminals_alone(qr_centre: LocalCentre, bill: str) -> None:
    order = ordered(qr_centre, bill)
    for method, path in (("GET", ""), ("POST", "/close")):
        token = qr_centre.token(OTHER_KEY, OTHER_TERMINAL)
        answer = qr_centre.call(method, f"/v1/payment-orders/{order.id}{path}", token=token)
        problem_of(answer, "/problems/no-such-order")
    assert looked(qr_centre, order).state is OrderState.PENDING


def test_what_is_not_due_gets_no_code(
    qr_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    qr_centre.call("POST", "/v1/transactions", body=body_of([entry(bill)]))
    paid = qr_centre.call("POST", "/v1/payment-orders", body=order_body(bill, new_key()))
    problem_of(paid, "/problems/not-due")
    unknown = qr_centre.call("POST", "/v1/payment-orders", body=order_body("nobodys", new_key()))
    problem_of(unknown, "/problems/no-such-bill")
    child, _ = bills_of(qr_centre, county["刘桂兰"])
    qr_centre.clock.advance(timedelta(days=60))
    over = qr_centre.call("POST", "/v1/payment-orders", body=order_body(child.reference, new_key()))
    problem_of(over, "/problems/not-due")
