import contextlib
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.transport import ConnectionLost, TcpAddress, Unreachable
from drivers.tcp_address import BadAddress


@given(st.from_regex(r"[a-z][a-z0-9]{0,10}(\.[a-z0-9]{1,10}){0,3}", fullmatch=True), st.integers(1, 65535))
def test_an_address_is_read_as_it_is_written(host: str, port: int) -> None:
    address = TcpAddress.parse(f"tcp://{host}:{port}")
    assert address == TcpAddress(host, port)
    assert TcpAddress.parse(str(address)) == address


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert TcpAddress.parse("tcp://[::1]:9100") == TcpAddress("::1", 9100)
    assert str(TcpAddress("::1", 9100)) == "tcp://[::1]:9100"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("192.168.1.50:9100", "does not begin with tcp://"),
        ("usb://04b8:0202", "does not begin with tcp://"),
        ("tcp://:9100", "host is missing"),
        ("tcp://printer", "port is missing"),
        ("tcp://printer:0", "port is missing"),
        ("tcp://printer:99999", "Port out of range"),
        ("tcp://printer:ninety", "could not be cast"),
        ("tcp://printer:9100/queue", "something stands beside"),
        ("", "does not begin with tcp://"),
    ],
)
def test_another_address_is_refused_with_the_form_to_write(text: str, problem: str) -> None:
    with pytest.raises(BadAddress, match=problem) as refused:
        TcpAddress.parse(text)
    assert "tcp://192.168.1.50:9100" in str(refused.value)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_bad_one(text: str) -> None:
    with contextlib.suppress(BadAddress):
        assert TcpAddress.parse("tcp://" + text).port > 0


def test_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port}"):
        TcpAddress("127.0.0.1", port).connect(1.0)


def test_a_printer_that_reads_nothing_does_not_hold_the_driver() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = TcpAddress("127.0.0.1", listener.getsockname()[1]).connect(1.0)
        with pytest.raises(ConnectionLost, match="were not taken"):
            transport.write(b"\x00" * 30_000_000, 0.2)
        transport.close()


def test_nothing_said_is_nothing_read_and_an_ended_connection_is_lost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = TcpAddress("127.0.0.1", listener.getsockname()[1]).connect(1.0)
        accepted, _ = listener.accept()
        with accepted:
            assert transport.read(0.01) == b""
            accepted.sendall(b"\x12")
            assert transport.read(1.0) == b"\x12"
        with pytest.raises(ConnectionLost):
            transport.read(1.0)
        transport.close()
