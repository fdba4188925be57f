"""What may be said of a paper on printers that prove less than a process id: never a false PRINTED."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from printing_bench import QUICK, WAIT_S, FileJobLog, PrinterProcess, eventually, record
from test_fault_matrix import FAULTS, HASTY, Bench, check, remedy

from drivers.printers.commands import Act, CommandParser, Fence, Plain, Set, Setting
from drivers.printers.escpos import FENCE
from drivers.printers.job_log import PrintOutcome, Remainder
from drivers.printers.link import PrinterLink
from drivers.printers.printer import Printer
from drivers.printers.profile import Completion, PrinterProfile, standard
from drivers.printers.status import Reason
from drivers.printers.transport import TcpAddress

FENCED = replace(standard(), completion=Completion.FENCE)
REPORTS = replace(standard(), completion=Completion.ASB)
MUTE = replace(standard(), completion=Completion.NOTHING)
WITHOUT_PROCESS_ID = ("process_id", "cleared")
ONLY_REPORTS = ("real_time", "transmitted", "process_id", "cleared")
PARTS = (0.3, 1.0)
LASTING_FAULTS = [fault for fault in FAULTS if fault != "no proof"]


@contextmanager
def deaf_in_part(real_time: tuple[int, ...], at_first: bytes = b"") -> Iterator[TcpAddress]:
    """A printer that answers only these DLE EOT; it answers all else."""

    def serve(connected: socket.socket) -> None:
        parser = CommandParser()
        with connected, suppress(ConnectionResetError):
            connected.sendall(at_first)
            while data := connected.recv(4096):
                parser.feed(data)
                for command in parser:
                    match command:
                        case Plain(Act.REAL_TIME, raw) if raw.startswith(b"\x10\x14"):
                            connected.sendall(b"\x37\x25\x00")
                        case Plain(Act.REAL_TIME, raw) if raw[2] in real_time:
                            connected.sendall(b"\x12")
                        case Setting(Set.TRANSMIT_STATUS):
                            connected.sendall(b"\x00")
                        case Fence(process_id):
                            connected.sendall(b"\x37\x22" + process_id + b"\x00")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=lambda: serve(listener.accept()[0]))
        serving.start()
        yield TcpAddress("127.0.0.1", listener.getsockname()[1])
        serving.join(WAIT_S)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("completions")
    process = PrinterProcess(folder / "papers")
    with Printer(process.address, FileJobLog(folder / "jobs"), limits=QUICK, profile=FENCED) as printer:
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
    state = process.control.state()
    yield Bench(process, process.png(process.settle()).read_bytes(), state.received_bytes)
    process.close()


def test_a_printer_with_fences_alone_prints_and_says_so(
    start: Callable[..., PrinterProcess], log: FileJobLog
) -> None:
    virtual = start()
    virtual.control.silence(WITHOUT_PROCESS_ID)
    with Printer(virtual.address, log, limits=QUICK, profile=FENCED) as printer:
        reports = [printer.print(record()).result(WAIT_S) for _ in range(2)]
    assert [(report.outcome, report.reason) for report in reports] == [(PrintOutcome.PRINTED, None)] * 2
    assert virtual.settle() == 2
    assert virtual.control.state().unknown_commands == ()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", LASTING_FAULTS)
def test_no_fault_makes_a_fence_prove_what_is_not_so(
    bench: Bench, log: FileJobLog, fault: str, part: float
) -> None:
    before = remedy(bench.process)
    FAULTS[fault](bench.process, max(1, round(bench.job_bytes * part)))
    with Printer(bench.process.address, log, limits=HASTY, profile=FENCED) as printer:
        check(bench, printer.print(record()).result(WAIT_S), before)
    with Printer(
        bench.process.address, FileJobLog(bench.process.out / "jobs"), limits=QUICK, paper_may_hang=True
    ) as tidy:
        assert tidy.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED


def test_fences_that_are_not_answered_prove_nothing(virtual: PrinterProcess, log: FileJobLog) -> None:
    virtual.control.silence(("transmitted",))
    with Printer(virtual.address, log, limits=QUICK, profile=FENCED) as printer:
        report = printer.print(record()).result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.UNPROVABLE)
    assert virtual.settle() == 0


def test_a_fence_proves_nothing_where_not_all_of_the_state_is_said(log: FileJobLog) -> None:
    with deaf_in_part((1, 4)) as address, Printer(address, log, limits=QUICK, profile=FENCED) as printer:
        report = printer.print(record()).result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.UNPROVABLE)


def test_a_proof_of_an_earlier_job_that_comes_late_is_forgotten() -> None:
    late = b"\x37\x22" + b"3f!#" + b"\x00"
    with (
        deaf_in_part((1, 2, 3, 4), at_first=late) as address,
        closing(PrinterLink(address.connect(WAIT_S), QUICK, lambda _: None)) as link,
    ):
        assert link.prepare() is None
        assert not link.printed(b"3f!#")


def test_the_answers_to_an_earlier_process_are_not_taken_for_proofs(
    start: Callable[..., PrinterProcess], log: FileJobLog
) -> None:
    # It cannot be cleared, and is still printing somebody's lines and fences: 15 × 11 mm.
    slow = start("--mm-per-s", "80")
    slow.control.clears(knows=False)
    with closing(slow.address.connect(WAIT_S)) as left:
        left.write((b"a\n" * 3 + FENCE) * 15, WAIT_S)
        eventually(lambda: slow.control.state().hanging_ink)
    slow.control.paper_out_after(210)
    patient = replace(QUICK, silence_s=1.0, proof_s=WAIT_S)
    with Printer(slow.address, log, limits=patient, profile=FENCED, paper_may_hang=True) as printer:
        report = printer.print(record()).result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.PAPER_OUT)


@pytest.mark.parametrize(
    ("profile", "silenced"),
    [(REPORTS, ()), (REPORTS, ONLY_REPORTS), (MUTE, ()), (MUTE, (*ONLY_REPORTS, "automatic"))],
)
def test_without_a_proof_a_whole_paper_is_unknown_and_comes_out_whole(
    virtual: PrinterProcess, log: FileJobLog, profile: PrinterProfile, silenced: tuple[str, ...]
) -> None:
    virtual.control.silence(silenced)
    with Printer(virtual.address, log, limits=QUICK, profile=profile) as printer:
        reports = [printer.print(record()).result(WAIT_S) for _ in range(2)]

    for report in reports:
        assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.NOT_TOLD)
        assert report.remainder is Remainder.NONE
    assert log.outcomes() == [PrintOutcome.UNKNOWN] * 2
    assert virtual.settle() == 2
    assert not virtual.control.state().hanging_ink


def test_a_slow_printer_that_proves_nothing_finishes_the_paper_by_itself(
    start: Callable[..., PrinterProcess], log: FileJobLog
) -> None:
    slow = start("--mm-per-s", "60")
    patient = replace(QUICK, write_s=5.0, proof_s=WAIT_S)
    with Printer(slow.address, log, limits=patient, profile=MUTE) as printer:
        report = printer.print(record()).result(WAIT_S)
    assert report.reason is Reason.NOT_TOLD
    assert slow.settle() == 1
    assert not slow.control.state().hanging_ink


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", LASTING_FAULTS)
@pytest.mark.parametrize("profile", [REPORTS, MUTE], ids=["asb", "nothing"])
def test_a_printer_that_proves_nothing_is_never_believed(
    bench: Bench, log: FileJobLog, profile: PrinterProfile, fault: str, part: float
) -> None:
    before = remedy(bench.process)
    FAULTS[fault](bench.process, max(1, round(bench.job_bytes * part)))
    with Printer(bench.process.address, log, limits=HASTY, profile=profile) as printer:
        report = printer.print(record()).result(WAIT_S)
        assert report.outcome is not PrintOutcome.PRINTED
        check(bench, report, before)
    with Printer(
        bench.process.address, FileJobLog(bench.process.out / "jobs"), limits=QUICK, paper_may_hang=True
    ) as tidy:
        assert tidy.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED


def test_a_printer_that_reports_its_faults_is_taken_at_its_word(
    virtual: PrinterProcess, log: FileJobLog
) -> None:
    virtual.control.silence(("real_time", "transmitted", "process_id"))
    virtual.control.paper_out_after(40)
    with Printer(virtual.address, log, limits=QUICK, profile=REPORTS) as printer:
        torn = printer.print(record()).result(WAIT_S)
        refused = printer.print(record()).result(WAIT_S)
    assert (torn.outcome, torn.reason) == (PrintOutcome.UNKNOWN, Reason.PAPER_OUT)
    # Nothing keeps its buffer from filling up: the command to clear it may not get in.
    assert torn.remainder is not Remainder.NONE
    assert refused.outcome is PrintOutcome.NOT_STARTED


def test_a_printer_that_should_report_and_is_silent_gets_no_paper(
    virtual: PrinterProcess, log: FileJobLog
) -> None:
    virtual.control.silence()
    with Printer(virtual.address, log, limits=QUICK, profile=REPORTS) as printer:
        report = printer.print(record()).result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.SILENT)
