"""Entries of an outbox: each applied once, whatever happens on the way, and none stops another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests
from fixtures.centre import problem_of
from fixtures.local_centre import NOW, OTHER_KEY, OTHER_TERMINAL, LocalCentre
from fixtures.premiums import (
    PREMIUM,
    bills_of,
    bills_of_children,
    body_of,
    entry,
    file_children,
    new_key,
    paid_rows,
)

from central import transactions
from central.county.builders import DemoResident
from central.records import AlarmKind
from central.store.alarms import raised
from kiosk.contract.ledger import OverviewAnswer
from kiosk.contract.transactions import (
    AppliedWire,
    DuplicateWire,
    EntryWire,
    FailedWire,
    KeyReusedWire,
    RejectedWire,
    TransactionsAnswer,
    UnreadableWire,
)
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money, total
from kiosk.domain.months import Month
from kiosk.domain.postings import RejectionReason


def sent(centre: LocalCentre, *entries: EntryWire) -> requests.Response:
    return centre.call("POST", "/v1/transactions", body=body_of(entries))


def told(response: requests.Response) -> tuple[object, ...]:
    assert response.status_code == 200, response.text
    return TransactionsAnswer.model_validate_json(response.content).entries


def alarms_of(centre: LocalCentre) -> list[tuple[AlarmKind, str]]:
    with centre.state.database.reading() as connection:
        return [(one.what, one.subject) for one in raised(connection)]


@pytest.fixture
def bill(local_centre: LocalCentre, county: dict[str, DemoResident]) -> str:
    """黄满仓's, of 2027."""
    return bills_of(local_centre, county["黄满仓"])[0].reference


def test_an_applied_entry_has_a_number_and_the_year_stands_in_the_account(
    local_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    (applied,) = told(sent(local_centre, entry(bill)))
    assert isinstance(applied, AppliedWire)
    assert applied.at == NOW
    rows = paid_rows(local_centre.state, county["黄满仓"].file.person.reference)
    assert [row.month for row in rows] == [Month(2027, month) for month in range(1, 13)]
    assert total(tuple(row.personal for row in rows)) == PREMIUM
    assert {row.arrived for row in rows} == {Month(2026, 11)}
    session = local_centre.open_session(county["黄满仓"])
    answer = local_centre.call("GET", "/v1/me/overview", session=session)
    standings = OverviewAnswer.model_validate_json(answer.content).standings
    (medical,) = (one.to_domain() for one in standings if one.kind is Kind.MEDICAL_RESIDENT)
    assert medical.paid_to == Month(2027, 12)


def test_an_entry_sent_again_gets_its_first_answer_again(
    local_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    one = entry(bill)
    (first,) = told(sent(local_centre, one))
    local_centre.clock.advance(timedelta(days=400))
    for again in told(sent(local_centre, one, one)):
        assert isinstance(again, DuplicateWire)
        assert again.first == first
    assert len(paid_rows(local_centre.state, county["黄满仓"].file.person.reference)) == 12


def test_one_instant_in_two_zones_is_one_payload(local_centre: LocalCentre, bill: str) -> None:
    one = entry(bill)
    told(sent(local_centre, one))
    (again,) = told(sent(local_centre, one.model_copy(update={"paid_at": one.paid_at.astimezone(UTC)})))
    assert isinstance(again, DuplicateWire)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"bill": "nobodys"}, RejectionReason.UNKNOWN_BILL),
        ({"amount_fen": Money(399_99)}, RejectionReason.AMOUNT_DIFFERS),
        ({"paid_at": datetime(2026, 8, 31, 15, 59, tzinfo=UTC)}, RejectionReason.OUTSIDE_WINDOW),
        ({"paid_at": datetime(2026, 12, 31, 16, 0, tzinfo=UTC)}, RejectionReason.OUTSIDE_WINDOW),
    ],
)
def test_a_rejected_entry_says_why_stays_rejected_and_changes_nothing(
    local_centre: LocalCentre,
    county: dict[str, DemoResident],
    bill: str,
    wrong: dict[str, object],
    reason: RejectionReason,
) -> None:
    one = entry(bill).model_copy(update=wrong)
    (first,) = told(sent(local_centre, one))
    assert first == RejectedWire(key=one.key, reason=reason)
    (again,) = told(sent(local_centre, one))
    assert again == DuplicateWire(key=one.key, first=first)
    assert paid_rows(local_centre.state, county["黄满仓"].file.person.reference) == []


def test_a_bill_paid_late_in_the_evening_of_the_windows_last_day_is_in_time(
    local_centre: LocalCentre, bill: str
) -> None:
    (answer,) = told(sent(local_centre, entry(bill, paid_at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC))))
    assert isinstance(answer, AppliedWire)


