"""The virtual printer by itself: it answers, stops and goes on like a real one."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from printing_bench import WAIT_S, PrinterProcess, eventually, record

from drivers.printers.answers import AnswerParser, AutomaticStatus
from drivers.printers.escpos import encode, fence
from drivers.virtual.control_port import RequestRefused
from drivers.virtual.guard import ProvisionedTerminal, refuse_on_provisioned_terminal


@pytest.fixture
def host(virtual: PrinterProcess) -> Iterator[socket.socket]:
    with socket.create_connection((virtual.address.host, virtual.address.port), WAIT_S) as connected:
        yield connected


def received(host: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += host.recv(count - len(data)) or pytest.fail("the printer ended the connection")
    return data


def test_it_answers_its_state_in_real_time(virtual: PrinterProcess, host: socket.socket) -> None:
    questions = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
    host.sendall(questions)
    assert received(host, 4) == b"\x12\x12\x12\x12"
    virtual.control.cover(open_=True)
    virtual.control.paper_out_after(0)
    host.sendall(questions)
    assert received(host, 4) == b"\x1a\x36\x12\x7e"


def test_it_reports_changes_by_itself_when_asked_to(virtual: PrinterProcess, host: socket.socket) -> None:
    host.sendall(b"\x1da\x0e")
    assert received(host, 4) == b"\x10\x00\x00\x00"
    virtual.control.near_end()
    assert received(host, 4) == b"\x10\x00\x03\x00"
    virtual.control.cover(open_=True)
    assert AnswerParser().feed(received(host, 4)) == (AutomaticStatus(b"\x38\x00\x03\x00"),)


def test_it_answers_gs_r_when_it_gets_there(host: socket.socket) -> None:
    host.sendall(b"a\n\x1dr\x01")
    assert received(host, 1) == b"\x00"


def test_it_says_who_made_it(host: socket.socket) -> None:
    host.sendall(b"\x1dI\x42\x1dI\x43")
    assert received(host, 19) == b"_VIRTUAL\x00_PAPER-80\x00"


def test_a_process_id_comes_when_the_paper_is_printed_and_not_before(
    virtual: PrinterProcess, host: socket.socket
) -> None:
    virtual.control.cover(open_=True)
    host.sendall(b"0123456789\n" * 300 + fence(b"ab!!"))
    eventually(lambda: virtual.control.state().buffered_bytes > 3000)
    host.setblocking(False)
    with pytest.raises(BlockingIOError):
        host.recv(1)
    host.settimeout(WAIT_S)
    virtual.control.cover(open_=False)
    assert received(host, 7) == b"\x37\x22ab!!\x00"


def test_out_of_paper_it_keeps_what_it_holds_and_goes_on_with_new_paper(
    virtual: PrinterProcess, host: socket.socket
) -> None:
    virtual.control.paper_out_after(40)
    host.sendall(encode(record()).data + fence(b"ab!!"))
    eventually(lambda: virtual.control.state().paper_out)
    assert virtual.settle() == 1
    assert 1 <= virtual.control.state().buffered_bytes <= 4096
    virtual.control.load_paper()
    eventually(lambda: virtual.control.state().papers == 2)
    assert virtual.control.state().tray == (1, 2)
    assert virtual.control.take_paper().tray == ()


def test_a_full_buffer_keeps_the_host_waiting(virtual: PrinterProcess, host: socket.socket) -> None:
    virtual.control.cover(open_=True)
    host.settimeout(0.3)
    with pytest.raises(TimeoutError):
        host.sendall(b"0123456789\n" * 1_000_000)
    assert virtual.control.state().buffered_bytes <= 4096


def test_an_image_longer_than_its_buffer_is_printed(virtual: PrinterProcess, host: socket.socket) -> None:
    host.sendall(b"\x1b@\x1dv0\x00\x48\x00\xf4\x01" + b"\xaa" * 72 * 500 + b"\x1dVB\x00")
    eventually(lambda: virtual.control.state().papers == 1)


def test_what_it_cannot_draw_it_records(virtual: PrinterProcess, host: socket.socket) -> None:
    host.sendall(b"\x1b@\x1b-\x01a\n\x07\x1d(L\x02\x00\x30\x32")
    eventually(lambda: virtual.control.state().unknown_commands == ("1b2d01", "07", "1d284c02003032"))


def test_a_second_host_waits_for_the_first(virtual: PrinterProcess, host: socket.socket) -> None:
    with socket.create_connection((virtual.address.host, virtual.address.port), WAIT_S) as second:
        second.sendall(b"\x10\x04\x01")
        second.settimeout(0.3)
        with pytest.raises(TimeoutError):
            second.recv(1)
        host.close()
        second.settimeout(WAIT_S)
        assert second.recv(1) == b"\x12"


def test_without_power_it_cannot_be_reached_and_has_forgotten_everything(virtual: PrinterProcess) -> None:
    virtual.control.cover(open_=True)
    where = (virtual.address.host, virtual.address.port)
    with socket.create_connection(where, WAIT_S) as host:
        host.sendall(b"0123\n" * 20)
        eventually(lambda: virtual.control.state().buffered_bytes == 100)
        assert not virtual.control.power(on=False).connected

    def refused() -> bool:
        try:
            socket.create_connection(where, WAIT_S).close()
        except ConnectionError:
            return True
        return False

    eventually(refused)
    state = virtual.control.power(on=True)
    assert (state.buffered_bytes, state.hanging_ink) == (0, False)
    eventually(lambda: not refused())


def test_it_prints_as_fast_as_it_is_told_to(start: Callable[..., PrinterProcess]) -> None:
    slow = start("--mm-per-s", "20")
    with socket.create_connection((slow.address.host, slow.address.port), WAIT_S) as host:
        host.sendall(b"a\n" * 40)
        eventually(lambda: slow.control.state().hanging_ink)
        assert not slow.control.state().idle


def test_a_request_that_is_not_understood_is_refused_with_its_reason(virtual: PrinterProcess) -> None:
    with pytest.raises(RequestRefused, match="no answers are called 'smoke'"):
        virtual.control.silence(("smoke",))
    with pytest.raises(RequestRefused, match="from 1"):
        virtual.control.near_end(after_bytes=0)


def test_it_does_not_start_on_a_provisioned_terminal(tmp_path: Path) -> None:
    mark = tmp_path / "provisioned"
    refuse_on_provisioned_terminal(mark)
    mark.touch()
    with pytest.raises(ProvisionedTerminal, match="provisioned"):
        refuse_on_provisioned_terminal(mark)


def test_a_port_that_is_taken_is_named(virtual: PrinterProcess, tmp_path: Path) -> None:
    refused = subprocess.run(
        [
            *(sys.executable, "-m", "drivers.virtual.printer", "--control", "0", "--out", str(tmp_path)),
            *("--port", str(virtual.address.port)),
        ],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert refused.returncode == 1
    assert str(virtual.address.port) in refused.stderr
    assert "Traceback" not in refused.stderr


def test_it_ends_when_its_parent_lets_go(tmp_path: Path) -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "drivers.virtual.printer", "--port", "0", "--control", "0"),
            *("--out", str(tmp_path), "--with-parent"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WAIT_S,
        check=True,
    )
    assert b'"port"' in ended.stdout
