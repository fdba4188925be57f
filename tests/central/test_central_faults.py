"""Faults on demand: only where allowed, and each as named."""

from __future__ import annotations

import pytest
import requests
from fixtures.centre import problem_of
from fixtures.local_centre import LocalCentre, Opened

from central.faults import Faults


@pytest.fixture
def failing(open_centre: Opened) -> LocalCentre:
    return open_centre(faults=Faults())


def arm(centre: LocalCentre, **fault: object) -> requests.Response:
    return requests.post(f"{centre.base_url}/v1/_faults", json=fault, timeout=10)


def test_a_centre_that_does_not_allow_faults_has_no_such_path(standing_centre: LocalCentre) -> None:
    assert arm(standing_centre, kind="500").status_code == 404
    assert standing_centre.call("GET", "/v1/region").status_code == 200


def test_it_fails_as_often_as_told_and_where_told(failing: LocalCentre) -> None:
    assert arm(failing, kind="500", path_prefix="/v1/region", times=2).status_code == 204
    assert failing.call("GET", "/v1/health").status_code == 200
    for _ in range(2):
        problem_of(failing.call("GET", "/v1/region"), "/problems/internal")
    assert failing.call("GET", "/v1/region").status_code == 200


def test_garbage_is_no_json(failing: LocalCentre) -> None:
    arm(failing, kind="garbage", path_prefix="/v1/region")
    answer = failing.call("GET", "/v1/region")
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_a_hanging_centre_never_answers_and_lives_on(failing: LocalCentre) -> None:
    arm(failing, kind="hang", path_prefix="/v1/region")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{failing.base_url}/v1/region", timeout=0.3)
    assert failing.call("GET", "/v1/region").status_code == 200


def test_a_slow_centre_answers_rightly(failing: LocalCentre) -> None:
    arm(failing, kind="slow", path_prefix="/v1/region", seconds=0.05)
    assert failing.call("GET", "/v1/region").status_code == 200


def test_a_busy_centre_says_for_how_long(failing: LocalCentre) -> None:
    arm(failing, kind="503", path_prefix="/v1/region", seconds=6.5)
    answer = failing.call("GET", "/v1/region")
    problem_of(answer, "about:blank")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert failing.call("GET", "/v1/region").status_code == 200


def test_faults_can_be_taken_back(failing: LocalCentre) -> None:
    arm(failing, kind="500", times=100)
    assert requests.delete(f"{failing.base_url}/v1/_faults", timeout=10).status_code == 204
    assert failing.call("GET", "/v1/region").status_code == 200


def test_faults_are_bounded_and_checked(failing: LocalCentre) -> None:
    problem_of(arm(failing, kind="explode"), "/problems/invalid-request")
    problem_of(arm(failing, kind="500", times=0), "/problems/invalid-request")
    for _ in range(20):
        assert arm(failing, kind="500").status_code == 204
    problem_of(arm(failing, kind="500"), "/problems/invalid-request")
