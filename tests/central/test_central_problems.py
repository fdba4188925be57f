"""Every error is a problem, and none tells internals."""

from __future__ import annotations

import http.client
import logging
from urllib.parse import urlsplit

import pytest
import requests
from fixtures.centre import card_body, problem_of
from fixtures.local_centre import LocalCentre

from central.county.builders import DemoResident
from central.problems import STATUS, Refused, response
from kiosk.contract.problems import Problem, ProblemType

BLANK = "about:blank"


@pytest.mark.parametrize("problem", ProblemType)
def test_every_type_has_a_status_and_a_title(problem: ProblemType) -> None:
    answer = response(Refused(problem))
    body = Problem.model_validate_json(bytes(answer.body))
    assert body.type == problem
    assert body.title
    assert body.status == STATUS[problem] == answer.status_code
    assert answer.media_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/v1/nothing", "/v1/region/", "/v1/_faults", "/docs", "/v2/region"])
def test_an_unknown_path_is_a_problem(standing_centre: LocalCentre, path: str) -> None:
    answer = standing_centre.call("GET", path)
    assert problem_of(answer, BLANK)["title"] == "Not Found"
    assert answer.status_code == 404


def test_a_wrong_method_is_a_problem_that_names_the_right_one(standing_centre: LocalCentre) -> None:
    answer = standing_centre.call("POST", "/v1/region")
    problem_of(answer, BLANK)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "body.card: Field required"),
        ({"card": {}, "evidence": "card_read"}, None),
        (card_body({"card_id": "nonsense"}), "body.card.card_id"),
        (card_body({"citizen_number": "1", "name": "x"}), "body.card.citizen_number"),
        (card_body({"card_id": "A" * 32, "pin": "123456"}), "body.card.pin"),
        (card_body({"card_id": "A" * 32, "name": "x" * 201}), "body.card.name"),
        ([1, 2], "body"),
        ("text", "body"),
    ],
)
def test_an_invalid_request_is_told_by_place_and_never_quoted(
    standing_centre: LocalCentre, body: object, told: str | None
) -> None:
    answer = standing_centre.call("POST", "/v1/residents/identify", body=body)
    problem = problem_of(answer, "/problems/invalid-request")
    assert answer.status_code == 422
    assert told is None or told in str(problem["detail"])
    assert "123456" not in answer.text
    assert "nonsense" not in answer.text


def test_a_body_that_is_no_json_is_an_invalid_request(standing_centre: LocalCentre) -> None:
    for content in (b"{", b"\xff\xfe", b""):
        answer = requests.post(
            f"{standing_centre.base_url}/v1/residents/identify",
            data=content,
            headers={
                "Authorization": f"Bearer {standing_centre.token()}",
                "Content-Type": "application/json",
            },
            timeout=10,
        )
        assert answer.status_code in (400, 422)
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_too_long_is_refused_declared_or_not(standing_centre: LocalCentre, declared: bool) -> None:
    address = urlsplit(standing_centre.base_url).netloc
    connection = http.client.HTTPConnection(address, timeout=10)
    length = {"Content-Length": str(17 * 2**16)} if declared else {"Transfer-Encoding": "chunked"}
    headers = {"Authorization": f"Bearer {standing_centre.token()}", "Content-Type": "application/json"}
    connection.request(
        "POST",
        "/v1/residents/identify",
        body=(b" " * 2**16 for _ in range(17)),
        headers=headers | length,
        encode_chunked=not declared,
    )
    answer = connection.getresponse()
    assert answer.status == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    connection.close()


def test_what_nobody_expected_is_a_bare_500_and_no_data_in_the_log(
    local_centre: LocalCentre,
    county: dict[str, DemoResident],
    caplog: pytest.LogCaptureFixture,
) -> None:
    session = local_centre.open_session(county["刘桂兰"])
    with local_centre.state.database.writing() as connection:
        connection.exec_driver_sql("update contributions set month = 209913")
    with caplog.at_level(logging.DEBUG):
        answer = local_centre.call("GET", "/v1/me/overview", session=session)
    assert problem_of(answer, "/problems/internal") == {
        "type": "/problems/internal",
        "title": "The centre failed",
        "status": 500,
    }
    logged = caplog.text
    assert "ValueError at" in logged
    assert "standings_of" in logged or "contributions_of" in logged
    assert "2099" not in logged


def test_the_log_of_a_database_error_quotes_no_parameter(
    local_centre: LocalCentre,
    county: dict[str, DemoResident],
    caplog: pytest.LogCaptureFixture,
) -> None:
    person = county["刘桂兰"].file.person
    with local_centre.state.database.writing() as connection:
        connection.exec_driver_sql("alter table people rename column name to gone")
    with caplog.at_level(logging.DEBUG):
        answer = local_centre.identify(citizen_number=person.number.text, name=person.name)
    problem_of(answer, "/problems/internal")
    assert "OperationalError" in caplog.text
    assert person.number.text not in caplog.text + answer.text
    assert person.name not in caplog.text + answer.text
