"""Each fault that the virtual printer can be told to have, from the byte or line at which it has it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from printing_bench import WAIT_S, PrinterProcess, eventually, record

from drivers.printers.escpos import cut_off, encode, fence
from drivers.printers.preview import preview
from drivers.virtual.control_port import RequestRefused
from drivers.virtual.printer_answers import Garbage

ASK = b"\x10\x04\x01"
FINE = b"\x12"
TEN_LINES = b"0123456789\n" * 10
BITE = 16
JAMMED = b"\x18\x08\x00\x00"
PROOF = b"\x37\x22ab!!\x00"


def connect(virtual: PrinterProcess) -> socket.socket:
    return socket.create_connection((virtual.address.host, virtual.address.port), WAIT_S)


@pytest.fixture
def host(virtual: PrinterProcess) -> Iterator[socket.socket]:
    with connect(virtual) as connected:
        yield connected


def received(host: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += host.recv(count - len(data)) or pytest.fail("the printer ended the connection")
    return data


def told(host: socket.socket, end: bytes) -> bytes:
    """What it sends, up to `end`."""
    data = b""
    while not data.endswith(end):
        data += received(host, 1)
    return data


def silent(host: socket.socket) -> bool:
    host.settimeout(0.2)
    try:
        return host.recv(1) == b""
    except TimeoutError:
        return True
    finally:
        host.settimeout(WAIT_S)


def test_the_roll_ends_at_a_line(virtual: PrinterProcess, host: socket.socket) -> None:
    virtual.control.paper_out_after_lines(4)
    host.sendall(TEN_LINES)
    eventually(lambda: virtual.control.state().paper_out)
    assert virtual.settle() == 1
    assert virtual.control.state().printed_lines == 4

    virtual.control.load_paper()
    host.sendall(cut_off())
    eventually(lambda: virtual.control.state().papers == 2)
    assert virtual.control.state().printed_lines == 12
    assert virtual.bin(1) + virtual.bin(2) == TEN_LINES + cut_off()


def test_at_once_and_at_a_byte_the_roll_ends_too(virtual: PrinterProcess, host: socket.socket) -> None:
    virtual.control.paper_out_after_lines(0, after_bytes=len(TEN_LINES) // 2)
    assert virtual.control.state().postponed == 1
    host.sendall(TEN_LINES)
    eventually(lambda: virtual.control.state().paper_out)
    state = virtual.control.state()
    assert (state.printed_lines, state.postponed) == (5, 0)


def test_the_blade_stops_in_the_paper_and_cuts_it_when_it_is_freed(
    virtual: PrinterProcess, host: socket.socket
) -> None:
    virtual.control.cutter(jams=True)
    host.sendall(encode(record()).data + fence(b"ab!!"))
    eventually(lambda: virtual.control.state().cutter_jammed)
    assert virtual.control.state().hanging_ink
    lines = virtual.control.state().printed_lines
    assert PROOF not in told(host, JAMMED)
    assert silent(host)

    virtual.control.cutter(jams=False)
    assert told(host, PROOF)
    eventually(lambda: virtual.control.state().papers == 1)
    assert virtual.control.state().printed_lines == lines
    with Image.open(virtual.png(1)) as paper:
        assert paper.size == preview(record()).size


def test_it_is_silent_from_a_byte_on(virtual: PrinterProcess, host: socket.socket) -> None:
    virtual.control.silence(after_bytes=2 * len(ASK))
    host.sendall(ASK)
    assert received(host, 1) == FINE
    host.sendall(ASK)
    assert received(host, 1) == FINE
    host.sendall(ASK)
    assert silent(host)
    assert virtual.control.state().postponed == 0


def test_it_takes_few_bytes_at_a_time_so_that_a_host_writes_short(virtual: PrinterProcess) -> None:
    virtual.control.read_slowly(BITE, every_ms=20)
    data = TEN_LINES * 2_000
    with connect(virtual) as host:
        host.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        host.setblocking(False)
        assert 0 < host.send(data) < len(data)
        eventually(lambda: virtual.control.state().received_bytes > BITE)
        before = virtual.control.state().received_bytes
        eventually(lambda: virtual.control.state().received_bytes > before)
        assert (virtual.control.state().received_bytes - before) % BITE == 0
        virtual.control.read_freely()
        eventually(lambda: virtual.control.state().received_bytes > 4096)


def test_garbage_comes_before_each_answer_or_instead_of_it(
    virtual: PrinterProcess, host: socket.socket
) -> None:
    def asked(place: Garbage | None, seed: int) -> bytes:
        virtual.control.garbage(place, seed=seed)
        before = virtual.control.state().received_bytes
        host.sendall(ASK)
        eventually(lambda: virtual.control.state().received_bytes == before + len(ASK))
        return host.recv(64)

    between, instead = asked(Garbage.BETWEEN, 7), asked(Garbage.INSTEAD, 7)
    assert between == instead + FINE
    assert 1 <= len(instead) <= 8
    assert asked(Garbage.INSTEAD, 7) == instead
    assert asked(Garbage.INSTEAD, 8) != instead
    assert asked(None, 7) == FINE


def test_what_comes_after_a_dropped_connection_never_arrived(virtual: PrinterProcess) -> None:
    virtual.control.drop_connection(after_bytes=15)
    with connect(virtual) as host:
        host.sendall(TEN_LINES)
        with pytest.raises(ConnectionError):
            received(host, 1)
    eventually(lambda: not virtual.control.state().connected)
    assert virtual.control.state().received_bytes == 15


def test_a_power_cut_at_a_byte_loses_what_is_not_printed_yet(virtual: PrinterProcess) -> None:
    virtual.control.cover(open_=True)
    virtual.control.power(on=False, after_bytes=50)
    with connect(virtual) as host:
        host.sendall(TEN_LINES)
        with pytest.raises(ConnectionError):
            received(host, 1)
    assert virtual.control.state().received_bytes == 50

    virtual.control.cover(open_=False)
    state = virtual.control.power(on=True)
    assert (state.buffered_bytes, state.hanging_ink) == (0, False)
    eventually(lambda: answers(virtual))
    assert virtual.settle() == 0
    assert virtual.control.state().printed_lines == 0


def answers(virtual: PrinterProcess) -> bool:
    try:
        with connect(virtual) as host:
            host.sendall(ASK)
            return received(host, 1) == FINE
    except ConnectionError:
        return False


def test_a_fault_that_waits_for_its_byte_can_be_called_off(
    virtual: PrinterProcess, host: socket.socket
) -> None:
    virtual.control.garbage(Garbage.INSTEAD, after_bytes=3)
    virtual.control.near_end(after_bytes=3)
    assert virtual.control.state().postponed == 2
    assert virtual.control.cancel().postponed == 0
    host.sendall(b"a\n" * 5 + ASK)
    assert received(host, 1) == FINE
    assert not virtual.control.state().near_end


def test_its_paper_may_be_58_mm_wide(start: Callable[..., PrinterProcess]) -> None:
    narrow = start("--width-mm", "58")
    with connect(narrow) as host:
        host.sendall(encode(record(), columns=32).data)
        eventually(lambda: narrow.control.state().papers == 1)
    with Image.open(narrow.png(1)) as paper, preview(record(), columns=32) as seen:
        assert paper.size == seen.size


def test_a_fault_that_there_is_not_is_refused(virtual: PrinterProcess) -> None:
    for what, arguments in (
        ("read_slowly", {"bytes": 0, "every_ms": 5}),
        ("read_slowly", {"bytes": 8, "every_ms": -1}),
        ("garbage", {"place": "everywhere", "seed": 0}),
        ("garbage", {"place": "between"}),
        ("paper_out_after_lines", {"lines": -1}),
    ):
        with pytest.raises(RequestRefused):
            virtual.control.ask(what, **arguments)
    assert not virtual.control.state().paper_out
