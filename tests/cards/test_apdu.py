"""Commands, status words, and what a card may ask for before its answer is whole."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.apdu import (
    Command,
    MalformedResponse,
    StatusWord,
    meaning,
    right_length,
    transmit,
    transmit_whole,
    tries_left,
    waiting_bytes,
)

READ = Command(0x00, 0xB2, 0x01, 0x28, le=0x12)


class Script:
    """A channel whose answers are computed from how many commands it has carried."""

    atr = b"\x3b\x00"

    def __init__(self, answer: Callable[[int], bytes]) -> None:
        self._answer = answer
        self.commands: list[bytes] = []

    def send_and_receive(self, apdu: bytes) -> bytes:
        self.commands.append(apdu)
        return self._answer(len(self.commands))


def _playing(*answers: str) -> Script:
    return Script(lambda number: bytes.fromhex(answers[number - 1]))


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (Command(0x00, 0xB0, 0x00, 0x00), "00B00000"),
        (Command(0x00, 0xB2, 0x01, 0x28, le=0x12), "00B2012812"),
        (Command(0x00, 0xB0, 0x00, 0x00, le=256), "00B0000000"),
        (Command(0x00, 0xA4, 0x02, 0x00, b"\xef\x05"), "00A4020002EF05"),
        (Command(0x00, 0xA4, 0x04, 0x00, b"\x01", le=256), "00A40400010100"),
    ],
)
def test_a_command_is_encoded_as_its_case_says(command: Command, encoded: str) -> None:
    assert command.encode() == bytes.fromhex(encoded)


@pytest.mark.parametrize("le", [0, 257, -1])
def test_an_impossible_le_is_refused(le: int) -> None:
    with pytest.raises(ValueError, match="Le"):
        Command(0x00, 0xB0, 0x00, 0x00, le=le)


def test_too_much_data_is_refused() -> None:
    with pytest.raises(ValueError, match="255"):
        Command(0x00, 0xD6, 0x00, 0x00, bytes(256))


def test_a_wrong_le_is_sent_again_once_with_the_right_one() -> None:
    channel = _playing("6C05", "0304332E30309000")
    response = transmit_whole(channel, READ)
    assert response.data == bytes.fromhex("0304332E3030")
    assert [command.hex().upper() for command in channel.commands] == ["00B2012812", "00B2012805"]


def test_a_card_that_asks_for_another_le_twice_gets_no_third_command() -> None:
    channel = _playing("6C05", "6C06")
    assert transmit_whole(channel, READ).status == 0x6C06


def test_a_card_that_asks_for_the_le_it_got_is_not_asked_again() -> None:
    channel = _playing("6C12")
    assert transmit_whole(channel, READ).status == 0x6C12
    assert len(channel.commands) == 1


def test_waiting_data_is_fetched_to_the_end_and_joined() -> None:
    channel = _playing("AA6102", "BBCC6101", "DD9000")
    response = transmit_whole(channel, READ)
    assert response.data == bytes.fromhex("AABBCCDD")
    assert response.ok
    assert [command.hex().upper() for command in channel.commands[1:]] == ["00C0000002", "00C0000001"]


def test_get_response_has_the_class_00_whatever_class_has_asked() -> None:
    channel = _playing("6102", "AABB9000")
    assert transmit_whole(channel, Command(0x80, 0xA8, 0x00, 0x00, b"\x83\x00", le=256)).ok
    assert channel.commands[1].hex().upper() == "00C0000002"


def test_get_response_too_is_sent_again_once_with_the_right_le() -> None:
    channel = _playing("6110", "6C02", "AABB6101", "CC9000")
    response = transmit_whole(channel, READ)
    assert (response.data.hex().upper(), response.ok) == ("AABBCC", True)
    assert [command.hex().upper() for command in channel.commands[1:]] == [
        "00C0000010",
        "00C0000002",
        "00C0000001",
    ]


def test_data_without_end_is_a_malformed_response() -> None:
    channel = Script(lambda _: b"\x00\x61\x01")
    with pytest.raises(MalformedResponse):
        transmit_whole(channel, READ)
    assert len(channel.commands) == 17


@pytest.mark.parametrize("answer", ["", "90"])
def test_an_answer_without_a_status_word_is_malformed(answer: str) -> None:
    with pytest.raises(MalformedResponse):
        transmit(_playing(answer), READ)


@given(st.integers(0, 0xFFFF))
def test_every_status_word_has_a_meaning_and_at_most_one_request(status: int) -> None:
    assert meaning(status)
    asked = [tries_left(status), waiting_bytes(status), right_length(status)]
    assert sum(value is not None for value in asked) <= 1


def test_status_words_tell_what_they_carry() -> None:
    assert tries_left(0x63C2) == 2
    assert tries_left(StatusWord.OK) is None
    assert waiting_bytes(0x6100) == 256
    assert right_length(0x6C1F) == 0x1F
    assert meaning(0x6982) == "security status not satisfied"
    assert meaning(0x63C1) == "refused, 1 tries left"
    assert meaning(0x1234) == "unknown status word"
