"""What of a scanner's codes becomes an event, and how much a stuck one may fill: queue and log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixtures.pcsc import wait_until
from resident import write_settings
from structlog.testing import capture_logs

from drivers.virtual.scanner import VirtualScanner
from kiosk.clock import clock_of
from kiosk.conditions import Conditions, Listeners
from kiosk.conversation.events import Event
from kiosk.conversation.touches import ScanRead
from kiosk.scanner_watch import ScannerWatch
from kiosk.settings import load_settings


class At:
    """A clock that stands."""

    now = 100.0


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[VirtualScanner]:
    with VirtualScanner(tmp_path / "scanner") as made:
        yield made


Watching = Callable[[At, list[Event]], ScannerWatch]


@pytest.fixture
def watching(scanner: VirtualScanner, tmp_path: Path) -> Watching:
    more = {"scanner": {"device": str(scanner.link)}}
    config = write_settings(
        tmp_path,
        centre_url="http://127.0.0.1:9",
        device_key=tmp_path / "key",
        printer="tcp://127.0.0.1:9",
        more=more,
    )
    settings = load_settings(config)
    conditions = Conditions(settings, clock_of({}), Listeners(lambda _: None, lambda _: None))

    def watch(at: At, events: list[Event]) -> ScannerWatch:
        return ScannerWatch(settings.scanner, conditions, events.append, lambda: at.now)

    return watch


def test_codes_on_the_heels_of_one_another_are_dropped_and_counted_in_one_line(
    scanner: VirtualScanner, watching: Watching
) -> None:
    at, events = At(), list[Event]()
    watch = watching(at, events)
    with capture_logs() as logs:
        watch.start()
        wait_until(lambda: watch.is_here)
        for i in range(30):
            scanner.scan(f"BM1:{i}")
        wait_until(lambda: watch._too_fast == 29)
        assert events == [ScanRead("BM1:0")]
        at.now += 0.25
        scanner.scan("BM1:NEXT")
        wait_until(lambda: events[1:] == [ScanRead("BM1:NEXT")])
        watch.stop()
    dropped = [log for log in logs if "dropped" in log["event"]]
    assert [log["count"] for log in dropped] == [29]
    assert "BM1" not in str(logs)


def test_what_cannot_be_read_is_told_at_most_once_a_minute(
    scanner: VirtualScanner, watching: Watching
) -> None:
    at, events = At(), list[Event]()
    watch = watching(at, events)
    with capture_logs() as logs:
        watch.start()
        wait_until(lambda: watch.is_here)
        for _ in range(20):
            scanner.send(b"SECRET\x00\r")
        wait_until(lambda: watch._garbled == 19)
        at.now += 60
        scanner.send(b"SECRET\x00\r")
        wait_until(lambda: watch._garbled == 0)
        watch.stop()
    assert [log["count"] for log in logs if log["event"] == "scan dropped"] == [1, 20]
    assert "SECRET" not in str(logs)
    assert events == []


def test_a_scanner_that_is_unplugged_is_not_here_and_the_next_code_of_another_is_read(
    scanner: VirtualScanner, watching: Watching
) -> None:
    events: list[Event] = []
    watch = watching(At(), events)
    watch.start()
    try:
        wait_until(lambda: watch.is_here)
        scanner.unplug()
        wait_until(lambda: not watch.is_here)
        scanner.plug()
        wait_until(lambda: watch.is_here)
        scanner.scan("BM1:AGAIN", end="\r\n")
        wait_until(lambda: events == [ScanRead("BM1:AGAIN")])
    finally:
        watch.stop()
