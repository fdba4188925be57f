"""What is due, for whom, and what is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from fixtures.local_centre import NOW, LocalCentre
from fixtures.premiums import PREMIUM, bills_of, body_of, entry

from central.county.builders import DemoResident
from kiosk.domain.bills import BillState, ForWhom, Window
from kiosk.domain.insurance import Kind


def test_a_mother_is_told_what_is_due_for_her_children(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    bills = bills_of(standing_centre, county["刘桂兰"])
    assert [(bill.payee, bill.whom) for bill in bills] == [
        ("陈*禾", ForWhom.DEPENDANT),
        ("陈*麦", ForWhom.DEPENDANT),
    ]
    for bill in bills:
        assert (bill.kind, bill.year, bill.amount) == (Kind.MEDICAL_RESIDENT, 2027, PREMIUM)
        assert bill.window == Window(date(2026, 9, 1), date(2026, 12, 31))
        assert bill.state is BillState.DUE


def test_a_farmer_is_told_what_is_due_for_himself(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    (bill,) = bills_of(standing_centre, county["黄满仓"])
    assert (bill.payee, bill.whom, bill.amount) == ("黄*仓", ForWhom.SELF, PREMIUM)


def test_mother_and_child_are_told_of_one_bill_and_its_reference_stays(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    (own,) = bills_of(standing_centre, county["陈小禾"])
    again, _ = bills_of(standing_centre, county["刘桂兰"])
    assert own.reference == again.reference
    assert (own.whom, again.whom) == (ForWhom.SELF, ForWhom.DEPENDANT)


@pytest.mark.parametrize("name", ["杨帆", "吴海燕", "马晓燕", "赵德厚"])
def test_nothing_is_due_for_whoever_is_not_in_residents_medical(
    standing_centre: LocalCentre, county: dict[str, DemoResident], name: str
) -> None:
    assert bills_of(standing_centre, county[name]) == ()


@pytest.mark.parametrize(
    ("day", "due"),
    [(date(2026, 8, 31), 0), (date(2026, 9, 1), 1), (date(2026, 12, 31), 1), (date(2027, 1, 1), 0)],
)
def test_a_premium_is_due_in_its_window_only(
    local_centre: LocalCentre, county: dict[str, DemoResident], day: date, due: int
) -> None:
    local_centre.clock.advance(timedelta(days=(day - NOW.date()).days))
    assert len(bills_of(local_centre, county["黄满仓"])) == due


def test_a_bill_that_was_drawn_up_is_told_no_longer_once_its_window_is_closed(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    assert bills_of(local_centre, county["黄满仓"])
    local_centre.clock.advance(timedelta(days=60))
    assert bills_of(local_centre, county["黄满仓"]) == ()


def test_a_bill_that_was_paid_says_so(local_centre: LocalCentre, county: dict[str, DemoResident]) -> None:
    (bill,) = bills_of(local_centre, county["黄满仓"])
    local_centre.call("POST", "/v1/transactions", body=body_of([entry(bill.reference)]))
    (paid,) = bills_of(local_centre, county["黄满仓"])
    assert (paid.reference, paid.state) == (bill.reference, BillState.PAID)


def test_terminals_that_ask_at_once_are_told_of_one_bill(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: bills_of(local_centre, county["黄满仓"]), range(8)))
    assert len({bills[0].reference for bills in told}) == 1


def test_names_leave_the_centre_masked(standing_centre: LocalCentre, county: dict[str, DemoResident]) -> None:
    session = standing_centre.open_session(county["刘桂兰"])
    text = standing_centre.call("GET", "/v1/me/bills", session=session).text
    child = county["陈小禾"].file.person
    for secret in (child.name, child.number.text, child.reference):
        assert secret not in text
