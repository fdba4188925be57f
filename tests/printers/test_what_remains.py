"""What an unfinished paper leaves in a printer is never on the next paper, and never counts as printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from PIL import Image, ImageChops
from printing_bench import QUICK, WAIT_S, FileJobLog, PrinterProcess, eventually, record
from test_completions import FENCED, MUTE, REPORTS

from drivers.printers.escpos import cut_off, encode
from drivers.printers.facsimile import draw
from drivers.printers.job_log import PrintOutcome, Remainder
from drivers.printers.paper import Paper, Text
from drivers.printers.preview import preview
from drivers.printers.printer import Printer
from drivers.printers.profile import PrinterProfile, standard
from drivers.printers.status import Connection, Reason
from drivers.virtual.printer_answers import Garbage

NEXT = Paper("note", (Text("下一位的纸"),))
DATA = encode(record()).data
LAST_BAND = DATA.rindex(b"\x1dv0\x00")
"""Of the code."""
CUT_SHORT = {"picture": LAST_BAND + 100, "header": LAST_BAND + 5}
STANDARD = standard()


@pytest.fixture
def forgetless(start: Callable[..., PrinterProcess]) -> Iterator[PrinterProcess]:
    """A printer that does not know how to clear its buffers."""
    virtual = start()
    virtual.control.clears(knows=False)
    return virtual


def came_out_alone(virtual: PrinterProcess, number: int) -> bool:
    with Image.open(virtual.png(number)) as paper, preview(NEXT) as whole:
        return paper.size == whole.size and ImageChops.difference(paper, whole).getbbox() is None


@pytest.mark.parametrize(
    ("profile", "within"),
    [(STANDARD, "header"), (FENCED, "picture"), (REPORTS, "header"), (MUTE, "picture"), (MUTE, "header")],
    ids=lambda value: value.completion.value if isinstance(value, PrinterProfile) else value,
)
def test_a_command_that_was_cut_short_does_not_swallow_the_next_paper(
    forgetless: PrinterProcess,
    log: FileJobLog,
    profile: PrinterProfile,
    within: str,
) -> None:
    sent = DATA[: CUT_SHORT[within]]
    with closing(forgetless.address.connect(WAIT_S)) as left:
        left.write(sent, WAIT_S)
        eventually(lambda: forgetless.control.state().received_bytes == len(sent))
    with Printer(forgetless.address, log, limits=QUICK, profile=profile, paper_may_hang=True) as printer:
        # The kiosk asks now and then.
        assert printer.status().connection is Connection.ANSWERS
        report = printer.print(NEXT).result(WAIT_S)
    proves = profile.completion.proves
    assert report.outcome is (PrintOutcome.PRINTED if proves else PrintOutcome.UNKNOWN)
    assert report.reason is (None if proves else Reason.NOT_TOLD)
    assert forgetless.settle() == 2
    assert came_out_alone(forgetless, 2)


@pytest.mark.parametrize("silenced", [(), ("real_time",)], ids=["stopped", "stopped, and silent"])
def test_a_cut_that_is_lost_with_the_power_is_made_before_the_next_paper(
    virtual: PrinterProcess, log: FileJobLog, silenced: tuple[str, ...]
) -> None:
    virtual.control.silence(silenced, after_bytes=1500)
    virtual.control.cover(open_=True, after_bytes=1500)
    with Printer(virtual.address, log, limits=QUICK) as printer:
        report = printer.print(record()).result(WAIT_S)
        assert (report.reason, report.remainder) == (Reason.COVER_OPEN, Remainder.CLEARED)
        virtual.control.power(on=False)
        virtual.control.cover(open_=False)
        virtual.control.silence(())
        eventually(lambda: printer.status().connection is Connection.UNREACHABLE)
        virtual.control.power(on=True)
        eventually(lambda: printer.status().connection is Connection.ANSWERS)
        assert printer.print(NEXT).result(WAIT_S).outcome is PrintOutcome.PRINTED
    assert came_out_alone(virtual, virtual.settle())


def test_what_large_type_leaves_under_its_line_is_cut_off_with_it() -> None:
    """Bytes alone: a job that ended right behind a large line, the cut, and the next paper."""
    large = Paper("large", (Text("Qgj龚", double=True, bold=True),))
    begun = encode(large).data.partition(b"\n")[0] + b"\n"
    _half, after = draw(begun + cut_off() + encode(NEXT).data)
    with preview(NEXT) as whole:
        assert ImageChops.difference(after.image, whole).getbbox() is None


def test_a_paper_that_a_silent_printer_never_took_whole_is_not_said_to_be_in_it(
    virtual: PrinterProcess, log: FileJobLog
) -> None:
    virtual.control.silence()
    virtual.control.cover(open_=True)
    with Printer(virtual.address, log, limits=replace(QUICK, proof_s=0.5), profile=MUTE) as printer:
        report = printer.print(record()).result(WAIT_S)
        assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.SILENT)
        assert report.remainder is Remainder.MAY_COME_OUT

        virtual.control.cover(open_=False)
        virtual.control.silence(())
        eventually(lambda: not virtual.control.state().connected)
        virtual.settle()
        printer.print(NEXT).result(WAIT_S)
    assert came_out_alone(virtual, virtual.settle())


def test_an_obstacle_that_is_told_while_the_rest_is_taken_is_the_reason(
    virtual: PrinterProcess, log: FileJobLog
) -> None:
    virtual.control.read_slowly(64, every_ms=5)
    patient = replace(QUICK, answer_s=2.0, proof_s=WAIT_S)
    with Printer(virtual.address, log, limits=patient, profile=REPORTS) as printer:
        printing = printer.print(record())
        eventually(lambda: virtual.control.state().printed_lines > 12)
        virtual.control.cover(open_=True)
        report = printing.result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.COVER_OPEN)
    assert report.remainder is Remainder.MAY_COME_OUT


@pytest.mark.parametrize("seed", [14, 19])
def test_an_end_of_paper_that_only_noise_told_of_leaves_no_half_paper_hanging(
    virtual: PrinterProcess, log: FileJobLog, seed: int
) -> None:
    # Each look at the printer brings some bytes that read like an end of paper.
    virtual.control.garbage(Garbage.BETWEEN, seed=seed, after_bytes=900)
    with Printer(virtual.address, log, limits=QUICK) as printer:
        printer.print(record()).result(WAIT_S)
        virtual.control.cancel()
        virtual.control.garbage(None)
        assert printer.print(NEXT).result(WAIT_S).outcome is PrintOutcome.PRINTED
    assert came_out_alone(virtual, virtual.settle())


def test_fences_among_noise_prove_nothing(virtual: PrinterProcess, log: FileJobLog) -> None:
    virtual.control.garbage(Garbage.BETWEEN, seed=10, after_bytes=600)
    with Printer(virtual.address, log, limits=QUICK, profile=FENCED) as printer:
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.UNKNOWN
