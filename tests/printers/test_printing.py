"""Printing end to end: the driver, a socket, and the virtual printer in its own process."""

import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import zxingcpp
from PIL import Image, ImageChops
from printing_bench import QUICK, WAIT_S, FileJobLog, PrinterProcess, eventually, record

from drivers.printers.escpos import encode
from drivers.printers.job_log import (
    JobId,
    PrintJob,
    PrintOutcome,
    PrintReport,
    Remainder,
    settle_unfinished,
)
from drivers.printers.paper import Paper, Text
from drivers.printers.preview import preview
from drivers.printers.printer import Printer
from drivers.printers.sample import test_print as sample_print
from drivers.printers.status import Connection, Cover, Online, PaperSupply, Reason
from drivers.printers.transport import TcpAddress


def same_picture(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


def test_a_paper_comes_out_as_its_preview_and_is_logged(
    virtual: PrinterProcess, printer: Printer, log: FileJobLog
) -> None:
    report = printer.print(record()).result(WAIT_S)

    assert (report.outcome, report.reason, report.remainder) == (PrintOutcome.PRINTED, None, Remainder.NONE)
    assert virtual.settle() == 1
    with Image.open(virtual.png(1)) as image:
        assert same_picture(image, preview(record()))
    assert [entry[0] for entry in log.entries()] == ["begin", "finish"]
    assert log.entries()[0][3] == record().content_hash
    assert virtual.control.state().unknown_commands == ()


def test_the_bytes_kept_beside_a_paper_are_those_of_its_encoding(
    virtual: PrinterProcess, printer: Printer
) -> None:
    printer.print(record()).result(WAIT_S)
    printer.print(sample_print("测试")).result(WAIT_S)

    assert virtual.settle() == 2
    assert virtual.bin(1) == encode(record()).data
    assert virtual.bin(2) == encode(sample_print("测试")).data


def test_the_same_bytes_sent_by_nc_draw_the_same_paper(virtual: PrinterProcess, printer: Printer) -> None:
    printer.print(record()).result(WAIT_S)
    assert virtual.settle() == 1

    subprocess.run(
        ["nc", "-N", virtual.address.host, str(virtual.address.port)],
        input=virtual.bin(1),
        check=True,
        timeout=WAIT_S,
    )

    eventually(lambda: virtual.control.state().papers == 2)
    assert virtual.png(2).read_bytes() == virtual.png(1).read_bytes()


def test_the_code_on_the_paper_can_be_read_from_its_picture(
    virtual: PrinterProcess, printer: Printer
) -> None:
    printer.print(record()).result(WAIT_S)
    virtual.settle()

    with Image.open(virtual.png(1)) as image:
        (code,) = zxingcpp.read_barcodes(image.convert("L"))
    assert code.text == "HTTPS://EXAMPLE.INVALID/V/ABCD-EFGH-JKLM"


def test_a_reprint_carries_its_mark_and_the_content_hash_of_the_first_copy(
    virtual: PrinterProcess, printer: Printer, log: FileJobLog
) -> None:
    printer.print(record()).result(WAIT_S)
    report = printer.print(record(), copy=2).result(WAIT_S)

    virtual.settle()
    assert report.job.copy == 2
    assert "【补打】第 2 份".encode("gb18030") in virtual.bin(2)
    first, second = (entry for entry in log.entries() if entry[0] == "begin")
    assert first[3] == second[3]
    assert first[1] != second[1]


def test_a_status_says_what_the_printer_says(virtual: PrinterProcess, printer: Printer) -> None:
    fine = printer.status()
    assert (fine.connection, fine.online) == (Connection.ANSWERS, Online.ONLINE)
    assert (fine.paper, fine.cover) == (PaperSupply.OK, Cover.CLOSED)
    assert fine.obstacle is None

    virtual.control.near_end()
    assert printer.status().paper is PaperSupply.NEAR_END
    assert printer.status().obstacle is None

    virtual.control.paper_out_after(0)
    out = printer.status()
    assert (out.paper, out.online) == (PaperSupply.OUT, Online.OFFLINE)
    assert out.obstacle is Reason.PAPER_OUT

    virtual.control.load_paper()
    virtual.control.cover(open_=True)
    opened = printer.status()
    assert (opened.cover, opened.paper) == (Cover.OPEN, PaperSupply.OK)
    assert opened.obstacle is Reason.COVER_OPEN


def test_of_a_silent_printer_nothing_is_known(virtual: PrinterProcess, printer: Printer) -> None:
    virtual.control.silence()

    status = printer.status()

    assert status.connection is Connection.SILENT
    assert (status.online, status.paper, status.cover) == (Online.UNKNOWN, PaperSupply.UNKNOWN, Cover.UNKNOWN)
    assert printer.print(record()).result(WAIT_S).reason is Reason.SILENT


def test_where_no_printer_listens_a_paper_is_not_started(log: FileJobLog, virtual: PrinterProcess) -> None:
    nobody = TcpAddress("127.0.0.1", virtual.address.port)
    virtual.control.power(on=False)
    with Printer(nobody, log, limits=QUICK) as printer:
        eventually(lambda: printer.status().connection is Connection.UNREACHABLE)
        report = printer.print(record()).result(WAIT_S)

    assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.UNREACHABLE)
    assert log.entries() == []


