"""Every fault at every part of a job: the outcome is the true one or UNKNOWN, never a false PRINTED."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image
from printing_bench import QUICK, WAIT_S, FileJobLog, PrinterProcess, eventually, record

from drivers.printers.escpos import cut_off, encode
from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport, Remainder
from drivers.printers.printer import Printer
from drivers.printers.status import PrinterStatus, Reason
from drivers.printers.transport import Unreachable

HASTY = replace(QUICK, answer_s=0.25, proof_s=0.4, silence_s=0.3)

type_of_fault = Callable[[PrinterProcess, int], object]
FAULTS: dict[str, type_of_fault] = {
    "paper out": lambda p, n: p.control.paper_out_after(0, after_bytes=n),
    "cover": lambda p, n: p.control.cover(open_=True, after_bytes=n),
    "cutter": lambda p, n: p.control.cutter(jams=True, after_bytes=n),
    "power": lambda p, n: p.control.power(on=False, after_bytes=n),
    "dropped connection": lambda p, n: p.control.drop_connection(after_bytes=n),
    "silence": lambda p, n: p.control.silence(after_bytes=n),
    "no proof": lambda p, n: p.control.silence(("process_id", "cleared"), after_bytes=n),
}
STOPS_PRINTING = ("paper out", "cover", "cutter")
A_CUT_AND_QUESTIONS = len(cut_off()) + 4 * len(b"\x10\x04\x01")
PARTS = (0.0, 0.2, 0.5, 0.9, 1.0)


class FalseOutcome(AssertionError):
    """A driver said something that did not happen."""


@dataclass(frozen=True)
class Bench:
    process: PrinterProcess
    picture: bytes
    """The PNG of the whole paper."""
    job_bytes: int
    """What one job sends, questions included."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("matrix")
    process = PrinterProcess(folder / "papers")
    with Printer(process.address, FileJobLog(folder / "jobs"), limits=QUICK) as printer:
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
    state = process.control.state()
    yield Bench(process, process.png(process.settle()).read_bytes(), state.received_bytes)
    process.close()


def reachable(process: PrinterProcess) -> bool:
    try:
        process.address.connect(WAIT_S).close()
    except Unreachable:
        return False
    return True


def remedy(process: PrinterProcess) -> int:
    """A person puts everything right; the number of the newest paper when all is quiet."""
    control = process.control
    control.cancel()
    control.power(on=True)
    eventually(lambda: reachable(process))
    control.silence(())
    control.load_paper()
    control.cover(open_=False)
    control.cutter(jams=False)
    control.take_paper()
    return process.settle()


def inked(png: Path) -> bool:
    with Image.open(png) as image:
        return len(image.getcolors(maxcolors=100_000) or ()) > 1


def check(bench: Bench, report: PrintReport, before: int) -> None:
    """Compare what the driver said with what came out, now and when the printer has been put right."""
    printed = bench.process.control.state().printed_bytes
    papers = [bench.process.png(number) for number in range(before + 1, remedy(bench.process) + 1)]
    whole = sum(png.read_bytes() == bench.picture for png in papers)
    state = bench.process.control.state()
    hanging = state.hanging_ink
    if report.outcome is PrintOutcome.PRINTED and (whole, len(papers), hanging) != (1, 1, False):
        raise FalseOutcome(f"PRINTED, but {whole} whole of {len(papers)} papers came out")
    if report.outcome is PrintOutcome.NOT_STARTED and (hanging or any(map(inked, papers))):
        raise FalseOutcome("NOT_STARTED, but there is ink on paper")
    if report.remainder is Remainder.CLEARED and state.printed_bytes - printed > A_CUT_AND_QUESTIONS:
        raise FalseOutcome("the rest was said to be cleared, and came out")
    if whole > 1:
        raise FalseOutcome("a second copy came out by itself")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_at_any_part_of_a_job_makes_the_driver_say_what_is_not_so(
    bench: Bench, tmp_path: Path, fault: str, part: float
) -> None:
    before = remedy(bench.process)
    FAULTS[fault](bench.process, max(1, round(bench.job_bytes * part)))
    log = FileJobLog(tmp_path / "jobs")
    with Printer(bench.process.address, log, limits=HASTY) as printer:
        report = printer.print(record()).result(WAIT_S)
        check(bench, report, before)
        assert log.outcomes() == ([] if report.outcome is PrintOutcome.NOT_STARTED else [report.outcome])

        # What remained of it, if anything, is not joined to the next paper.
        printer._limits = QUICK
        assert printer.print(record(), copy=1).result(WAIT_S).outcome is PrintOutcome.PRINTED
        newest = bench.process.settle()
        assert bench.process.png(newest).read_bytes() == bench.picture


class SentIsPrinted:
    """The control: a driver that believes that what was sent was printed."""

    def print(self, process: PrinterProcess) -> PrintReport:
        job = PrintJob(JobId("0" * 32), "record", record().content_hash, 1)
        with socket.create_connection((process.address.host, process.address.port), WAIT_S) as connected:
            try:
                connected.sendall(encode(record()).data)
            except ConnectionError:
                return PrintReport(job, PrintOutcome.UNKNOWN, Reason.CONNECTION_LOST)
        return PrintReport(job, PrintOutcome.PRINTED)


@pytest.mark.parametrize("fault", STOPS_PRINTING)
def test_a_driver_that_takes_sent_for_printed_fails_this_matrix(bench: Bench, fault: str) -> None:
    before = remedy(bench.process)
    FAULTS[fault](bench.process, round(len(encode(record()).data) * 0.4))
    report = SentIsPrinted().print(bench.process)
    with pytest.raises(FalseOutcome):
        check(bench, report, before)
    with Printer(bench.process.address, FileJobLog(bench.process.out / "jobs"), paper_may_hang=True) as tidy:
        tidy.print(record()).result(WAIT_S)


def test_an_obstacle_there_from_the_start_keeps_the_paper_from_being_started(
    bench: Bench, tmp_path: Path
) -> None:
    obstacles: dict[Reason, Callable[[], object]] = {
        Reason.PAPER_OUT: lambda: bench.process.control.paper_out_after(0),
        Reason.COVER_OPEN: lambda: bench.process.control.cover(open_=True),
        Reason.SILENT: bench.process.control.silence,
        Reason.UNPROVABLE: lambda: bench.process.control.silence(("process_id",)),
    }
    for reason, happen in obstacles.items():
        before = remedy(bench.process)
        happen()
        log = FileJobLog(tmp_path / reason.value)
        seen: PrinterStatus
        with Printer(bench.process.address, log, limits=HASTY) as printer:
            report = printer.print(record()).result(WAIT_S)
            seen = printer.last_status
        assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, reason)
        assert reason is Reason.UNPROVABLE or seen.obstacle is reason
        assert log.entries() == []
        assert remedy(bench.process) == before
