"""How long to wait: a number, a date, or nothing that can be used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.contract.retry_after import MAX_RETRY_AFTER_S, retry_after_s

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))


@given(st.integers(0, 10**30))
def test_seconds_are_heard_up_to_an_hour(seconds: int) -> None:
    assert retry_after_s(f" {seconds} ", NOW) == min(seconds, MAX_RETRY_AFTER_S)


@given(st.integers(-(10**8), 10**8))
def test_a_date_is_as_far_as_it_lies_ahead_up_to_an_hour(seconds: int) -> None:
    until = (NOW + timedelta(seconds=seconds)).astimezone(UTC)
    assert retry_after_s(format_datetime(until, usegmt=True), NOW) == min(max(seconds, 0), MAX_RETRY_AFTER_S)


@pytest.mark.parametrize(
    "date",
    ["Fri, 20 Nov 2026 01:31:00 GMT", "Fri, 20 Nov 2026 01:31:00 -0000", "Fri, 20 Nov 2026 09:31 +0800"],
)
def test_a_date_has_its_zone_and_without_one_it_is_utc(date: str) -> None:
    assert retry_after_s(date, NOW) == 60


@pytest.mark.parametrize(
    "garbage",
    ["", "-5", "+5", "1.5", "1e9", "nan", "٣٠", "²", "5 s", "tomorrow", "Fri, 99 Nov 2026 01:31:00 GMT"],
)
def test_garbage_says_nothing(garbage: str) -> None:
    assert retry_after_s(garbage, NOW) is None


@given(st.text() | st.text("0123456789 :,+-GMTFriNov/").map(lambda rest: f"Fri, 20 Nov {rest}"))
def test_whatever_it_says_the_wait_is_bounded(text: str) -> None:
    seconds = retry_after_s(text, NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER_S
