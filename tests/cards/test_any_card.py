"""Whatever card is in the reader: which kind it is, and that no kind is taken for another."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, CardInHand, wait_until
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.any_card import CardOutcome, UnknownCard, is_contactless, read_card
from drivers.cards.apdu import StatusWord
from drivers.cards.authentication import GuardedAuthenticator, historical_bytes
from drivers.cards.channel import CardPulled, ExchangeFailed
from drivers.cards.id_outcomes import IdCardRead, IdStep, IdUnreadable
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.social_security import BlankCard, CardFault, CardRead, NotGenuine, Selection, Unreadable
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import Fault, Pull, VirtualCard
from drivers.virtual.id_card import VirtualIdCard, as_pcsc_card
from drivers.virtual.id_card_file import load_id_card
from drivers.virtual.slot import VirtualSlot
from drivers.virtual.software_authenticator import SoftwareAuthenticator

DATA = Path(__file__).parent / "data"
ID_CARD = Path(__file__).parents[2] / "demo" / "cards" / "id-liu-guilan.toml"
UNLUCKY_ATR = bytes.fromhex("3B6D0000 00810000010001200190000001")
"""A serial number with the two bytes that name an ID card."""


ID_CARD_ON_AN_ANTENNA = bytes.fromhex("3B8F8001804F0CA0000003060790000000000000")


def _read(card: VirtualCard, *, id_module: bool = False) -> CardOutcome:
    return read_card(CardInHand(card), id_module=id_module)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("first_generation", CardRead),
        ("second_generation", CardRead),
        ("third_generation", CardRead),
        ("contactless", CardRead),
        ("locked", CardFault),
        ("swapped", CardFault),
        ("bank_only", UnknownCard),
    ],
)
def test_each_card_is_read_as_its_kind(file: str, kind: type[CardOutcome]) -> None:
    assert isinstance(_read(load_card(DATA / f"{file}.toml")), kind)


def test_a_bank_card_is_known_as_one_and_another_card_is_not() -> None:
    bank_card = load_card(DATA / "bank_only.toml")
    assert _read(bank_card) == UnknownCard(bank_card.atr, is_bank_card=True)
    assert _read(VirtualCard(b"\x3b\x00")) == UnknownCard(b"\x3b\x00", is_bank_card=False)


def test_a_social_security_card_with_a_bank_application_is_no_bank_card() -> None:
    channel = CardInHand(load_card(DATA / "third_generation_sm4.toml"))
    assert isinstance(read_card(channel), CardRead)
    assert not any(command.startswith(bytes.fromhex("00A4040008")) for command in channel.commands)


def test_an_id_card_behind_a_module_is_read() -> None:
    outcome = _read(as_pcsc_card(load_id_card(ID_CARD)), id_module=True)
    assert isinstance(outcome, IdCardRead)
    assert outcome.card.name == "刘桂兰"


def test_a_programmed_card_in_an_ordinary_reader_does_not_pass_for_an_id_card() -> None:
    forged = CardInHand(as_pcsc_card(load_id_card(ID_CARD)))
    assert read_card(forged) == UnknownCard(forged.atr, is_bank_card=False)
    assert not any(command[0] == 0xFF for command in forged.commands), "it is not even asked"


@pytest.mark.parametrize("id_module", [False, True])
@pytest.mark.parametrize("file", ["second_generation", "third_generation", "first_generation"])
def test_a_chip_card_whose_serial_number_looks_like_an_id_card_is_read_all_the_same(
    file: str, id_module: bool
) -> None:
    card = load_card(DATA / f"{file}.toml")
    unlucky = VirtualCard(UNLUCKY_ATR, card.applications)
    assert _read(unlucky, id_module=id_module) == _read(card)


def test_a_blank_chip_card_in_a_reader_with_the_module_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "blank.toml"
    path.write_text("generation = 2", "utf-8")
    unlucky = VirtualCard(UNLUCKY_ATR, load_card(path).applications)
    assert _read(unlucky, id_module=True) == BlankCard()


@pytest.mark.parametrize("status", ["6A81", "6300", "6900", "6F00", "6985", "6283", "6A82", "9303"])
@pytest.mark.parametrize("atr", [UNLUCKY_ATR, ID_CARD_ON_AN_ANTENNA])
def test_an_id_card_that_does_not_read_is_told_as_no_other_card(atr: bytes, status: str) -> None:
    class Moved(CardInHand):
        """The module does not get at it, and what reads chips is refused in some way."""

        def send_and_receive(self, apdu: bytes) -> bytes:
            self.commands.append(apdu)
            return bytes.fromhex("6F00" if apdu[0] == 0xFF else status)

    channel = Moved(VirtualCard(atr))
    assert isinstance(read_card(channel, id_module=True), IdUnreadable)
    asked_as_a_chip = any(command[1] == 0xA4 for command in channel.commands)
    assert asked_as_a_chip is not is_contactless(atr)


def test_an_id_card_whose_text_cannot_be_is_not_tried_as_a_chip() -> None:
    blank = CardInHand(as_pcsc_card(VirtualIdCard("blank", bytes(256))))
    blank.atr = UNLUCKY_ATR
    outcome = read_card(blank, id_module=True)
    assert isinstance(outcome, IdUnreadable)
    assert outcome.step is IdStep.TEXT
    assert all(command[0] == 0xFF for command in blank.commands)


def test_the_authenticator_is_handed_on() -> None:
    card = load_card(DATA / "third_generation_sm4.toml")
    software = GuardedAuthenticator(SoftwareAuthenticator(bytes(range(16, 32))))
    outcome = read_card(CardInHand(card), authenticator=software)
    assert isinstance(outcome, CardRead)
    assert outcome.card.authenticated


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_an_unknown_card_pulled_at_any_command_raises_card_pulled(at: int) -> None:
    with pytest.raises(CardPulled):
        _read(VirtualCard(b"\x3b\x00", faults=(Fault(at, Pull()),)))


def test_a_reader_that_fails_while_a_bank_card_is_told_ends_in_an_outcome() -> None:
    class Failing(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            answer = super().send_and_receive(apdu)
            if len(self.commands) > 1:
                raise ExchangeFailed(0x80100016, "Transaction failed")
            return answer

    outcome = read_card(Failing(load_card(DATA / "bank_only.toml")))
    assert isinstance(outcome, UnknownCard)
    assert not outcome.is_bank_card


@given(st.integers(1, 8), st.binary(max_size=30))
def test_whatever_a_card_answers_ends_in_an_outcome(at: int, answer: bytes) -> None:
    class Answering(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            true_answer = super().send_and_receive(apdu)
            return answer if len(self.commands) == at else true_answer

    outcome = read_card(Answering(load_card(DATA / "bank_only.toml")))
    assert isinstance(outcome, CardRead | BlankCard | NotGenuine | CardFault | Unreadable | UnknownCard)


def test_a_refused_select_is_not_taken_for_another_card() -> None:
    outcome = _read(load_card(DATA / "locked.toml"))
    assert outcome == CardFault(Selection.APPLICATION, StatusWord.APPLICATION_LOCKED)


@pytest.mark.parametrize(
    ("atr", "expected"),
    [
        ("3B8F8001804F0CA000000306030001000000006A", True),
        ("3B8D8001 00810000010001200101000001 AC", True),
        ("3B808001 01", True),
        ("3B6D0000 00810000010001200101000001", False),
        ("3B8D8001 0081000001000120010100 AC", False),
        ("3B8D8001", False),
        ("3B", False),
        ("", False),
    ],
)
def test_a_card_on_an_antenna_is_told_by_the_readers_answer_to_reset(atr: str, expected: bool) -> None:
    assert is_contactless(bytes.fromhex(atr)) is expected


def test_the_sample_card_on_an_antenna_is_one() -> None:
    assert is_contactless(load_card(DATA / "contactless.toml").atr)


@pytest.mark.parametrize(
    ("atr", "historical"),
    [
        ("3B6D0000 00810000010001200101000001", "00810000010001200101000001"),
        ("3B8D8001 00810000010001200101000001AC", "00810000010001200101000001"),
        ("3B021450", "1450"),
        ("3B", ""),
        ("3BFF", ""),
        ("3BF0FFFFFF", ""),
    ],
)
def test_historical_bytes_are_found_behind_the_interface_bytes(atr: str, historical: str) -> None:
    assert historical_bytes(bytes.fromhex(atr)).hex() == historical.lower()


@given(st.binary(max_size=40))
def test_any_answer_to_reset_has_at_most_fifteen_historical_bytes(atr: bytes) -> None:
    found = historical_bytes(atr)
    assert len(found) <= 15
    assert found in atr


@pytest.mark.parametrize("file", ["contactless", "bank_only"])
def test_the_real_service_carries_all_of_it(slot: VirtualSlot, file: str) -> None:
    card = load_card(DATA / f"{file}.toml")
    expected = _read(load_card(DATA / f"{file}.toml"))
    slot.insert(card)
    wait_until(lambda: look_at_readers()[0].holds_card)
    assert with_card(FIRST_READER, read_card) == expected
