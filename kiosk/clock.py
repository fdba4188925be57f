"""The one clock that front, centre and command line read.

`BIANMIN_NOW` fixes its start for demo and tests: `2026-11-20T09:30+08:00`, or with the moment at which that
was so, `…@BOOTTIME` in seconds of CLOCK_BOOTTIME. With it, processes that start later read the same time.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
START_VARIABLE = "BIANMIN_NOW"


def in_china(moment: datetime) -> datetime:
    """The same instant as clocks in China show it, wherever it comes from."""
    return moment.astimezone(CHINA)


class BadStart(ValueError):
    """`BIANMIN_NOW` holds no instant with a zone."""

    def __init__(self, text: str) -> None:
        wanted = "write an instant with its zone, as 2026-11-20T09:30+08:00"
        super().__init__(f"{START_VARIABLE}={text!r}: {wanted}")


class Clock(Protocol):
    """The port: what time it is."""

    def now(self) -> datetime:
        """An aware instant in China's time."""


class SystemClock:
    """The machine's clock, or one that started elsewhere and runs on at the same pace."""

    def __init__(self, shift: timedelta = timedelta()) -> None:
        self._shift = shift

    def now(self) -> datetime:
        return (datetime.now(UTC) + self._shift).astimezone(CHINA)


def clock_of(environment: Mapping[str, str]) -> SystemClock:
    """The system's clock; shifted as `BIANMIN_NOW` says where that is set. Raises `BadStart`."""
    text = environment.get(START_VARIABLE)
    if text is None:
        return SystemClock()
    instant, _, held_at = text.partition("@")
    try:
        start = datetime.fromisoformat(instant)
        held = float(held_at) if held_at else _boottime()
    except ValueError:
        raise BadStart(text) from None
    if start.tzinfo is None:
        raise BadStart(text)
    return SystemClock(start + timedelta(seconds=_boottime() - held) - datetime.now(UTC))


def with_shared_start(environment: Mapping[str, str], start: str | None = None) -> dict[str, str]:
    """The environment for child processes that shall all read one time, from `start` or `BIANMIN_NOW` on."""
    shared = dict(environment)
    text = start if start is not None else shared.get(START_VARIABLE)
    if text is not None:
        shared[START_VARIABLE] = text if "@" in text else f"{text}@{_boottime():.3f}"
    return shared


def monotonic() -> float:
    """Seconds that never run backwards, for limits and idle times; its zero means nothing."""
    return time.monotonic()


def _boottime() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
