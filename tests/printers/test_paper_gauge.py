"""How much paper is left, and that none is begun that would not come out whole."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.printer import PrinterProcess
from hypothesis import given
from hypothesis import strategies as st
from printing_bench import QUICK, FileJobLog, eventually, record

from drivers.printers.escpos import encode
from drivers.printers.gauge import PaperGauge
from drivers.printers.job_log import PrintOutcome
from drivers.printers.paper import Paper, Text
from drivers.printers.printer import Printer
from drivers.printers.status import (
    Connection,
    Cover,
    Cutter,
    Fault,
    Online,
    PaperSupply,
    PrinterStatus,
    Reason,
)

LONG, SHORT = record(), Paper("short", (Text("短"),))


def test_a_new_roll_is_counted_from_nothing(tmp_path: Path) -> None:
    gauge = PaperGauge(300, tmp_path / "used.json")
    assert gauge.suffices(PaperSupply.OK, 10_000)
    assert gauge.suffices(PaperSupply.UNKNOWN, 10_000), "unknown is not none"
    assert not gauge.suffices(PaperSupply.OUT, 1)
    assert gauge.suffices(PaperSupply.NEAR_END, 300)
    gauge.used(PaperSupply.OK, PaperSupply.OK, 200)
    assert gauge.suffices(PaperSupply.NEAR_END, 300), "that was before the end was near"
    gauge.used(PaperSupply.UNKNOWN, PaperSupply.UNKNOWN, 200)
    assert gauge.suffices(PaperSupply.NEAR_END, 300), "nobody knew that the end was near"
    gauge.used(PaperSupply.NEAR_END, PaperSupply.UNKNOWN, 200)
    assert not gauge.suffices(PaperSupply.NEAR_END, 101)
    assert PaperGauge(300, tmp_path / "used.json").suffices(PaperSupply.NEAR_END, 100), (
        "another process knows"
    )
    gauge.used(PaperSupply.UNKNOWN, PaperSupply.UNKNOWN, 50)
    assert not gauge.suffices(PaperSupply.NEAR_END, 51), "once counted, always counted"


def looks(paper: PaperSupply, cover: Cover = Cover.CLOSED) -> PrinterStatus:
    return PrinterStatus(Connection.ANSWERS, Online.ONLINE, paper, cover, Cutter.READY, Fault.NONE)


@pytest.mark.parametrize("put_in", [looks(PaperSupply.OUT), looks(PaperSupply.NEAR_END, Cover.OPEN)])
def test_a_new_roll_is_seen_when_it_is_put_in(tmp_path: Path, put_in: PrinterStatus) -> None:
    gauge = PaperGauge(300, tmp_path / "used.json")
    gauge.used(PaperSupply.NEAR_END, PaperSupply.NEAR_END, 300)
    gauge.saw(put_in)
    for _ in range(2):
        gauge.saw(looks(PaperSupply.OK))
        assert not gauge.suffices(PaperSupply.NEAR_END, 1), "a sensor may be wrong for a moment"
    gauge.saw(looks(PaperSupply.OK))
    assert gauge.suffices(PaperSupply.NEAR_END, 300)


@pytest.mark.parametrize(("printed", "left"), [((), 200), ((90, 100), 10), ((100, 200), 300)])
def test_a_roll_that_nears_its_end_too_soon_was_no_new_one(
    tmp_path: Path, printed: tuple[int, ...], left: int
) -> None:
    gauge = PaperGauge(300, tmp_path / "used.json")
    gauge.used(PaperSupply.NEAR_END, PaperSupply.NEAR_END, 100)
    gauge.saw(looks(PaperSupply.NEAR_END, Cover.OPEN))
    for _ in range(3):
        gauge.saw(looks(PaperSupply.OK))
    for length_mm in printed:
        gauge.used(PaperSupply.OK, PaperSupply.OK, length_mm)
    later = PaperGauge(300, tmp_path / "used.json")
    later.saw(looks(PaperSupply.NEAR_END))
    assert later.suffices(PaperSupply.NEAR_END, left)
    assert not later.suffices(PaperSupply.NEAR_END, left + 1)


def test_a_sensor_at_its_edge_makes_no_roll_a_new_one(tmp_path: Path) -> None:
    gauge = PaperGauge(300, tmp_path / "used.json")
    gauge.used(PaperSupply.NEAR_END, PaperSupply.NEAR_END, 300)
    garbled = replace(looks(PaperSupply.OK), cutter=Cutter.UNKNOWN)
    for status in (looks(PaperSupply.OK), looks(PaperSupply.OK), looks(PaperSupply.NEAR_END), *[garbled] * 9):
        gauge.saw(status)
    assert not gauge.suffices(PaperSupply.NEAR_END, 1)
    gauge.saw(looks(PaperSupply.NEAR_END, Cover.OPEN))
    gauge.saw(looks(PaperSupply.NEAR_END))
    gauge.saw(looks(PaperSupply.OK))
    assert not gauge.suffices(PaperSupply.NEAR_END, 1), "the same roll was put back"
    for _ in range(5):
        gauge.saw(looks(PaperSupply.OK))
    assert gauge.suffices(PaperSupply.NEAR_END, 300), "it was changed while nobody looked"


@given(
    st.binary(max_size=30) | st.sampled_from([b"299", b"300", b" 0\n", b"-1", b"1.0", b"true", b"[]", b"007"])
)
def test_a_damaged_count_is_taken_for_the_worst(
    tmp_path_factory: pytest.TempPathFactory, kept: bytes
) -> None:
    file = tmp_path_factory.mktemp("gauge") / "used.json"
    file.write_bytes(kept)
    told = PaperGauge(300, file).suffices(PaperSupply.NEAR_END, 1)
    assert told == (re.fullmatch(rb"\s*(-?0|[1-9]\d?|[12]\d\d)\s*", kept) is not None)


def test_a_paper_that_would_not_come_out_whole_is_not_begun_and_a_shorter_one_is(
    virtual: PrinterProcess, tmp_path: Path
) -> None:
    control, log = virtual.control, FileJobLog(tmp_path / "log")
    before = virtual.settle()
    control.near_end()
    left = encode(SHORT).length_mm + 10
    gauge = PaperGauge(left, tmp_path / "used.json")
    with Printer(virtual.address, log, limits=QUICK, gauge=gauge) as printer:
        assert not printer.suffices_for(LONG)
        report = printer.print(LONG).result(10)
        assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.PAPER_SHORT)
        assert log.entries() == [], "it was not even begun"
        assert printer.suffices_for(SHORT)
        assert printer.print(SHORT).result(10).outcome is PrintOutcome.PRINTED
        eventually(lambda: virtual.settle() == before + 1)
        assert not printer.suffices_for(SHORT), "the first took what there was"
        assert printer.print(SHORT).result(10).reason is Reason.PAPER_SHORT
        control.cover(open_=True)
        assert printer.status().cover is Cover.OPEN
        control.load_paper()
        control.cover(open_=False)
        assert printer.suffices_for(LONG), "asked at once, it says so at once"
        assert printer.print(LONG).result(10).outcome is PrintOutcome.PRINTED
    assert virtual.settle() == before + 2
