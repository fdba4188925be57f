"""Printers on USB, through pyusb: found, told apart, taken, and a paper over them. No hardware was tried."""

import select
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from printing_bench import QUICK, WAIT_S, FileJobLog, PrinterProcess, eventually, record
from test_printing import same_picture
from usb_bench import BACK, OUT, OnBus, Setting, Usb, UsbPrinter

from drivers.printers.address import BadPrinterAddress, parse_address
from drivers.printers.escpos import cut_off, encode
from drivers.printers.job_log import PrintOutcome, Remainder
from drivers.printers.preview import preview
from drivers.printers.printer import Printer
from drivers.printers.profile import Completion, standard
from drivers.printers.status import Connection, PaperSupply, Reason
from drivers.printers.transport import ConnectionLost, Unreachable
from drivers.printers.usb_line import UDEV_RULE, UsbAddress

KIND = UsbAddress(0x04B8, 0x0202)
JOB_BYTES = len(encode(record()).data)


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.text(max_size=12).filter(str.isprintable))
def test_every_usb_address_is_read_as_it_is_written(vendor: int, product: int, serial: str) -> None:
    address = UsbAddress(vendor, product, serial)
    assert parse_address(str(address)) == address


def test_a_usb_address_is_written_in_hexadecimal() -> None:
    assert parse_address("usb://04B8:0e15/J5 1".replace(" ", "%20")) == UsbAddress(0x04B8, 0x0E15, "J5 1")
    assert str(UsbAddress(0x4B8, 0x202, "A/1")) == "usb://04b8:0202/A%2F1"


@pytest.mark.parametrize(
    "text",
    ["usb://", "usb://4b8:202", "usb://04b8", "usb://04b8:020g", "usb://04b8:0202/", "usb://04b8:0202/A/B"],
)
def test_another_usb_address_is_refused_with_its_form(text: str) -> None:
    with pytest.raises(BadPrinterAddress, match="four hexadecimal digits, a colon and four more must follow"):
        parse_address(text)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrinterProcess]:
    process = PrinterProcess(tmp_path_factory.mktemp("papers"))
    yield process
    process.close()


@pytest.fixture
def virtual(process: PrinterProcess) -> PrinterProcess:
    """One printer for all, whole and empty before each test."""
    process.control.cover(open_=False)
    process.control.load_paper()
    with closing(process.address.connect(WAIT_S)) as line:
        line.write(cut_off() + b"\x10\x04\x01", WAIT_S)
        assert line.read(WAIT_S), "the cut arrived before the question"
    process.settle()
    return process


@pytest.fixture
def bus() -> Iterator[Usb]:
    bus = Usb()
    yield bus
    assert bus.handles == [], "a device was left open"
    for printer in list(bus.plugged):
        bus.unplug(printer)


@pytest.fixture
def plugged(virtual: PrinterProcess, bus: Usb) -> UsbPrinter:
    return bus.plug(UsbPrinter(virtual.address))


@pytest.fixture
def seen(bus: Usb) -> UsbPrinter:
    """One that is looked at, and gets no paper."""
    return bus.plug(UsbPrinter())


@pytest.mark.parametrize(
    ("packet_bytes", "transfer_bytes"),
    [(64, 1 << 20), (8, 100)],
    ids=["full speed", "small packets and short writes"],
)
def test_a_paper_comes_out_over_usb_as_over_the_network(
    virtual: PrinterProcess, bus: Usb, log: FileJobLog, packet_bytes: int, transfer_bytes: int
) -> None:
    plugged = bus.plug(UsbPrinter(virtual.address, packet_bytes=packet_bytes, transfer_bytes=transfer_bytes))
    with Printer(OnBus(bus, KIND), log, limits=QUICK) as printer:
        assert printer.status().paper is PaperSupply.OK
        reports = [printer.print(record()).result(WAIT_S) for _ in range(2)]

    assert [report.outcome for report in reports] == [PrintOutcome.PRINTED] * 2
    with Image.open(virtual.png(virtual.settle())) as png:
        assert same_picture(png, preview(record()))
    assert not plugged.usblp
    assert plugged.configurations == 0, "it was configured already; again would reset it"


