"""Messages on a byte stream, whatever way they are cut up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pin_pads.connection import PinPadAddress
from drivers.pin_pads.framing import LONGEST_MESSAGE, BadFrame, FrameReader, frame
from drivers.tcp_address import BadAddress


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8), st.lists(st.integers(0, 400), max_size=12))
def test_any_split_of_the_bytes_gives_the_messages(messages: list[bytes], cuts: list[int]) -> None:
    data = b"".join(map(frame, messages))
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    reader = FrameReader()
    assert [m for a, b in pairwise(edges) for m in reader.feed(data[a:b])] == messages


@given(st.lists(st.binary(max_size=100), max_size=10))
def test_any_bytes_are_messages_or_a_bad_frame(pieces: list[bytes]) -> None:
    reader = FrameReader()
    try:
        for piece in pieces:
            reader.feed(piece)
    except BadFrame as error:
        bad = error
    else:
        return
    assert bad.length == 0 or bad.length > LONGEST_MESSAGE


def test_the_length_is_four_bytes_most_significant_first_and_does_not_count_itself() -> None:
    assert frame(b"{}") == b"\x00\x00\x00\x02{}"


@pytest.mark.parametrize("message", [b"", b" " * (LONGEST_MESSAGE + 1)], ids=["empty", "too long"])
def test_a_message_without_a_possible_length_is_not_sent(message: bytes) -> None:
    with pytest.raises(BadFrame):
        frame(message)


@pytest.mark.parametrize("text", ["tcp://192.0.2.7:7778", "tcp://[2001:db8::1]:7778", "tcp://pad.example:1"])
def test_an_address_is_read_and_written_alike(text: str) -> None:
    assert str(PinPadAddress.parse(text)) == text


@given(st.text(max_size=30) | st.text(max_size=20).map(lambda rest: f"tcp://{rest}"))
def test_any_text_is_an_address_or_a_bad_one(text: str) -> None:
    try:
        port = PinPadAddress.parse(text).port
    except BadAddress:
        return
    assert 1 <= port <= 65_535


@pytest.mark.parametrize(
    "text", ["", "tcp://pad", "http://pad:80", "tcp://:80", "tcp://pad:80/x", "tcp://pad:x"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        PinPadAddress.parse(text)
