"""The wire between a hand and a virtual device, from both ends."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from bench_stage import SOON_MS
from hypothesis import given
from hypothesis import strategies as st

from drivers.virtual.control_port import (
    BadAnswer,
    ControlClient,
    ControlPort,
    Request,
    RequestRefused,
    not_understood,
)

SOON_S = SOON_MS / 1000


def echo(request: Request) -> str:
    """A device that says again what it is told, and understands nothing but that."""
    match request:
        case {"do": "say", "words": str() as words}:
            return json.dumps({"said": words})
        case _:
            raise not_understood(request)


@pytest.fixture(scope="module")
def port() -> Iterator[ControlPort]:
    port = ControlPort(("127.0.0.1", 0), echo)
    port.start()
    yield port
    port.end()


@contextmanager
def answering(line: bytes) -> Iterator[int]:
    """Something that takes one request, sends `line` and hangs up; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SOON_S)

        def serve() -> None:
            connected, _ = listener.accept()
            with connected:
                connected.recv(4096)
                connected.sendall(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(SOON_S)


@given(st.text(max_size=50))
def test_what_is_asked_arrives_and_what_is_answered_comes_back(port: ControlPort, words: str) -> None:
    with ControlClient("127.0.0.1", port.port) as hand:
        assert hand.ask("say", words=words) == {"said": words}


def test_a_refusal_carries_the_devices_words_and_the_connection_goes_on(port: ControlPort) -> None:
    with ControlClient("127.0.0.1", port.port) as hand:
        with pytest.raises(RequestRefused, match=r"not understood.*dance"):
            hand.ask("dance")
        assert hand.ask("say", words="still here") == {"said": "still here"}


@given(st.binary(max_size=80))
def test_any_line_is_answered_with_one_line_of_json(port: ControlPort, line: bytes) -> None:
    reply = port.reply(line)
    assert "\n" not in reply
    assert json.loads(reply).keys() in ({"said"}, {"error"})


def test_words_that_are_half_a_character_are_answered_too(port: ControlPort) -> None:
    with ControlClient("127.0.0.1", port.port) as hand, pytest.raises(RequestRefused):
        hand.ask("\ud800")


@pytest.mark.parametrize(
    "line",
    [b"", b"no json\n", b"[]\n", b"7\n", b'{"state"\n', b'{"said": "\xff"}\n', b"[" * 100_000 + b"\n"],
)
def test_a_line_that_is_no_answer_is_a_bad_answer(line: bytes) -> None:
    with answering(line) as port, ControlClient("127.0.0.1", port) as hand, pytest.raises(BadAnswer):
        hand.ask("say", words="hello")


def test_a_device_that_says_nothing_is_not_waited_for_longer_than_the_limit() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    hand = ControlClient("127.0.0.1", silent.getsockname()[1], 0.2)
    with silent, hand, pytest.raises(TimeoutError):
        hand.ask("say", words="hello")
