"""缴费记录: what was paid is told to its payee and his guardian, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fixtures.gateway import RunningGateway, open_qr_centre
from fixtures.local_centre import NOW, LocalCentre, Opened
from fixtures.premiums import (
    PREMIUM,
    bills_of,
    bills_of_children,
    body_of,
    children,
    entry,
    file_children,
    new_key,
)

from central.county.builders import DemoResident
from central.store import people
from central.virtual_gateway.control import GatewayControl
from kiosk.contract.past_payments import MAX_PAYMENTS, PaymentsAnswer
from kiosk.contract.payments import OrderAnswer
from kiosk.contract.transactions import AppliedWire, EntryWire, TransactionsAnswer
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.past_payments import PastPayment
from kiosk.domain.payment_orders import OrderState
from kiosk.domain.postings import Applied
from kiosk.domain.tenders import BankCard, QrChannel, QrPayment


def payments_of(centre: LocalCentre, resident: DemoResident) -> list[PastPayment]:
    answer = centre.call("GET", "/v1/me/payments", session=centre.open_session(resident))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return [one.to_domain() for one in PaymentsAnswer.model_validate_json(answer.content).payments]


def applied(centre: LocalCentre, *entries: EntryWire) -> list[Applied]:
    answer = centre.call("POST", "/v1/transactions", body=body_of(entries))
    told = TransactionsAnswer.model_validate_json(answer.content).entries
    return [Applied(one.number, one.at) for one in told if isinstance(one, AppliedWire)]


def test_a_premium_paid_by_card_is_told_with_all_that_a_receipt_needs(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    (bill,) = bills_of(local_centre, county["黄满仓"])
    paid = entry(bill.reference, receipt="T001-00000007")
    (posted,) = applied(local_centre, paid)
    assert payments_of(local_centre, county["黄满仓"]) == [
        PastPayment(
            bill=bill.reference,
            kind=Kind.MEDICAL_RESIDENT,
            year=2027,
            amount=PREMIUM,
            payee="黄*仓",
            whom=ForWhom.SELF,
            paid_at=NOW - timedelta(minutes=1),
            posted=posted,
            receipt="T001-00000007",
            tender=BankCard("622202******1234", "112233445566", "POI-1"),
            terminal="T001",
        )
    ]


def test_what_was_paid_by_code_is_told_with_its_order_and_without_a_receipt_number(
    open_centre: Opened, county: dict[str, DemoResident], gateway: RunningGateway, phone: GatewayControl
) -> None:
    centre = open_qr_centre(open_centre, gateway)
    (bill,) = bills_of(centre, county["黄满仓"])
    body = {"key": new_key(), "bill": bill.reference, "channel": "wechatpay"}
    ordered = centre.call("POST", "/v1/payment-orders", body=body).json()["id"]
    assert payments_of(centre, county["黄满仓"]) == []
    phone.pay(order=ordered)
    centre.clock.advance(timedelta(seconds=2))
    answer = centre.call("GET", f"/v1/payment-orders/{ordered}")
    order = OrderAnswer.model_validate_json(answer.content).to_domain()
    assert order.state is OrderState.PAID
    (payment,) = payments_of(centre, county["黄满仓"])
    assert payment.tender == QrPayment(QrChannel.WECHATPAY, ordered)
    assert (payment.receipt, payment.posted, payment.amount) == (None, order.posted, PREMIUM)


def test_a_mother_is_told_of_her_children_each_child_of_himself_and_nobody_else_of_them(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    xiaohe, xiaomai = bills_of(local_centre, county["刘桂兰"])
    applied(local_centre, entry(xiaohe.reference), entry(xiaomai.reference))
    told = payments_of(local_centre, county["刘桂兰"])
    assert {(one.payee, one.whom) for one in told} == {
        ("陈*禾", ForWhom.DEPENDANT),
        ("陈*麦", ForWhom.DEPENDANT),
    }
    (own,) = payments_of(local_centre, county["陈小禾"])
    assert (own.bill, own.payee, own.whom) == (xiaohe.reference, "陈*禾", ForWhom.SELF)
    assert payments_of(local_centre, county["黄满仓"]) == []


def test_the_newest_payment_comes_first_however_late_it_arrived(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    xiaohe, xiaomai = bills_of(local_centre, county["刘桂兰"])
    applied(local_centre, entry(xiaomai.reference))
    local_centre.clock.advance(timedelta(days=9))
    applied(local_centre, entry(xiaohe.reference, paid_at=NOW - timedelta(days=30)))
    told = payments_of(local_centre, county["刘桂兰"])
    assert [one.bill for one in told] == [xiaomai.reference, xiaohe.reference]
    assert told[0].posted.at < told[1].posted.at


def test_what_was_booked_otherwise_refused_or_sent_again_is_no_payment(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    """The county's people have paid every year, but not through this centre."""
    assert county["黄满仓"].file.contributions
    (bill,) = bills_of(local_centre, county["黄满仓"])
    refused = entry(bill.reference, amount=Money(1))
    assert applied(local_centre, refused) == []
    assert payments_of(local_centre, county["黄满仓"]) == []
    paid, twice = entry(bill.reference), entry(bill.reference)
    (posted,) = applied(local_centre, paid, paid, twice)
    assert [one.posted for one in payments_of(local_centre, county["黄满仓"])] == [posted]


def test_a_guardian_of_many_is_told_of_the_newest_hundred(local_centre: LocalCentre) -> None:
    database = local_centre.state.database
    references = file_children(database, 7000, MAX_PAYMENTS + 1)
    (guardian,) = children(6999, 1)
    with database.writing() as connection:
        people.file_all(connection, [replace(guardian, dependants=references)])
    bills = list(bills_of_children(database, references).values())
    entries = [entry(bill, paid_at=NOW - timedelta(minutes=i)) for i, bill in enumerate(bills)]
    applied(local_centre, *entries[:50])
    applied(local_centre, *entries[50:])
    told = payments_of(local_centre, DemoResident(guardian, ""))
    assert [one.bill for one in told] == bills[:MAX_PAYMENTS]


def test_names_leave_the_centre_masked_here_too(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    for bill in bills_of(local_centre, county["刘桂兰"]):
        applied(local_centre, entry(bill.reference))
    session = local_centre.open_session(county["刘桂兰"])
    text = local_centre.call("GET", "/v1/me/payments", session=session).text
    child = county["陈小禾"].file.person
    for secret in (child.name, child.number.text, child.reference):
        assert secret not in text