def test_paper_out_in_the_middle_leaves_a_torn_paper_and_no_rest(
    virtual: PrinterProcess, printer: Printer, log: FileJobLog
) -> None:
    virtual.control.paper_out_after(40)

    report = printer.print(record()).result(WAIT_S)

    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.PAPER_OUT)
    assert report.remainder is Remainder.CLEARED
    assert log.outcomes() == [PrintOutcome.UNKNOWN]
    assert virtual.settle() == 1  # the end of the roll, with the first lines on it
    virtual.control.load_paper()
    assert virtual.settle() == 1
    assert not virtual.control.state().hanging_ink
    assert printer.print(record(), copy=2).result(WAIT_S).outcome is PrintOutcome.PRINTED


def test_a_rest_that_the_printer_cannot_drop_is_said_to_be_there(
    virtual: PrinterProcess, printer: Printer
) -> None:
    virtual.control.clears(knows=False)
    virtual.control.paper_out_after(40)

    report = printer.print(record()).result(WAIT_S)

    assert (report.outcome, report.remainder) == (PrintOutcome.UNKNOWN, Remainder.MAY_COME_OUT)
    virtual.control.load_paper()
    virtual.settle()
    assert virtual.control.state().hanging_ink
    # It must not come out joined to the next person's paper.
    assert printer.print(sample_print("测试")).result(WAIT_S).outcome is PrintOutcome.PRINTED
    newest = virtual.settle()
    with Image.open(virtual.png(newest)) as image:
        assert same_picture(image, preview(sample_print("测试")))


def test_half_a_paper_behind_an_open_cover_is_cut_off_when_it_is_closed(
    virtual: PrinterProcess, printer: Printer
) -> None:
    virtual.control.cover(open_=True, after_bytes=1500)

    report = printer.print(record()).result(WAIT_S)

    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.COVER_OPEN)
    assert virtual.control.state().hanging_ink
    virtual.control.cover(open_=False)
    assert virtual.settle() == 1
    assert not virtual.control.state().hanging_ink


def test_a_cover_that_is_closed_at_once_does_not_spoil_the_paper(
    virtual: PrinterProcess, log: FileJobLog
) -> None:
    virtual.control.cover(open_=True, after_bytes=1500)
    with Printer(virtual.address, log) as patient:
        printing = patient.print(record())
        eventually(lambda: virtual.control.state().cover_open)
        virtual.control.cover(open_=False)

        assert printing.result(WAIT_S).outcome is PrintOutcome.PRINTED


def test_a_printer_that_cannot_prove_a_paper_is_not_given_one(
    virtual: PrinterProcess, printer: Printer
) -> None:
    virtual.control.silence(("process_id",))

    report = printer.print(record()).result(WAIT_S)

    assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.UNPROVABLE)
    assert virtual.settle() == 0
    assert not virtual.control.state().hanging_ink


