"""The telephone at the bench: it pays the orders of a real gateway, and a real centre hears of it or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from bench_stage import SOON_MS, OpenBench
from fixtures.gateway import RunningGateway, open_qr_centre
from fixtures.local_centre import LocalCentre, Opened
from fixtures.premiums import bills_of, new_key, paid_rows
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from central.county.builders import DemoResident
from central.gateway import OrderAsked
from drivers.virtual.control_port import BadAnswer
from drivers.virtual.phone import PhoneOrder, PhoneOrderState
from kiosk.clock import clock_of
from kiosk.domain.money import Money
from ui.bench.phone_hand import Pay, PhoneSeen
from ui.bench.phone_panel import AWAY, PhonePanel, order_shown

NOBODY = "http://127.0.0.1:9/v1/payment-notifications/wechatpay"
MEDICAL = "城乡居民基本医疗保险 2027年"
PENSION = "城乡居民基本养老保险 2026年"


def wait(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=SOON_MS)


def click(qtbot: QtBot, control: Any) -> None:
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton)


@pytest.fixture
def panel(open_bench: OpenBench, own_gateway: RunningGateway, qtbot: QtBot) -> PhonePanel:
    panel = open_bench(gateway=own_gateway).window.phone
    assert panel is not None
    wait(qtbot, lambda: panel.said.brief == "没有单子")
    return panel


class Premium:
    """黄满仓's premium of 2027, at a centre whose orders go to the test's gateway."""

    def __init__(self, centre: LocalCentre, resident: DemoResident) -> None:
        self._centre = centre
        self._resident = resident

    def order(self) -> None:
        bill = bills_of(self._centre, self._resident)[0].reference
        body = {"key": new_key(), "bill": bill, "channel": "wechatpay"}
        answer = self._centre.call("POST", "/v1/payment-orders", body=body)
        assert answer.status_code == 200, answer.text

    @property
    def posted(self) -> bool:
        """In the centre's own books; the gateway is not asked."""
        return len(paid_rows(self._centre.state, self._resident.file.person.reference)) == 12


@pytest.fixture
def premium(open_centre: Opened, own_gateway: RunningGateway, county: dict[str, DemoResident]) -> Premium:
    return Premium(open_qr_centre(open_centre, own_gateway), county["黄满仓"])


def place(gateway: RunningGateway, number: int, description: str, fen: int) -> str:
    """An order of nobody's, straight at the gateway."""
    order, until = f"ORDER{number:08}", clock_of(gateway.environment).now() + timedelta(minutes=5)
    gateway.adapter().place(OrderAsked(order, description, Money(fen), until, NOBODY))
    return order


def test_a_code_that_is_paid_on_the_phone_is_posted_at_the_centre(
    qtbot: QtBot, panel: PhonePanel, premium: Premium
) -> None:
    premium.order()
    wait(qtbot, panel.pay.isVisible)
    wait(qtbot, lambda: panel.face.shown.amount == "￥400.00")
    assert panel.face.shown.about == MEDICAL
    assert panel.said.brief == "待付 1 笔"
    click(qtbot, panel.pay)
    wait(qtbot, lambda: panel.face.shown.words == "已支付")
    assert not panel.pay.isVisible()
    assert panel.count.words == "共支付 1 笔"
    wait(qtbot, lambda: premium.posted)


def test_a_lost_notification_leaves_the_centre_without_news_of_the_payment(
    qtbot: QtBot, panel: PhonePanel, premium: Premium, own_gateway: RunningGateway
) -> None:
    click(qtbot, panel.lost)
    wait(qtbot, lambda: panel.lost.on is True)
    premium.order()
    wait(qtbot, panel.pay.isVisible)
    click(qtbot, panel.pay)
    wait(qtbot, lambda: panel.face.shown.words == "已支付")
    qtbot.wait(700)
    assert not premium.posted
    click(qtbot, panel.lost)
    wait(qtbot, lambda: panel.lost.on is False)
    with own_gateway.control() as hand:
        assert hand.notify(panel._seen.orders[0].order) < 300  # type: ignore[union-attr]
    wait(qtbot, lambda: premium.posted)


def test_the_phone_comes_to_the_front_when_an_order_comes_up(
    qtbot: QtBot, open_bench: OpenBench, own_gateway: RunningGateway
) -> None:
    window = open_bench(gateway=own_gateway).window
    assert window.phone is not None
    assert window.shelf.front is window.printer
    place(own_gateway, 1, MEDICAL, 400_00)
    wait(qtbot, lambda: window.shelf.front is window.phone)
    assert window.phone.isVisible()