def test_what_is_wrong_with_a_printer_on_usb_is_told(
    bus: Usb, plugged: UsbPrinter, virtual: PrinterProcess, log: FileJobLog
) -> None:
    plugged.empty_packets = True
    with Printer(OnBus(bus, KIND), log, limits=QUICK) as printer:
        virtual.control.paper_out_after(40)
        torn = printer.print(record()).result(WAIT_S)
        refused = printer.print(record()).result(WAIT_S)
    assert (torn.outcome, torn.reason, torn.remainder) == (
        PrintOutcome.UNKNOWN,
        Reason.PAPER_OUT,
        Remainder.CLEARED,
    )
    assert (refused.outcome, refused.reason) == (PrintOutcome.NOT_STARTED, Reason.PAPER_OUT)


@pytest.mark.parametrize("part", [0.0, 0.4, 1.0])
def test_a_cable_that_is_pulled_while_a_paper_prints_leaves_it_unknown_and_the_next_one_whole(
    bus: Usb, plugged: UsbPrinter, virtual: PrinterProcess, log: FileJobLog, part: float
) -> None:
    with Printer(OnBus(bus, KIND), log, limits=QUICK) as printer:
        assert printer.status().connection is Connection.ANSWERS
        # Behind the questions before a paper: they are less than 100 bytes.
        plugged.unplug_after = 100 + round(JOB_BYTES * part)
        pulled = printer.print(record()).result(WAIT_S)
        assert (pulled.outcome, pulled.reason) == (PrintOutcome.UNKNOWN, Reason.CONNECTION_LOST)
        assert pulled.remainder is Remainder.MAY_COME_OUT

        away = printer.print(record()).result(WAIT_S)
        assert (away.outcome, away.reason) == (PrintOutcome.NOT_STARTED, Reason.UNREACHABLE)

        eventually(lambda: not virtual.control.state().connected)
        bus.plug(plugged)
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
    with Image.open(virtual.png(virtual.settle())) as png:
        assert same_picture(png, preview(record())), "the half paper was cut off before"
    assert log.outcomes() == [PrintOutcome.UNKNOWN, PrintOutcome.PRINTED]


def test_a_cable_that_is_pulled_before_the_paper_leaves_it_not_started(
    bus: Usb, plugged: UsbPrinter, log: FileJobLog
) -> None:
    plugged.unplug_after = 5
    with Printer(OnBus(bus, KIND), log, limits=QUICK) as printer:
        report = printer.print(record()).result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.NOT_STARTED, Reason.CONNECTION_LOST)
    assert log.entries() == []


def test_a_printer_that_takes_nothing_more_holds_the_driver_no_longer_than_it_may(
    bus: Usb, plugged: UsbPrinter, virtual: PrinterProcess
) -> None:
    virtual.control.cover(open_=True)
    with closing(OnBus(bus, KIND).connect(1.0)) as transport:
        begin = time.monotonic()
        with pytest.raises(ConnectionLost, match=r"were not taken in 0\.3 s"):
            transport.write(bytes(50_000), 0.3)
        assert time.monotonic() - begin < 2.0


def test_what_was_answered_to_an_earlier_process_is_not_taken_for_an_answer(
    bus: Usb, plugged: UsbPrinter
) -> None:
    address = OnBus(bus, KIND)
    with closing(address.connect(1.0)) as earlier:
        earlier.write(b"\x10\x04\x01" * 3, 1.0)
        assert plugged.line is not None
        assert select.select([plugged.line], [], [], WAIT_S)[0]
    with closing(address.connect(1.0)) as transport:
        assert transport.read(0.05) == b""
        transport.write(b"\x10\x04\x01", 1.0)
        assert transport.read(WAIT_S) == b"\x12"


def test_one_process_alone_has_it(bus: Usb, seen: UsbPrinter) -> None:
    address = OnBus(bus, KIND)
    with closing(address.connect(1.0)):
        with pytest.raises(Unreachable, match="usb://04b8:0202: another program has it") as refused:
            address.connect(1.0)
        assert len(bus.handles) == 1, f"{refused.value} left it open"
    address.connect(1.0).close()


def test_a_wait_of_nothing_is_not_one_for_ever(bus: Usb, seen: UsbPrinter) -> None:
    with closing(OnBus(bus, KIND).connect(0.0)) as transport:
        assert transport.read(0.0) == transport.read(-1.0) == b""
        transport.write(b"a", 0.0)


@pytest.mark.parametrize("endpoint", [OUT, BACK])
def test_a_stalled_endpoint_works_again_for_the_next_connection(
    bus: Usb, plugged: UsbPrinter, endpoint: int
) -> None:
    with closing(OnBus(bus, KIND).connect(1.0)) as transport:
        plugged.stalled.add(endpoint)
        with pytest.raises(ConnectionLost, match="Pipe error"):
            transport.write(b"\x10\x04\x01", 1.0) if endpoint == OUT else transport.read(1.0)
    with closing(OnBus(bus, KIND).connect(1.0)) as transport:
        transport.write(b"\x10\x04\x01", 1.0)
        assert transport.read(WAIT_S) == b"\x12"


