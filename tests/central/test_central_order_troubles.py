"""Payment by QR code where the gateway is missing or out of reach, or the centre was killed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fixtures.centre import DEMO_REGION, Centre, card_body, problem_of, serving
from fixtures.gateway import RunningGateway, open_qr_centre, running_gateway
from fixtures.local_centre import LocalCentre, Opened, serve_locally
from fixtures.orders import closed, looked, order_body, ordered, sooner_or_later
from fixtures.premiums import bills_of, new_key

from central.county.builders import DemoResident
from central.county.people import everybody
from central.orders import CODE_LIFE
from central.virtual_gateway.control import GatewayControl
from kiosk.contract.bills import BillsAnswer
from kiosk.domain.bills import BillState
from kiosk.domain.payment_orders import OrderState


def test_without_a_gateway_a_terminal_is_told_so(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    (bill,) = bills_of(standing_centre, county["黄满仓"])
    answer = standing_centre.call("POST", "/v1/payment-orders", body=order_body(bill.reference, new_key()))
    problem_of(answer, "/problems/no-gateway")
    assert answer.status_code < 500
    notified = standing_centre.call("POST", "/v1/payment-notifications/wechatpay")
    problem_of(notified, "/problems/no-gateway")


def test_a_centre_that_lost_its_gateway_still_tells_of_the_order_that_it_took(
    qr_centre: LocalCentre, county: dict[str, DemoResident], tmp_path: Path
) -> None:
    (bill,), key = bills_of(qr_centre, county["黄满仓"]), new_key()
    order = ordered(qr_centre, bill.reference, key)
    bare, close = serve_locally(tmp_path / "central-0.sqlite3", clock=qr_centre.clock)
    try:
        assert ordered(bare, bill.reference, key) == order
    finally:
        close()


def test_an_order_that_never_reached_its_gateway_is_closed_when_it_cannot_come_up_any_more(
    open_centre: Opened, county: dict[str, DemoResident], tmp_path: Path
) -> None:
    with running_gateway(tmp_path) as dead:
        centre = open_qr_centre(open_centre, dead)
        (bill,) = bills_of(centre, county["黄满仓"])
        dead.kill()
        order = ordered(centre, bill.reference)
        assert (order.state, order.code_url) == (OrderState.PENDING, None)
        assert closed(centre, order).state is OrderState.PENDING
    with running_gateway(tmp_path, dead.port, dead.environment):
        centre.clock.advance(timedelta(seconds=2))
        assert looked(centre, order).state is OrderState.PENDING
        centre.clock.advance(CODE_LIFE + timedelta(seconds=30))
        assert looked(centre, order).state is OrderState.CLOSED


def test_a_centre_that_was_killed_finds_what_was_paid_meanwhile(
    gateway: RunningGateway, phone: GatewayControl, tmp_path: Path
) -> None:
    options = ("--gateway-config", str(gateway.config))
    farmer = next(one for one in everybody() if one.file.person.name == "黄满仓")

    def state_of(centre: Centre) -> tuple[str, BillState]:
        said = card_body({"card_id": farmer.card.card_id})
        session = centre.call("POST", "/v1/residents/identify", body=said).json()["session"]["token"]
        answer = centre.call("GET", "/v1/me/bills", session=session)
        (bill,) = BillsAnswer.model_validate_json(answer.content).bills
        return bill.reference, bill.state

    with serving(tmp_path, *options, region=DEMO_REGION, environment=gateway.environment) as first:
        reference, _ = state_of(first)
        order = ordered(first, reference)
        first.process.kill()
    phone.pay(order=order.id)
    with serving(tmp_path, *options, region=DEMO_REGION, environment=gateway.environment) as second:
        # Nobody asks about the order: its own sweep has to.
        sooner_or_later(lambda: state_of(second)[1] is BillState.PAID)
        assert looked(second, order).state is OrderState.PAID
