"""Serial lines and device files: as they are written down, and a paper over each of them."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from printer_on_pty import PrinterOnPty
from printing_bench import QUICK, WAIT_S, FileJobLog, eventually, record
from test_printing import same_picture

from drivers.printers.address import BadPrinterAddress, parse_address
from drivers.printers.device_file import FileAddress
from drivers.printers.escpos import encode
from drivers.printers.job_log import PrintOutcome, Remainder
from drivers.printers.preview import preview
from drivers.printers.printer import Printer
from drivers.printers.profile import Completion, standard
from drivers.printers.serial_line import SPEEDS, Flow, SerialAddress
from drivers.printers.status import Connection, PaperSupply, Reason
from drivers.printers.transport import Address, ConnectionLost, TcpAddress, Unreachable
from drivers.tcp_address import BadAddress

DEVICES = st.from_regex(r"(/[A-Za-z0-9_.:%-]{1,12}){1,4}", fullmatch=True)


@given(
    st.builds(SerialAddress, DEVICES, st.sampled_from(SPEEDS), st.sampled_from(Flow))
    | st.builds(FileAddress, DEVICES)
    | st.builds(TcpAddress, st.just("printer.local"), st.integers(1, 65535))
)
def test_every_address_is_read_as_it_is_written(address: Address) -> None:
    assert parse_address(str(address)) == address


def test_a_serial_line_has_the_usual_speed_where_none_is_said() -> None:
    assert parse_address("serial:///dev/ttyS0") == SerialAddress("/dev/ttyS0", 9600, Flow.NONE)
    assert parse_address("serial:///dev/ttyS0?flow=rtscts&baud=115200") == SerialAddress(
        "/dev/ttyS0", 115200, Flow.RTS_CTS
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/dev/usb/lp0", "begins with none of"),
        ("lpt://04b8:0202", "begins with none of"),
        ("", "begins with none of"),
        ("file://lp0", "a whole path must follow file://"),
        ("file:///dev/usb/lp0?baud=9600", "a whole path must follow file://"),
        ("file:///dev/usb/lp0\n", "a whole path must follow file://"),
        ("serial://ttyS0", "a whole path must follow serial://"),
        ("serial:///dev/tty S0", "a whole path must follow serial://"),
        ("serial:///dev/ttyS0?", "a whole path must follow serial://"),
        ("serial:///dev/ttyS0?baud=9601", "baud is one of 9600, 19200"),
        ("serial:///dev/ttyS0?baud=", "baud is one of 9600, 19200"),
        ("serial:///dev/ttyS0?flow=dsr", "flow is one of none, rtscts, xonxoff"),
        ("serial:///dev/ttyS0?baud=9600&baud=9600", "said twice"),
        ("serial:///dev/ttyS0?parity=even", "'parity' is no option"),
    ],
)
def test_another_text_is_refused_with_the_forms_to_write(text: str, problem: str) -> None:
    with pytest.raises(BadPrinterAddress, match=problem) as refused:
        parse_address(text)
    for form in ("tcp://192.168.1.50:9100", "serial:///dev/ttyUSB0?baud=9600", "file:///dev/usb/lp0"):
        assert form in str(refused.value)


def test_a_bad_network_address_is_refused_with_the_form_to_write() -> None:
    with pytest.raises(BadAddress, match="port is missing"):
        parse_address("tcp://printer")


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[PrinterOnPty]:
    with PrinterOnPty(tmp_path / "papers") as printer:
        yield printer


@pytest.mark.parametrize("kind", ["serial", "file"])
def test_a_paper_comes_out_as_over_the_network(wired: PrinterOnPty, log: FileJobLog, kind: str) -> None:
    address = parse_address(f"{kind}://{wired.device}")
    with Printer(address, log, limits=QUICK) as printer:
        assert printer.status().paper is PaperSupply.OK
        reports = [printer.print(record()).result(WAIT_S) for _ in range(2)]

    assert [report.outcome for report in reports] == [PrintOutcome.PRINTED] * 2
    assert wired.settle() == 2
    with Image.open(wired.out / "0002.png") as png:
        assert same_picture(png, preview(record()))


def test_a_paper_end_on_a_serial_line_is_told_and_the_rest_taken_back(
    wired: PrinterOnPty, log: FileJobLog
) -> None:
    wired.mechanism.end_paper_after(40)
    with Printer(SerialAddress(wired.device), log, limits=QUICK) as printer:
        report = printer.print(record()).result(WAIT_S)

    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.PAPER_OUT)
    assert report.remainder is Remainder.CLEARED


def test_what_was_answered_to_an_earlier_process_is_not_taken_for_an_answer(wired: PrinterOnPty) -> None:
    wired.send(b"\x1a")
    address = SerialAddress(wired.device)
    transport = address.connect(1.0)
    try:
        assert transport.read(0.05) == b""
        transport.write(b"\x10\x04\x01", 1.0)
        assert transport.read(WAIT_S) == b"\x12"
        with pytest.raises(Unreachable, match=wired.device):
            address.connect(1.0)  # one process alone
    finally:
        transport.close()


@pytest.mark.parametrize("kind", ["serial", "file"])
def test_a_line_that_is_pulled_is_lost_and_then_unreachable(
    wired: PrinterOnPty, log: FileJobLog, kind: str
) -> None:
    address = parse_address(f"{kind}://{wired.device}")
    transport = address.connect(1.0)
    wired.unplug()
    with pytest.raises(ConnectionLost):
        transport.write(b"\x10\x04\x01", 0.1)
    transport.close()
    with Printer(address, log, limits=QUICK) as printer:
        assert printer.status().connection is Connection.UNREACHABLE
        assert printer.print(record()).result(WAIT_S).reason is Reason.UNREACHABLE
    assert log.entries() == []


def test_a_printer_that_takes_nothing_more_does_not_hold_the_driver(wired: PrinterOnPty) -> None:
    wired.mechanism.cover(open_=True)
    transport = SerialAddress(wired.device).connect(1.0)
    with pytest.raises(ConnectionLost, match="were not taken"):
        transport.write(b"0123456789\n" * 100_000, 0.3)
    transport.close()


def test_a_fifo_takes_bytes_and_answers_nothing_so_it_gets_no_paper(tmp_path: Path, log: FileJobLog) -> None:
    fifo = tmp_path / "spool"
    os.mkfifo(fifo)
    address = parse_address(f"file://{fifo}")
    with pytest.raises(Unreachable):
        address.connect(1.0)  # nobody reads it

    taken: list[bytes] = []
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with Printer(address, log, limits=QUICK) as printer:
        report = printer.print(record()).result(WAIT_S)
        eventually(lambda: bool(taken.append(os.read(reader, 100)) or taken[-1]))
    os.close(reader)

    assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.SILENT)
    assert b"".join(taken) == b"\x10\x04\x01"
    assert log.entries() == []


def test_a_fifo_whose_printer_is_said_to_prove_nothing_takes_a_whole_paper(
    tmp_path: Path, log: FileJobLog
) -> None:
    fifo = tmp_path / "spool"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    mute = replace(standard(), completion=Completion.NOTHING)
    with Printer(FileAddress(str(fifo)), log, profile=mute, limits=QUICK) as printer:
        report = printer.print(record()).result(WAIT_S)
    taken = os.read(reader, 100_000)
    os.close(reader)

    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.NOT_TOLD)
    assert taken.endswith(encode(record(), profile=mute).data)
    assert log.outcomes() == [PrintOutcome.UNKNOWN]


@pytest.mark.parametrize("name", ["missing", "regular", "folder"])
def test_what_is_no_device_is_unreachable(tmp_path: Path, name: str) -> None:
    (tmp_path / "regular").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(Unreachable, match=name):
        FileAddress(str(tmp_path / name)).connect(1.0)
    if name != "regular":
        with pytest.raises(Unreachable, match=name):
            SerialAddress(str(tmp_path / name)).connect(1.0)
