"""The calls of money over the terminal's line, on a centre and a gateway that are really there."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from fixtures.centre import TERMINAL
from fixtures.local_centre import KEY, OTHER_KEY, OTHER_TERMINAL, LocalCentre, Opened
from fixtures.premiums import entry, new_key, paid_rows
from pydantic import SecretStr

from central.county.builders import DemoResident
from central.faults import FaultKind, FaultRequest, Faults
from central.virtual_gateway.control import GatewayControl
from kiosk.central_client import (
    AskedTooOften,
    CentralClient,
    CentreAway,
    CentreFaulty,
    CentreRefused,
    Limits,
)
from kiosk.contract.payees import PayeeRequest
from kiosk.contract.payments import OrderRequest
from kiosk.contract.problems import ProblemType
from kiosk.contract.transactions import AppliedWire, DuplicateWire, TransactionsRequest
from kiosk.domain.bills import BillState, ForWhom
from kiosk.domain.payment_orders import OrderState
from kiosk.domain.tenders import BankCard, QrChannel, QrPayment

FARMER = "黄满仓"
Reached = list[bool]
Connect = Callable[..., CentralClient]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Opens a terminal's line to a centre, or to something that stands before it."""
    opened: list[CentralClient] = []

    def open_(centre: LocalCentre, url: str | None = None, reached: Reached | None = None) -> CentralClient:
        client = CentralClient(
            centre.base_url if url is None else url,
            TERMINAL,
            KEY,
            centre.clock,
            on_reached=(lambda _: None) if reached is None else reached.append,
        )
        opened.append(client)
        return client

    yield open_
    for client in opened:
        client.close()


@pytest.fixture
def client(local_centre: LocalCentre, connect: Connect) -> CentralClient:
    return connect(local_centre)


def session_of(centre: LocalCentre, resident: DemoResident) -> SecretStr:
    return SecretStr(centre.open_session(resident))


def bill_of(centre: LocalCentre, client: CentralClient, resident: DemoResident) -> str:
    return client.bills(session_of(centre, resident)).bills[0].reference


def test_a_family_pays_by_card_and_sees_that_it_has_paid(
    local_centre: LocalCentre, client: CentralClient, county: dict[str, DemoResident]
) -> None:
    token = session_of(local_centre, county["刘桂兰"])
    due = [one.to_domain() for one in client.bills(token).bills]
    assert [(one.payee, one.whom) for one in due] == [
        ("陈*禾", ForWhom.DEPENDANT),
        ("陈*麦", ForWhom.DEPENDANT),
    ]
    sold = [entry(one.reference) for one in due]
    answers = client.post_transactions(TransactionsRequest(entries=tuple(sold))).entries
    assert all(isinstance(one, AppliedWire) for one in answers)
    assert {one.state for one in client.bills(token).bills} == {BillState.PAID}
    paid = [one.to_domain() for one in client.payments(token).payments]
    assert {(one.bill, one.receipt) for one in paid} == {(one.bill, one.receipt) for one in sold}
    assert all(isinstance(one.tender, BankCard) for one in paid)


def test_a_neighbour_is_looked_up_five_times_and_then_no_more_on_a_line_that_is_well(
    local_centre: LocalCentre, connect: Connect, county: dict[str, DemoResident]
) -> None:
    reached: Reached = []
    client = connect(local_centre, reached=reached)
    token = session_of(local_centre, county["刘桂兰"])
    request = PayeeRequest(number=county[FARMER].file.person.number.text)
    for _ in range(5):
        (bill,) = client.payee(token, request).bills
        assert (bill.payee, bill.whom) == ("黄*仓", ForWhom.OTHER)
    with pytest.raises(AskedTooOften) as too_often:
        client.payee(token, request)
    assert too_often.value.retry_after_s == timedelta(minutes=30).total_seconds()
    assert reached == [True] * 6
    assert request.number not in repr(request)


def test_an_order_is_one_however_often_it_is_asked_for_and_can_be_closed(
    qr_centre: LocalCentre, connect: Connect, county: dict[str, DemoResident]
) -> None:
    client = connect(qr_centre)
    bill = bill_of(qr_centre, client, county[FARMER])
    request = OrderRequest(key=new_key(), bill=bill, channel=QrChannel.WECHATPAY)
    first, again = client.create_order(request), client.create_order(request)
    assert (first.id, first.code_url, first.state) == (again.id, again.code_url, OrderState.PENDING)
    assert client.close_order(first.id).state is OrderState.CLOSED
    assert client.close_order(first.id).state is OrderState.CLOSED
    assert client.order(first.id).posted is None


