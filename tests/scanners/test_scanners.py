"""A serial scanner: its lines, what is none, and its going and coming back, on a virtual one."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fixtures.pcsc import wait_until
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.sam_module import LineError
from drivers.cards.sam_serial import SerialLine
from drivers.scanners import scanner_loop
from drivers.scanners.scan_events import (
    CodeScanned,
    ScanGarbled,
    ScannerEvent,
    ScannerGone,
    ScannerHere,
)
from drivers.scanners.scan_lines import ScanLines
from drivers.scanners.scanner_loop import ScannerLoop
from drivers.virtual.scanner import VirtualScanner

LONGEST = 100
codes = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=LONGEST)


@given(
    lines=st.lists(st.tuples(codes, st.sampled_from(["\r", "\n", "\r\n"])), max_size=5),
    cuts=st.lists(st.integers(0, 600), max_size=8),
)
def test_lines_come_whole_however_the_bytes_come(lines: list[tuple[str, str]], cuts: list[int]) -> None:
    data = "".join(code + end for code, end in lines).encode()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    reader = ScanLines(LONGEST)
    events = [event for first, last in itertools.pairwise(places) for event in reader.take(data[first:last])]
    assert events == [CodeScanned(code) for code, _ in lines]
    assert not reader.has_begun


@given(st.lists(st.binary(max_size=400), max_size=6))
def test_whatever_comes_nothing_grows_and_the_next_line_is_whole(chunks: list[bytes]) -> None:
    reader = ScanLines(LONGEST)
    for chunk in chunks:
        for event in reader.take(chunk):
            assert isinstance(event, ScanGarbled) or 0 < len(event.text) <= LONGEST
        assert len(reader._begun) <= LONGEST
    reader.take(b"\r")
    assert reader.take(b"BM1:X\r") == [CodeScanned("BM1:X")]


def test_what_is_dropped_is_not_quoted() -> None:
    reader = ScanLines(LONGEST)
    for bad in (b"S" * (LONGEST + 1), "秘密".encode(), b"SECRET\x00"):
        (event,) = reader.take(bad + b"\r")
        assert isinstance(event, ScanGarbled)
        assert "S" * 6 not in event.why
        assert "SECRET" not in event.why


@contextmanager
def listening(device: Path, on_event: Callable[[ScannerEvent], None]) -> Iterator[ScannerLoop]:
    loop = ScannerLoop(lambda: SerialLine(device, name="scanner"), on_event, longest=LONGEST)
    loop.start()
    try:
        yield loop
    finally:
        loop.stop()


def test_a_scanner_that_goes_is_told_once_and_heard_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner_loop, "_SETTLED", 0.1)
    events: list[ScannerEvent] = []
    with VirtualScanner(tmp_path / "scanner") as scanner, listening(scanner.link, events.append):
        wait_until(lambda: events == [ScannerHere()])
        scanner.scan("BM1:FIRST")
        wait_until(lambda: events[1:] == [CodeScanned("BM1:FIRST")])
        scanner.unplug()
        wait_until(lambda: len(events) == 3)
        assert isinstance(events[2], ScannerGone)
        scanner.plug()
        wait_until(lambda: events[3:] == [ScannerHere()])
        scanner.scan("BM1:SECOND", end="\n")
        wait_until(lambda: events[4:] == [CodeScanned("BM1:SECOND")])


class GoesAtOnce:
    """A line that can be opened and goes at the first look, as of a scanner without power."""

    def __init__(self) -> None:
        self.opened = 0
        self.says = b""

    def open(self) -> GoesAtOnce:
        self.opened += 1
        return self

    def read(self, _within_s: float) -> bytes:
        if self.says:
            said, self.says = self.says, b""
            return said
        raise LineError("no power")

    def write(self, _data: bytes, _within_s: float) -> None:
        raise AssertionError("nothing is said to a scanner")

    def flush(self) -> None:
        """Nothing has come."""

    def close(self) -> None:
        """It is gone already."""


def test_a_scanner_that_goes_at_every_opening_is_told_once_and_asked_ever_more_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanner_loop, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(scanner_loop, "_LONGEST_PAUSE", 0.02)
    events: list[ScannerEvent] = []
    line = GoesAtOnce()
    loop = ScannerLoop(line.open, events.append, longest=LONGEST)
    loop.start()
    wait_until(lambda: line.opened > 6)
    assert events == [ScannerHere(), ScannerGone("no power")]
    line.says = b"BM1:A\r"
    wait_until(lambda: len(events) == 5)
    loop.stop()
    assert events[2:] == [ScannerHere(), CodeScanned("BM1:A"), ScannerGone("no power")]


def test_a_scanner_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    events: list[ScannerEvent] = []
    with listening(tmp_path / "none", events.append):
        wait_until(lambda: len(events) == 1)
    assert isinstance(events[0], ScannerGone)
    assert "Plug the scanner in" in events[0].why


def test_a_code_without_an_end_is_no_part_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner_loop, "_LINE_LIMIT", 0.1)
    events: list[ScannerEvent] = []
    with VirtualScanner(tmp_path / "scanner") as scanner, listening(scanner.link, events.append):
        wait_until(lambda: events == [ScannerHere()])
        scanner.scan("BM1:SOMEBODY ELSES", end="")
        wait_until(lambda: len(events) == 2)
        assert isinstance(events[1], ScanGarbled)
        assert "send CR" in events[1].why
        scanner.scan("BM1:MINE")
        wait_until(lambda: events[2:] == [CodeScanned("BM1:MINE")])


def test_what_was_scanned_before_anybody_listened_is_nobodys(tmp_path: Path) -> None:
    events: list[ScannerEvent] = []
    with VirtualScanner(tmp_path / "scanner") as scanner:
        scanner.scan("BM1:BEFORE")
        with listening(scanner.link, events.append):
            wait_until(lambda: events == [ScannerHere()])
            scanner.scan("BM1:AFTER")
            wait_until(lambda: events[1:] == [CodeScanned("BM1:AFTER")])


def test_a_listener_that_fails_ends_the_loop_and_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: raised.append(told.exc_type))

    def fail(_event: ScannerEvent) -> None:
        raise ZeroDivisionError

    with VirtualScanner(tmp_path / "scanner") as scanner, listening(scanner.link, fail) as loop:
        wait_until(lambda: not loop.is_running)
    assert raised == [ZeroDivisionError]