def test_a_bill_paid_under_another_key_rejects_the_second_and_keeps_it(
    local_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    first, second = entry(bill), entry(bill)
    applied, rejected = told(sent(local_centre, first, second))
    assert isinstance(applied, AppliedWire)
    assert rejected == RejectedWire(key=second.key, reason=RejectionReason.ALREADY_PAID)
    (again,) = told(sent(local_centre, second))
    assert again == DuplicateWire(key=second.key, first=rejected)
    assert len(paid_rows(local_centre.state, county["黄满仓"].file.person.reference)) == 12


@pytest.mark.parametrize(
    "other", [{"amount_fen": Money(1)}, {"receipt": "T001-99999999"}, {"bill": "another"}, {"paid_at": NOW}]
)
def test_a_key_with_another_payload_is_refused_with_an_alarm(
    local_centre: LocalCentre, bill: str, other: dict[str, object]
) -> None:
    one = entry(bill)
    (first,) = told(sent(local_centre, one))
    reused = one.model_copy(update=other)
    answer = sent(local_centre, reused)
    problem_of(answer, "/problems/key-reused")
    assert answer.status_code == 422
    assert alarms_of(local_centre) == [(AlarmKind.KEY_REUSED, one.key)]
    (again,) = told(sent(local_centre, one))
    assert again == DuplicateWire(key=one.key, first=first)


def test_in_a_batch_a_reused_key_is_answered_for_itself(
    local_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    one, (child, _) = entry(bill), bills_of(local_centre, county["刘桂兰"])
    told(sent(local_centre, one))
    reused, fine = told(
        sent(local_centre, one.model_copy(update={"receipt": "T001-0"}), entry(child.reference))
    )
    assert reused == KeyReusedWire(key=one.key)
    assert isinstance(fine, AppliedWire)


def test_one_receipt_number_for_two_entries_is_a_fault_of_the_terminal(
    local_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    child, _ = bills_of(local_centre, county["刘桂兰"])
    made_again = entry(bill, receipt="T001-00000001")
    told(sent(local_centre, entry(child.reference, receipt="T001-00000001")))
    (answer,) = told(sent(local_centre, made_again))
    assert answer == RejectedWire(key=made_again.key, reason=RejectionReason.RECEIPT_REUSED)
    assert alarms_of(local_centre) == [(AlarmKind.RECEIPT_REUSED, made_again.key)]


def test_an_entry_that_cannot_be_read_stops_no_other_and_nothing_of_it_is_kept(
    local_centre: LocalCentre, bill: str
) -> None:
    newer = entry(bill, key="k" * 32)
    body = body_of([newer, entry("nobodys")])
    body["entries"][0]["tender"] = {"type": "digital_yuan", "wallet": "1"}  # type: ignore[index]
    unreadable, rejected = told(local_centre.call("POST", "/v1/transactions", body=body))
    assert unreadable == UnreadableWire(key=newer.key)
    assert isinstance(rejected, RejectedWire)
    (applied,) = told(sent(local_centre, newer))
    assert isinstance(applied, AppliedWire)


def test_an_entry_on_which_the_centre_fails_stops_no_other_and_is_applied_when_sent_again(
    local_centre: LocalCentre,
    county: dict[str, DemoResident],
    bill: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unlucky, (child, _) = entry(bill), bills_of(local_centre, county["刘桂兰"])
    post = transactions.post

    def failing(connection: object, payment: object, *more: object) -> object:
        posted = post(connection, payment, *more)  # type: ignore[arg-type]
        if payment.key == unlucky.key:  # type: ignore[attr-defined]
            raise ZeroDivisionError("after everything was written")
        return posted

    monkeypatch.setattr(transactions, "post", failing)
    failed, applied = told(sent(local_centre, unlucky, entry(child.reference)))
    assert failed == FailedWire(key=unlucky.key)
    assert isinstance(applied, AppliedWire)
    monkeypatch.undo()
    assert paid_rows(local_centre.state, county["黄满仓"].file.person.reference) == []
    (applied,) = told(sent(local_centre, unlucky))
    assert isinstance(applied, AppliedWire)


@pytest.mark.parametrize(
    "entries", [[], [{"key": "short"}], [{}], ["x"], [{"key": f"{i:032}"} for i in range(101)]]
)
def test_a_batch_without_keys_or_too_long_is_an_invalid_request(
    standing_centre: LocalCentre, entries: list[object]
) -> None:
    answer = standing_centre.call("POST", "/v1/transactions", body={"entries": entries})
    problem_of(answer, "/problems/invalid-request")


def test_keys_are_each_terminals_own(local_centre: LocalCentre, county: dict[str, DemoResident]) -> None:
    child, other = bills_of(local_centre, county["刘桂兰"])
    key = new_key()
    told(sent(local_centre, entry(child.reference, key=key)))
    token = local_centre.token(OTHER_KEY, OTHER_TERMINAL)
    body = body_of([entry(other.reference, key=key)])
    (answer,) = told(local_centre.call("POST", "/v1/transactions", body=body, token=token))
    assert isinstance(answer, AppliedWire)


def test_one_entry_sent_by_eight_at_once_is_applied_once(
    local_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    one = entry(bill)
    with ThreadPoolExecutor(8) as pool:
        answers = [told(got)[0] for got in pool.map(lambda _: sent(local_centre, one), range(16))]
    applied = [answer for answer in answers if isinstance(answer, AppliedWire)]
    assert len(applied) == 1
    assert [one.first for one in answers if isinstance(one, DuplicateWire)] == applied * 15
    assert len(paid_rows(local_centre.state, county["黄满仓"].file.person.reference)) == 12


def test_one_bill_paid_by_eight_at_once_is_paid_once(
    local_centre: LocalCentre, county: dict[str, DemoResident], bill: str
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = [told(one)[0] for one in pool.map(lambda _: sent(local_centre, entry(bill)), range(8))]
    assert sum(isinstance(answer, AppliedWire) for answer in answers) == 1
    assert len(paid_rows(local_centre.state, county["黄满仓"].file.person.reference)) == 12


def test_a_full_batch_is_taken_in(local_centre: LocalCentre) -> None:
    database = local_centre.state.database
    bills = bills_of_children(database, file_children(database, 1000, 100))
    answers = told(sent(local_centre, *(entry(bill) for bill in bills.values())))
    assert all(isinstance(answer, AppliedWire) for answer in answers)
    assert len({answer.number for answer in answers if isinstance(answer, AppliedWire)}) == 100