def test_of_several_orders_the_newest_is_on_the_phone_and_another_can_be_chosen(
    qtbot: QtBot, panel: PhonePanel, own_gateway: RunningGateway
) -> None:
    place(own_gateway, 1, MEDICAL, 400_00)
    wait(qtbot, lambda: panel.face.shown.about == MEDICAL)
    assert panel.choices == ()
    place(own_gateway, 2, PENSION, 1_280_00)
    wait(qtbot, lambda: panel.face.shown.about == PENSION)
    assert [choice.label for choice in panel.choices] == ["￥1,280.00", "￥400.00"]
    click(qtbot, panel.choices[1])
    assert panel.face.shown.about == MEDICAL
    click(qtbot, panel.pay)
    wait(qtbot, lambda: panel.face.shown.words == "已支付")
    with own_gateway.control() as hand:
        assert [trade.state for trade in hand.trades()] == ["SUCCESS", "NOTPAY"]


def test_an_order_that_was_paid_meanwhile_cannot_be_paid_again_and_the_phone_says_why(
    qtbot: QtBot, panel: PhonePanel, own_gateway: RunningGateway
) -> None:
    order = place(own_gateway, 1, MEDICAL, 400_00)
    wait(qtbot, panel.pay.isVisible)
    with own_gateway.control() as hand:
        hand.pay(order=order)
    panel.act_wanted.emit(Pay(order))
    wait(qtbot, lambda: panel.note.words == "付不了：该订单已支付")
    wait(qtbot, lambda: panel.face.shown.words == "已支付")


def test_a_gateway_that_goes_is_said_to_be_away(
    qtbot: QtBot, panel: PhonePanel, own_gateway: RunningGateway
) -> None:
    place(own_gateway, 1, MEDICAL, 400_00)
    wait(qtbot, panel.pay.isVisible)
    own_gateway.kill()
    wait(qtbot, lambda: panel.said == AWAY)
    assert not panel.pay.isVisible()
    assert not panel.lost.isEnabled()


def seen_of(*states: tuple[PhoneOrderState, int]) -> PhoneSeen:
    """Orders `A`, `B`… with their states and the minutes that are left for them."""
    now = clock_of({"BIANMIN_NOW": "2026-11-20T09:30+08:00"}).now()
    orders = tuple(
        PhoneOrder(chr(ord("A") + i), MEDICAL, 400_00, state, now + timedelta(minutes=left))
        for i, (state, left) in enumerate(states)
    )
    return PhoneSeen(orders, lost=False, now=now)


def test_an_order_whose_time_is_over_waits_for_nobody() -> None:
    seen = seen_of((PhoneOrderState.WAITING, 5), (PhoneOrderState.WAITING, 0))
    assert [order.order for order in seen.waiting] == ["A"]


def test_the_newest_order_that_waits_is_shown_before_one_that_is_over() -> None:
    seen = seen_of((PhoneOrderState.WAITING, 5), (PhoneOrderState.CLOSED, 5))
    assert order_shown(seen, None) == seen.orders[0]
    assert order_shown(seen, "B") == seen.orders[1]
    assert order_shown(seen, "gone") == seen.orders[0]
    assert order_shown(seen_of((PhoneOrderState.PAID, 5)), None) is not None
    assert order_shown(seen_of(), None) is None


ORDER = {
    "order": "ORDER0001",
    "description": MEDICAL,
    "total_fen": 400_00,
    "state": "NOTPAY",
    "expires": "2026-11-20T09:35:00+08:00",
}


def test_an_order_is_read_as_the_gateway_tells_it() -> None:
    order = PhoneOrder.read({**ORDER, "code_url": "weixin://wxpay/bizpayurl?pr=1"})
    assert (order.order, order.total_fen, order.state) == ("ORDER0001", 400_00, PhoneOrderState.WAITING)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "REFUND"},
        {"total_fen": "40000"},
        {"total_fen": True},
        {"expires": "soon"},
        {"expires": "2026-11-20T09:35:00"},
        {"order": None},
    ],
)
def test_an_order_of_another_kind_is_a_bad_answer(wrong: dict[str, object]) -> None:
    with pytest.raises(BadAnswer):
        PhoneOrder.read({**ORDER, **wrong})


@given(
    st.dictionaries(
        st.sampled_from(list(ORDER)),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=30)
        | st.sampled_from(list(ORDER.values())),
    )
)
def test_anything_else_is_an_order_or_a_bad_answer(told: dict[str, object]) -> None:
    with suppress(BadAnswer):
        order = PhoneOrder.read(told)
        assert order.expires.tzinfo is not None
        assert json.loads(json.dumps(told))["total_fen"] == order.total_fen
