"""Papers: issued under a code, checked by anyone, opened by the last four."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from fixtures.centre import problem_of
from fixtures.local_centre import FEW, NOW, LocalCentre, Opened
from hypothesis import given
from hypothesis import strategies as st

from central.codes import CODE_SIGNS, random_code
from central.county.builders import DemoResident
from central.limits import Rate
from kiosk.contract.papers import PaperAnswer, PaperCheck
from kiosk.domain.insurance import Kind


def issued(centre: LocalCentre, resident: DemoResident, **more: object) -> PaperAnswer:
    session = centre.open_session(resident)
    body = {"type": "rights_record", "years": [2026, 2025], **more}
    answer = centre.call("POST", "/v1/papers", session=session, body=body)
    assert answer.status_code == 201, answer.text
    return PaperAnswer.model_validate_json(answer.content)


def checked(centre: LocalCentre, code: str, last_four: str | None = None) -> requests.Response:
    """As anyone's telephone asks: without any token."""
    query = {} if last_four is None else {"last4": last_four}
    return requests.get(f"{centre.base_url}/v1/papers/{code}", params=query, timeout=10)


def test_a_rights_record_certifies_what_the_ledger_says(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    resident = county["刘桂兰"]
    paper = issued(standing_centre, resident)
    record = paper.rights_record
    assert (record.name, record.sex, record.place) == ("刘桂兰", "女", "示例县青石纺织有限公司")
    assert record.number == resident.file.person.number.masked()
    assert record.years == (2025, 2026)
    assert record.cut_off == paper.issued_at == NOW
    assert paper.valid_until == NOW + timedelta(days=30)
    rows = [row for row in resident.file.contributions if row.month.year in (2025, 2026)]
    assert len(rows) == 4 * 22
    assert sorted((row.to_domain() for row in record.rows), key=repr) == sorted(rows, key=repr)
    assert {(one.kind, one.year) for one in record.accounts} == {
        (kind, year) for kind in (Kind.PENSION_EMPLOYEE, Kind.MEDICAL_EMPLOYEE) for year in (2025, 2026)
    }
    assert paper.issuers == ("示例县人力资源和社会保障局", "示例县医疗保障局")
    assert paper.seals == (), "this centre has no keys"


def test_the_number_stands_whole_on_the_paper_only_where_asked(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    paper = issued(standing_centre, county["刘桂兰"], whole_number=True)
    assert paper.rights_record.number == county["刘桂兰"].file.person.number.text


def test_a_child_has_one_issuer_and_a_household_place(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    paper = issued(standing_centre, county["陈小禾"])
    assert paper.issuers == ("示例县医疗保障局",)
    assert paper.rights_record.place == "示例县青石镇"


@pytest.mark.parametrize(
    "wrong",
    [
        {"years": []},
        {"years": [2020, 2021, 2022, 2023, 2024, 2025]},
        {"years": [99999]},
        {"type": "tax_certificate"},
        {"copies": 2},
    ],
)
def test_a_paper_that_the_contract_does_not_know_is_an_invalid_request(
    standing_centre: LocalCentre, county: dict[str, DemoResident], wrong: dict[str, object]
) -> None:
    session = standing_centre.open_session(county["刘桂兰"])
    body = {"type": "rights_record", "years": [2026]} | wrong
    answer = standing_centre.call("POST", "/v1/papers", session=session, body=body)
    problem_of(answer, "/problems/invalid-request")


def test_anyone_learns_that_a_paper_is_genuine_and_no_more(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    paper = issued(standing_centre, county["刘桂兰"])
    answer = checked(standing_centre, paper.code)
    check = PaperCheck.model_validate_json(answer.content)
    assert check.masked_name == "刘*兰"
    assert check.rights_record is None
    assert (check.issued_at, check.issuers) == (paper.issued_at, paper.issuers)
    person = county["刘桂兰"].file.person
    for secret in (person.name, person.number.text, person.number.text[-4:], person.reference, "青石"):
        assert secret not in answer.text


def test_the_printed_address_leads_to_the_check(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    paper = issued(standing_centre, county["刘桂兰"])
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", paper.url), "QR codes have a small mode for these only"
    assert paper.code in requests.get(paper.url, timeout=10).text


def test_a_code_typed_in_small_letters_is_the_same_code(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    assert checked(standing_centre, issued(standing_centre, county["刘桂兰"]).code.lower()).status_code == 200


def test_the_last_four_open_the_details(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    resident = county["刘桂兰"]
    paper = issued(standing_centre, resident)
    last_four = resident.file.person.number.text[-4:]
    answer = checked(standing_centre, paper.code, last_four)
    assert PaperCheck.model_validate_json(answer.content).rights_record == paper.rights_record


def wrong_for(resident: DemoResident) -> str:
    return "0000" if not resident.file.person.number.text.endswith("0000") else "1111"


def test_wrong_last_four_are_counted_and_then_the_details_stay_closed(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    resident = county["刘桂兰"]
    paper, other = issued(local_centre, resident), issued(local_centre, resident)
    right, wrong = resident.file.person.number.text[-4:], wrong_for(resident)
    for _ in range(FEW.wrong_last_four - 1):
        problem_of(checked(local_centre, paper.code, wrong), "/problems/last-four-wrong")
        assert checked(local_centre, paper.code, right).status_code == 200
    problem_of(checked(local_centre, paper.code, wrong), "/problems/last-four-wrong")
    problem_of(checked(local_centre, paper.code, right), "/problems/too-many-requests")
    local_centre.clock.advance(timedelta(days=1))
    problem_of(checked(local_centre, paper.code, right), "/problems/too-many-requests")
    assert checked(local_centre, paper.code).status_code == 200
    assert checked(local_centre, other.code, right).status_code == 200


def test_guesses_made_at_once_count_each(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    paper = issued(standing_centre, county["刘桂兰"])
    wrong = wrong_for(county["刘桂兰"])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: checked(standing_centre, paper.code, wrong), range(16)))
    types = [answer.json()["type"] for answer in answers]
    assert types.count("/problems/last-four-wrong") == FEW.wrong_last_four
    assert types.count("/problems/too-many-requests") == 16 - FEW.wrong_last_four


def test_a_client_that_asks_too_often_has_to_wait_whoever_it_says_it_is(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(limits=replace(FEW, paper_checks=Rate(3, timedelta(minutes=1))))
    paper = issued(centre, county["刘桂兰"])
    checked(centre, random_code(5))
    assert checked(centre, paper.code).status_code == 200
    assert checked(centre, paper.code).status_code == 200
    refused = requests.get(
        f"{centre.base_url}/v1/papers/{paper.code}", headers={"X-Forwarded-For": "192.0.2.7"}, timeout=10
    )
    problem_of(refused, "/problems/too-many-requests")
    assert refused.headers["Retry-After"] == "60"
    centre.clock.advance(timedelta(minutes=1))
    assert checked(centre, paper.code).status_code == 200


def test_an_expired_paper_says_so_and_what_it_certified_is_erased(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    resident = county["刘桂兰"]
    paper = issued(local_centre, resident)
    local_centre.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert checked(local_centre, paper.code).status_code == 200
    local_centre.clock.advance(timedelta(seconds=1))
    answer = checked(local_centre, paper.code, resident.file.person.number.text[-4:])
    assert "2026-12-20" in str(problem_of(answer, "/problems/paper-expired")["detail"])
    issued(local_centre, county["杨帆"])
    with local_centre.state.database.reading() as connection:
        kept = connection.exec_driver_sql(
            "select masked_name, last_four, content from papers where code = ?", (paper.code,)
        ).one()
    assert tuple(kept) == (None, None, None)
    problem_of(checked(local_centre, paper.code), "/problems/paper-expired")


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA-AAAA", "0", "🂡", "x" * 30, "%00", "' or 1=1"])
def test_a_code_that_was_never_issued_is_no_such_paper(standing_centre: LocalCentre, code: str) -> None:
    problem_of(checked(standing_centre, code), "/problems/no-such-paper")


@pytest.mark.parametrize("last_four", ["", "123", "12345", "ABCD", "１２３４"])
def test_last_four_that_cannot_be_are_an_invalid_request(
    standing_centre: LocalCentre, county: dict[str, DemoResident], last_four: str
) -> None:
    paper = issued(standing_centre, county["刘桂兰"])
    problem_of(checked(standing_centre, paper.code, last_four), "/problems/invalid-request")


@given(st.integers(1, 50))
def test_codes_are_of_the_contract_and_never_twice(count: int) -> None:
    codes = [random_code(5) for _ in range(count)]
    assert len(set(codes)) == count
    assert len(CODE_SIGNS) == len(set(CODE_SIGNS)) == 32
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){4}", code) for code in codes)


def test_codes_use_every_sign_in_every_place() -> None:
    codes = [random_code(5) for _ in range(1000)]
    for place in (place for place in range(24) if place % 5 != 4):
        assert len({code[place] for code in codes}) == 32
