"""Somebody else by number: due or not, and nothing more; not often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from fixtures.centre import problem_of
from fixtures.local_centre import FEW, LocalCentre, Opened
from fixtures.premiums import PREMIUM, body_of, entry

from central.county.builders import DemoResident
from central.limits import Rate
from kiosk.contract.payees import PayeeAnswer
from kiosk.domain.bills import ForWhom

NOBODYS = "800100199001010010"


def asked(centre: LocalCentre, session: str, number: str) -> requests.Response:
    return centre.call("POST", "/v1/payees", session=session, body={"number": number})


def number_of(resident: DemoResident) -> str:
    return resident.file.person.number.text


def test_a_neighbours_premium_is_told_with_a_masked_name_and_can_be_paid(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = local_centre.open_session(county["杨帆"])
    answer = asked(local_centre, session, number_of(county["黄满仓"]))
    (bill,) = (one.to_domain() for one in PayeeAnswer.model_validate_json(answer.content).bills)
    assert (bill.payee, bill.whom, bill.amount) == ("黄*仓", ForWhom.OTHER, PREMIUM)
    person = county["黄满仓"].file.person
    for secret in (person.name, person.reference, person.number.text[-4:]):
        assert secret not in answer.text.replace(bill.reference, "")
    paid = local_centre.call("POST", "/v1/transactions", body=body_of([entry(bill.reference)])).json()
    assert paid["entries"][0]["result"] == "applied"


def test_nobody_and_nothing_due_and_two_people_are_one_answer(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = local_centre.open_session(county["刘桂兰"])
    due = asked(local_centre, session, number_of(county["黄满仓"])).json()["bills"][0]
    local_centre.call("POST", "/v1/transactions", body=body_of([entry(due["reference"])]))
    session = local_centre.open_session(county["刘桂兰"])
    numbers = {
        "employed": number_of(county["杨帆"]),
        "paid": number_of(county["黄满仓"]),
        "two behind one number": number_of(county["王秀英"]),
        "nobody's": NOBODYS,
        "no number": "123456789012345678",
    }
    answers = {what: asked(local_centre, session, number) for what, number in numbers.items()}
    assert {(one.status_code, one.content) for one in answers.values()} == {(200, b'{"bills":[]}')}


def test_a_session_may_ask_five_times_however_quickly(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = local_centre.open_session(county["刘桂兰"])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: asked(local_centre, session, NOBODYS), range(12)))
    assert [one.status_code for one in answers].count(200) == 5
    problem_of(asked(local_centre, session, NOBODYS), "/problems/too-many-requests")
    another = local_centre.open_session(county["刘桂兰"])
    assert asked(local_centre, another, NOBODYS).status_code == 200


def test_a_terminal_has_a_daily_cap_over_all_its_sessions(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    limits = replace(FEW, payees_of_terminal=Rate(7, timedelta(days=1)))
    centre = open_centre(limits=limits)
    for _ in range(7):
        assert asked(centre, centre.open_session(county["刘桂兰"]), NOBODYS).status_code == 200
    refused = asked(centre, centre.open_session(county["刘桂兰"]), NOBODYS)
    problem_of(refused, "/problems/too-many-requests")
    assert refused.headers["Retry-After"] == str(24 * 3600)
    centre.clock.advance(timedelta(days=1))
    assert asked(centre, centre.open_session(county["刘桂兰"]), NOBODYS).status_code == 200


def test_nobody_asks_without_a_session(standing_centre: LocalCentre) -> None:
    answer = standing_centre.call("POST", "/v1/payees", body={"number": NOBODYS})
    problem_of(answer, "/problems/session-over")


@pytest.mark.parametrize("number", ["", "8001001990010100", "８" * 18, "80010019900101001x"])
def test_what_cannot_be_a_number_is_an_invalid_request(
    standing_centre: LocalCentre, county: dict[str, DemoResident], number: str
) -> None:
    session = standing_centre.open_session(county["刘桂兰"])
    problem_of(asked(standing_centre, session, number), "/problems/invalid-request")