def test_characters_that_cannot_be_printed_are_reported(virtual: PrinterProcess, printer: Printer) -> None:
    report = printer.print(Paper("note", (Text("龚\ud800\x1b@"),))).result(WAIT_S)

    assert report.outcome is PrintOutcome.PRINTED
    assert report.substituted == ("\ud800", "\x1b")


def test_a_full_inbox_refuses_a_paper_and_a_closed_printer_too(
    virtual: PrinterProcess, log: FileJobLog
) -> None:
    virtual.control.silence()
    printer = Printer(virtual.address, log, limits=replace(QUICK, answer_s=0.1))
    papers = [printer.print(Paper("note", (Text("一"),))) for _ in range(10)]
    reasons = [paper.result(WAIT_S).reason for paper in papers]
    assert Reason.BUSY in reasons
    assert set(reasons) == {Reason.BUSY, Reason.SILENT}

    printer.close()
    assert printer.print(record()).result(WAIT_S).reason is Reason.CLOSED


def test_what_was_in_flight_at_a_start_is_unknown(printer: Printer, log: FileJobLog) -> None:
    printer.print(record()).result(WAIT_S)
    begun = log.entries()[0]
    log._write(["begin", "f" * 32, *begun[2:]])

    (report,) = settle_unfinished(log)

    assert (report.job.job_id, report.outcome) == ("f" * 32, PrintOutcome.UNKNOWN)
    assert report.reason is Reason.INTERRUPTED
    assert settle_unfinished(log) == ()


class RefusingLog(FileJobLog):
    def begin(self, job: PrintJob) -> None:
        raise OSError(f"no room on the disk for {job.kind}")


def test_no_byte_is_printed_before_the_log_has_the_job(virtual: PrinterProcess, tmp_path) -> None:
    with Printer(virtual.address, RefusingLog(tmp_path / "jobs"), limits=QUICK) as printer:
        error = printer.print(record()).exception(WAIT_S)

    assert isinstance(error, OSError)
    assert virtual.settle() == 0
    assert not virtual.control.state().hanging_ink


def test_a_paper_given_up_is_taken_back_and_cut(
    start: Callable[..., PrinterProcess], log: FileJobLog
) -> None:
    slow = start("--mm-per-s", "40")
    patient = replace(QUICK, silence_s=WAIT_S, proof_s=WAIT_S)
    with Printer(slow.address, log, limits=patient) as printer:
        printing = printer.print(record())
        eventually(lambda: slow.control.state().hanging_ink)
        printer.give_up()
        report = printing.result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.CLOSED)
    assert report.remainder is Remainder.CLEARED
    assert slow.settle() == 1
    assert not slow.control.state().hanging_ink
    with Image.open(slow.png(1)) as torn:
        assert torn.height < preview(record()).height


def test_what_an_earlier_process_left_hanging_is_cut_off_at_the_start(
    virtual: PrinterProcess, log: FileJobLog
) -> None:
    with closing(virtual.address.connect(WAIT_S)) as left:
        left.write(b"half a paper\n", WAIT_S)
        eventually(lambda: virtual.control.state().hanging_ink)
    with Printer(virtual.address, log, limits=QUICK, paper_may_hang=True) as printer:
        printer.cut_hanging()
        eventually(lambda: virtual.control.state().papers == 1)
        assert not virtual.control.state().hanging_ink
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
    assert virtual.settle() == 2
    with Image.open(virtual.png(2)) as image:
        assert same_picture(image, preview(record()))


class ForgetfulLog(FileJobLog):
    """A log whose disk fails after the paper is out."""

    def finish(self, job_id: JobId, report: PrintReport) -> None:
        raise OSError(f"no space for {report.outcome} of {job_id}")


def test_a_paper_that_is_out_is_said_to_be_out_though_its_end_is_not_logged(
    virtual: PrinterProcess, tmp_path: Path
) -> None:
    with Printer(virtual.address, ForgetfulLog(tmp_path / "jobs"), limits=QUICK) as printer:
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
