"""Residents' sessions: how long they last, to whom they are bound, how they end."""

from __future__ import annotations

from datetime import timedelta

from fixtures.centre import TERMINAL, problem_of
from fixtures.local_centre import NOW, OTHER_KEY, OTHER_TERMINAL, LocalCentre, public_half

from central.county.builders import DemoResident
from central.store import terminals

SESSION_OVER = "/problems/session-over"
OVERVIEW = "/v1/me/overview"


def opened(centre: LocalCentre, county: dict[str, DemoResident]) -> str:
    token = centre.identify(card_id=county["杨帆"].card.card_id).json()["session"]["token"]
    assert isinstance(token, str)
    return token


def test_a_call_without_a_session_or_with_a_made_up_one_is_refused(standing_centre: LocalCentre) -> None:
    problem_of(standing_centre.call("GET", OVERVIEW), SESSION_OVER)
    problem_of(standing_centre.call("GET", OVERVIEW, session="made-up"), SESSION_OVER)


def test_a_session_ends_ten_minutes_after_its_last_use(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = opened(local_centre, county)
    for _ in range(2):
        local_centre.clock.advance(timedelta(minutes=9, seconds=59))
        assert local_centre.call("GET", OVERVIEW, session=session).status_code == 200
    local_centre.clock.advance(timedelta(minutes=10))
    problem_of(local_centre.call("GET", OVERVIEW, session=session), SESSION_OVER)


def test_a_session_ends_after_thirty_minutes_however_busy(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = opened(local_centre, county)
    for _ in range(5):
        local_centre.clock.advance(timedelta(minutes=5))
        assert local_centre.call("GET", OVERVIEW, session=session).status_code == 200
    local_centre.clock.advance(timedelta(minutes=4, seconds=59))
    assert local_centre.call("GET", OVERVIEW, session=session).status_code == 200
    local_centre.clock.advance(timedelta(seconds=1))
    problem_of(local_centre.call("GET", OVERVIEW, session=session), SESSION_OVER)


def test_a_session_is_of_no_use_to_another_terminal(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = opened(standing_centre, county)
    elsewhere = standing_centre.token(OTHER_KEY, OTHER_TERMINAL)
    problem_of(standing_centre.call("GET", OVERVIEW, session=session, token=elsewhere), SESSION_OVER)
    elsewhere = standing_centre.token(OTHER_KEY, OTHER_TERMINAL)
    problem_of(standing_centre.call("DELETE", "/v1/session", session=session, token=elsewhere), SESSION_OVER)
    assert standing_centre.call("GET", OVERVIEW, session=session).status_code == 200


def test_a_session_dies_with_its_device_key(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = opened(local_centre, county)
    with local_centre.state.database.writing() as connection:
        terminals.enrol(connection, TERMINAL, public_half(OTHER_KEY), NOW)
    renewed = local_centre.token(OTHER_KEY, TERMINAL)
    problem_of(local_centre.call("GET", OVERVIEW, session=session, token=renewed), SESSION_OVER)


def test_an_ended_session_is_over_and_ends_once(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session, other = opened(standing_centre, county), opened(standing_centre, county)
    assert standing_centre.call("DELETE", "/v1/session", session=session).status_code == 204
    problem_of(standing_centre.call("GET", OVERVIEW, session=session), SESSION_OVER)
    problem_of(standing_centre.call("DELETE", "/v1/session", session=session), SESSION_OVER)
    assert standing_centre.call("GET", OVERVIEW, session=other).status_code == 200


def test_the_database_holds_no_token_and_forgets_dead_sessions(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = opened(local_centre, county)
    with local_centre.state.database.reading() as connection:
        dump = "\n".join(str(row) for row in connection.exec_driver_sql("select * from sessions").fetchall())
    assert dump
    assert session not in dump
    local_centre.clock.advance(timedelta(minutes=30))
    opened(local_centre, county)
    with local_centre.state.database.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from sessions").scalar_one() == 1