def test_a_code_that_was_paid_is_told_with_its_posting(
    qr_centre: LocalCentre, phone: GatewayControl, connect: Connect, county: dict[str, DemoResident]
) -> None:
    client = connect(qr_centre)
    bill = bill_of(qr_centre, client, county[FARMER])
    request = OrderRequest(key=new_key(), bill=bill, channel=QrChannel.WECHATPAY)
    order = client.create_order(request)
    phone.pay(order=order.id)
    qr_centre.clock.advance(timedelta(seconds=2))
    paid = client.order(order.id).to_domain()
    assert paid.state is OrderState.PAID
    (payment,) = client.payments(session_of(qr_centre, county[FARMER])).payments
    told = payment.to_domain()
    assert (told.tender, told.posted) == (QrPayment(QrChannel.WECHATPAY, order.id), paid.posted)


def test_what_the_centre_refuses_about_orders_is_told_by_its_type(
    local_centre: LocalCentre, client: CentralClient, county: dict[str, DemoResident]
) -> None:
    bill = bill_of(local_centre, client, county[FARMER])
    with pytest.raises(CentreRefused) as no_gateway:
        client.create_order(OrderRequest(key=new_key(), bill=bill, channel=QrChannel.WECHATPAY))
    assert no_gateway.value.problem is ProblemType.NO_GATEWAY
    with pytest.raises(CentreRefused) as no_order:
        client.order("20261120NOSUCHORDER")
    assert no_order.value.problem is ProblemType.NO_SUCH_ORDER


def test_the_region_says_whether_codes_can_be_paid(
    local_centre: LocalCentre, qr_centre: LocalCentre, connect: Connect
) -> None:
    without, taking = connect(local_centre).region(), connect(qr_centre).region()
    assert without is not None
    assert taking is not None
    assert without.region.to_domain().qr_channels == frozenset()
    assert taking.region.to_domain().qr_channels == {QrChannel.WECHATPAY}
    assert connect(qr_centre).region(without.etag) is not None


class CuttingLine:
    """Stands before a centre; lets the first request through and cuts the line when it is answered."""

    def __init__(self, centre: LocalCentre) -> None:
        target = urlsplit(centre.base_url)
        self._centre = (target.hostname, target.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cut = False
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._run, name="cutting-line", daemon=True).start()

    def close(self) -> None:
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._centre)
                self._ends += [near, far]
                threading.Thread(target=self._pump, args=(near, far), daemon=True).start()
                threading.Thread(target=self._pump_back, args=(far, near), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65536):
                other.sendall(said)

    def _pump_back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            if not self.cut and far.recv(65536):
                self.cut = True
                near.shutdown(socket.SHUT_RDWR)
                return
        self._pump(far, near)


@pytest.fixture
def cutting(local_centre: LocalCentre) -> Iterator[CuttingLine]:
    line = CuttingLine(local_centre)
    yield line
    line.close()


def test_entries_whose_answer_was_lost_are_sent_again_and_told_what_became_of_them(
    local_centre: LocalCentre, cutting: CuttingLine, connect: Connect, county: dict[str, DemoResident]
) -> None:
    bill = bill_of(local_centre, connect(local_centre), county[FARMER])
    client = connect(local_centre, cutting.url)
    (answer,) = client.post_transactions(TransactionsRequest(entries=(entry(bill),))).entries
    assert cutting.cut
    assert isinstance(answer, DuplicateWire)
    assert isinstance(answer.first, AppliedWire)
    assert len(paid_rows(local_centre.state, county[FARMER].file.person.reference)) == 12


def test_entries_can_be_given_less_time_than_other_calls(open_centre: Opened, connect: Connect) -> None:
    """A sale is sent at once where that is quick, and later else: nobody waits for it."""
    faults = Faults()
    centre = open_centre(faults=faults)
    client = connect(centre)
    faults.arm(FaultRequest(kind=FaultKind.HANG, path_prefix="/v1/transactions"))
    began = time.monotonic()
    with pytest.raises(CentreAway):
        client.post_transactions(TransactionsRequest(entries=(entry("b1"),)), limits=Limits(0.2, 0.3))
    assert time.monotonic() - began < 2
    assert client.post_transactions(TransactionsRequest(entries=(entry("b1"),))).entries


def test_a_busy_centre_says_when_entries_may_come_again(open_centre: Opened, connect: Connect) -> None:
    faults, reached = Faults(), list[bool]()
    client = connect(open_centre(faults=faults), reached=reached)
    faults.arm(FaultRequest(kind=FaultKind.BUSY, path_prefix="/v1/transactions", seconds=42))
    with pytest.raises(CentreFaulty) as busy:
        client.post_transactions(TransactionsRequest(entries=(entry("b1"),)))
    assert (busy.value.status, busy.value.retry_after_s) == (503, 42)
    assert reached == [False]


def test_entries_need_no_session_but_the_terminals_own_signature(local_centre: LocalCentre) -> None:
    forged = CentralClient(local_centre.base_url, OTHER_TERMINAL, KEY, local_centre.clock)
    batch = TransactionsRequest(entries=(entry("b1"),))
    with pytest.raises(CentreFaulty, match="401"):
        forged.post_transactions(batch)
    forged.close()
    other = CentralClient(local_centre.base_url, OTHER_TERMINAL, OTHER_KEY, local_centre.clock)
    assert len(other.post_transactions(batch).entries) == 1
    other.close()