def test_an_interface_that_speaks_ipp_is_left_and_the_one_that_answers_is_taken(
    virtual: PrinterProcess, bus: Usb, log: FileJobLog
) -> None:
    settings = (Setting(protocol=4), Setting(protocol=1, endpoints=(OUT,)), Setting(protocol=2))
    plugged = bus.plug(UsbPrinter(virtual.address, settings=settings))
    with Printer(OnBus(bus, KIND), log, limits=QUICK) as printer:
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
    assert plugged.setting == 2


def test_a_printer_without_a_way_back_is_silent_and_gets_a_paper_only_where_it_need_prove_nothing(
    virtual: PrinterProcess, bus: Usb, log: FileJobLog
) -> None:
    bus.plug(UsbPrinter(virtual.address, settings=(Setting(protocol=1, endpoints=(OUT,)),)))
    with Printer(OnBus(bus, KIND), log, limits=QUICK) as printer:
        assert printer.print(record()).result(WAIT_S).reason is Reason.SILENT
    papers = virtual.settle()
    mute = replace(standard(), completion=Completion.NOTHING)
    with Printer(OnBus(bus, KIND), log, limits=QUICK, profile=mute) as printer:
        report = printer.print(record()).result(WAIT_S)
    assert (report.outcome, report.reason) == (PrintOutcome.UNKNOWN, Reason.NOT_TOLD)
    assert virtual.settle() == papers + 1


def test_a_printer_that_nobody_configured_is_configured_once(
    bus: Usb, plugged: UsbPrinter, log: FileJobLog
) -> None:
    plugged.configured = False
    with Printer(OnBus(bus, KIND), log, limits=QUICK) as printer:
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
    assert plugged.configurations == 1


def test_two_printers_of_a_kind_are_told_apart_by_their_serial_numbers(
    bus: Usb, plugged: UsbPrinter, start: Callable[..., PrinterProcess], log: FileJobLog
) -> None:
    other = start()
    bus.plug(UsbPrinter(other.address, serial="B 2\0"))
    with pytest.raises(Unreachable, match=r"write usb://04b8:0202/A1 or usb://04b8:0202/B%202$"):
        OnBus(bus, KIND).connect(1.0)
    address = parse_address("usb://04b8:0202/B%202")
    assert isinstance(address, UsbAddress)
    with Printer(OnBus(bus, address), log, limits=QUICK) as printer:
        assert printer.print(record()).result(WAIT_S).outcome is PrintOutcome.PRINTED
    assert other.settle() == 1
    with pytest.raises(Unreachable, match="none with this serial number is plugged in; there are A1, B 2"):
        OnBus(bus, replace(KIND, serial="C")).connect(1.0)


@pytest.mark.parametrize("serial", ["A1", None])
def test_two_printers_that_cannot_be_told_apart_are_told(
    bus: Usb, seen: UsbPrinter, serial: str | None
) -> None:
    seen.serial = serial
    bus.plug(UsbPrinter(serial=serial))
    for address in (KIND, replace(KIND, serial=serial or "")):
        with pytest.raises(Unreachable, match="do not tell them apart; use another line"):
            OnBus(bus, address).connect(1.0)


def test_what_is_no_printer_or_not_there_is_named(bus: Usb, seen: UsbPrinter) -> None:
    with pytest.raises(Unreachable, match="usb://04b8:0203: no such device is plugged in"):
        OnBus(bus, replace(KIND, product=0x0203)).connect(1.0)
    for setting in (Setting(interface_class=3), Setting(protocol=4), Setting(endpoints=(BACK,))):
        seen.settings = (setting,)
        with pytest.raises(Unreachable, match="no interface of the printer class"):
            OnBus(bus, KIND).connect(1.0)


@pytest.mark.parametrize("serial", ["", "A1"])
def test_a_printer_that_we_may_not_open_names_the_rule_to_install(
    bus: Usb, seen: UsbPrinter, serial: str
) -> None:
    seen.permitted = False
    with pytest.raises(Unreachable, match=f"no permission to open it; install {UDEV_RULE}"):
        OnBus(bus, replace(KIND, serial=serial)).connect(1.0)
