"""The PIN: asked, verified, changed; never spent by surprise, never left lying about."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, CardInHand, wait_until
from hypothesis import given
from hypothesis import strategies as st
from smartcard import scard

from drivers.cards.apdu import StatusWord
from drivers.cards.channel import CardChannel, CardPulled, ExchangeFailed
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.pin import (
    BadPin,
    LastTry,
    Pin,
    PinLocked,
    PinOutcome,
    PinRefused,
    PinRight,
    PinUnanswered,
    PinWrong,
    TriesUnknown,
    change_pin,
    pin_tries,
    verify_pin,
)
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.slot import VirtualSlot

DATA = Path(__file__).parent / "data"
SECOND = DATA / "second_generation.toml"
SELECT = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
ASK = bytes.fromhex("00200000")
RIGHT = (2, 4, 6, 8, 1, 0)
WRONG = (9, 9, 9, 9, 9, 9)
NEW = (1, 3, 5, 7, 9, 0)
RIGHT_BCD = bytes.fromhex("246810")

WriteCard = Callable[..., VirtualCard]


@pytest.fixture
def write_card(tmp_path: Path) -> WriteCard:
    """A card whose PIN is 246810, with these lines in its table."""

    def write(*lines: str, faults: str = "") -> VirtualCard:
        path = tmp_path / "card.toml"
        table = "\n".join(["[pin]", 'digits = "246810"', *lines, faults])
        path.write_text(f"{SECOND.read_text('utf-8')}\n{table}", "utf-8")
        return load_card(path)

    return write


class Telling(CardInHand):
    """Keeps what the commands were when they were sent, as well as what is left of them."""

    def __init__(self, card: VirtualCard) -> None:
        super().__init__(card)
        self.sent: list[bytes] = []

    def send_and_receive(self, apdu: bytes) -> bytes:
        self.sent.append(bytes(apdu))
        return super().send_and_receive(apdu)


def _verify(channel: CardChannel, digits: tuple[int, ...] = RIGHT, *, spend: bool = False) -> PinOutcome:
    with Pin(digits) as pin:
        return verify_pin(channel, pin, spend_last_try=spend)


def _change(channel: CardChannel, old: tuple[int, ...] = RIGHT, new: tuple[int, ...] = NEW) -> PinOutcome:
    with Pin(old) as before, Pin(new) as after:
        return change_pin(channel, before, after)


def test_a_right_pin_is_verified_after_select_and_a_question_for_the_tries(write_card: WriteCard) -> None:
    channel = Telling(write_card())
    assert _verify(channel) == PinRight()
    assert channel.sent == [SELECT, ASK, bytes.fromhex("0020000003246810")]


def test_wrong_pins_count_down_and_the_last_try_is_not_spent(write_card: WriteCard) -> None:
    channel = Telling(write_card())
    assert _verify(channel, WRONG) == PinWrong(2)
    assert _verify(channel, WRONG) == PinWrong(1)
    sent = len(channel.sent)
    assert _verify(channel, WRONG) == LastTry()
    assert channel.sent[sent:] == [SELECT, ASK]


def test_the_last_try_is_spent_when_the_resident_says_so(write_card: WriteCard) -> None:
    card = write_card("tries = 1")
    assert _verify(CardInHand(card), WRONG, spend=True) == PinLocked()
    assert _verify(CardInHand(card), RIGHT, spend=True) == PinLocked()


def test_a_right_pin_at_the_last_try_gives_all_tries_back(write_card: WriteCard) -> None:
    channel = CardInHand(write_card("tries = 1"))
    assert _verify(channel, RIGHT, spend=True) == PinRight()
    assert pin_tries(channel) == 3


def test_a_card_with_more_tries_than_usual_gives_those_back(write_card: WriteCard) -> None:
    channel = CardInHand(write_card("tries = 5"))
    assert [_verify(channel, WRONG), _verify(channel, RIGHT)] == [PinWrong(4), PinRight()]
    assert pin_tries(channel) == 5


def test_tries_outlive_removal(write_card: WriteCard) -> None:
    card = write_card()
    assert _verify(CardInHand(card), WRONG) == PinWrong(2)
    assert _verify(CardInHand(card), WRONG) == PinWrong(1)


def test_asking_for_the_tries_spends_none(write_card: WriteCard) -> None:
    channel = CardInHand(write_card())
    channel.send_and_receive(SELECT)
    assert [pin_tries(channel) for _ in range(5)] == [3] * 5


def test_a_try_that_may_be_the_last_is_spent_only_when_the_resident_says_so(write_card: WriteCard) -> None:
    channel = Telling(write_card("tells_tries = false", "tries = 1"))
    assert _verify(channel, RIGHT) == TriesUnknown()
    assert _change(channel) == TriesUnknown()
    assert channel.sent == [SELECT, ASK, SELECT, ASK]
    assert pin_tries(channel) is None
    assert _verify(channel, RIGHT, spend=True) == PinRight()
    assert _verify(channel, WRONG, spend=True) == PinWrong(2)


def test_a_locked_pin_is_told_without_sending_one() -> None:
    channel = Telling(load_card(DATA / "pin_locked.toml"))
    assert _verify(channel) == PinLocked()
    assert channel.sent == [SELECT, ASK]


def test_a_pin_is_changed(write_card: WriteCard) -> None:
    channel = Telling(write_card())
    assert _change(channel) == PinRight()
    assert channel.sent[-1] == bytes.fromhex("805E010007246810FF135790")
    assert _verify(channel, RIGHT) == PinWrong(2)
    assert _verify(channel, NEW) == PinRight()


def test_changing_with_a_wrong_pin_costs_a_try_and_changes_nothing(write_card: WriteCard) -> None:
    channel = CardInHand(write_card("tries = 2"))
    assert _change(channel, WRONG) == PinWrong(1)
    assert _change(channel, RIGHT) == LastTry()
    assert _verify(channel, RIGHT, spend=True) == PinRight()


@pytest.mark.parametrize(
    ("card", "status"),
    [
        ("locked", StatusWord.APPLICATION_LOCKED),
        ("bank_only", StatusWord.FILE_NOT_FOUND),
        ("second_generation", StatusWord.UNKNOWN_INSTRUCTION),
    ],
)
def test_a_card_that_takes_no_pin_refuses(card: str, status: StatusWord) -> None:
    outcome = _verify(CardInHand(load_card(DATA / f"{card}.toml")), spend=True)
    assert outcome == PinRefused(status)


@pytest.mark.parametrize("status", ["6A82", "6999", "6D00", "6E00", "6283"])
def test_a_card_without_the_application_is_told_by_its_own_status_word(
    write_card: WriteCard, status: str
) -> None:
    faults = f'[[fault]]\nat = 1\ndoes = "status"\nstatus = "{status}"'
    assert _verify(CardInHand(write_card(faults=faults))) == PinRefused(int(status, 16))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("63C1", PinWrong(1)),
        ("63C0", PinLocked()),
        ("6300", PinWrong(None)),
        ("6983", PinLocked()),
        ("6984", PinRefused(0x6984)),
        ("6F00", PinRefused(0x6F00)),
    ],
)
def test_every_answer_to_a_pin_has_its_outcome(
    write_card: WriteCard, status: str, outcome: PinOutcome
) -> None:
    faults = f'[[fault]]\nat = 3\ndoes = "status"\nstatus = "{status}"'
    assert _verify(CardInHand(write_card(faults=faults))) == outcome
    assert _change(CardInHand(write_card(faults=faults))) == outcome


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_answer_that_cannot_be_read_leaves_it_open_whether_a_try_was_spent(
    write_card: WriteCard, at: int
) -> None:
    faults = f'[[fault]]\nat = {at}\ndoes = "answer"\nbytes = "90"'
    assert isinstance(_verify(CardInHand(write_card(faults=faults))), PinUnanswered)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_pulled_card_raises_card_pulled(write_card: WriteCard, at: int) -> None:
    with pytest.raises(CardPulled):
        _verify(CardInHand(write_card(faults=f'[[fault]]\nat = {at}\ndoes = "pull"')))


@given(st.binary(min_size=1, max_size=6), st.integers(1, 3))
def test_whatever_a_card_answers_ends_in_an_outcome(answer: bytes, at: int) -> None:
    class Answering(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            true_answer = super().send_and_receive(apdu)
            return answer if len(self.commands) == at else true_answer

    channel = Answering(load_card(DATA / "third_generation_sm4.toml"))
    assert isinstance(_verify(channel), PinOutcome)
    assert len(channel.commands) <= 3


@pytest.mark.parametrize(
    "digits", [(), (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 5, 10), (-1,) * 6]
)
def test_only_six_digits_are_a_pin(digits: tuple[int, ...]) -> None:
    with pytest.raises(BadPin) as caught:
        Pin(digits)
    assert str(caught.value) == "a PIN is 6 digits"


@given(st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_digits_are_bcd_in_memory_and_zero_when_wiped(digits: list[int]) -> None:
    with Pin(digits) as pin:
        memory = pin.bcd
        assert memory.hex() == "".join(map(str, digits))
    assert memory == bytes(3)


def test_a_wiped_pin_is_never_sent(write_card: WriteCard) -> None:
    pin = Pin(RIGHT)
    pin.wipe()
    channel = Telling(write_card())
    with pytest.raises(BadPin, match="wiped"):
        verify_pin(channel, pin)
    assert channel.sent == [SELECT, ASK]


def test_the_old_pin_is_gone_where_the_new_one_was_wiped_before(write_card: WriteCard) -> None:
    channel = Telling(write_card())
    new = Pin(NEW)
    new.wipe()
    with Pin(RIGHT) as old, pytest.raises(BadPin, match="wiped") as caught:
        change_pin(channel, old, new)
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "both = bytearray" in told
    assert r"$h\x10" not in told
    assert channel.sent == [SELECT, ASK]


def test_two_pins_are_compared_without_being_told() -> None:
    assert Pin(RIGHT).same_as(Pin(RIGHT))
    assert not Pin(RIGHT).same_as(Pin(NEW))


@pytest.mark.parametrize("keep", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_pin_is_neither_copied_nor_pickled(keep: Callable[[Pin], object]) -> None:
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        keep(Pin(RIGHT))


@pytest.mark.parametrize("change", [False, True])
@pytest.mark.parametrize(
    "fault", ["", 'at = 3\ndoes = "pull"', 'at = 3\ndoes = "answer"\nbytes = "90"', 'at = 3\ndoes = "cut"']
)
def test_the_commands_bytes_are_zero_afterwards_whatever_happened(
    write_card: WriteCard, fault: str, change: bool
) -> None:
    channel = CardInHand(write_card(faults=f"[[fault]]\n{fault}" if fault else ""))
    try:
        (_change if change else _verify)(channel)
    except CardPulled:
        assert "pull" in fault
    command = channel.commands[-1]
    assert isinstance(command, bytearray)
    assert command == bytes(len(command))


def test_a_pin_is_in_no_log_no_repr_no_exception_and_no_local_of_a_traceback(
    write_card: WriteCard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = CardInHand(write_card(faults='[[fault]]\nat = 3\ndoes = "pull"'))
    with Pin(RIGHT) as pin:
        with pytest.raises(CardPulled) as caught:
            verify_pin(channel, pin)
        told = "".join(
            traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
        )
        shown = told + caplog.text + repr(pin) + str(pin) + repr(channel.commands)
    assert "verify_pin" in told
    for secret in ("246810", r"$h\x10", repr(RIGHT_BCD)[2:-1], "36, 104, 16", "0x24"):
        assert secret not in shown


def test_our_side_of_the_reader_keeps_nothing_of_the_command(
    write_card: WriteCard, slot: VirtualSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[list[int]] = []
    transmit = scard.SCardTransmit

    def watched(handle: int, pci: int, apdu: list[int]) -> tuple[int, list[int]]:
        answer: tuple[int, list[int]] = transmit(handle, pci, apdu)
        handed.append(apdu)
        return answer

    monkeypatch.setattr(scard, "SCardTransmit", watched)
    slot.insert(write_card())
    wait_until(lambda: look_at_readers()[0].holds_card)
    assert with_card(FIRST_READER, _verify) == PinRight()
    assert [len(apdu) for apdu in handed] == [20, 4, 8]
    assert not any(any(apdu) for apdu in handed)


def test_a_reader_that_cannot_exchange_leaves_it_open_too() -> None:
    class Broken:
        atr = b"\x3b\x00"

        def send_and_receive(self, _apdu: bytes, /) -> bytes:
            raise ExchangeFailed(0x80100016, "Transaction failed")

    assert _verify(Broken()) == PinUnanswered("Transaction failed (0x80100016)")
