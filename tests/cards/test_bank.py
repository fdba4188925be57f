"""The bank application: every way a card hands it over, and a card number that is nowhere whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, CardInHand, wait_until
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.bank import (
    BankApplication,
    BankCardKind,
    BankOutcome,
    BankStep,
    NoBankApplication,
    Records,
    asked_length,
    file_locator,
    is_bank_card,
    masked_pan,
    read_bank_application,
)
from drivers.cards.channel import CardPulled
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.records import Garbled
from drivers.cards.social_security import CardFault, Unreadable
from drivers.cards.tlv import Tlv, TlvError
from drivers.virtual.bank_card import NumberIn, OptionsForm, bank_applications
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import Application, Fault, FciAnswer, Pull, StoredRecord, VirtualCard
from drivers.virtual.slot import VirtualSlot

DATA = Path(__file__).parent / "data"
PAN = "6299990000000000012"
EXPIRES = date(2034, 2, 28)
ATR = b"\x3b\x00"
LONG_PDOL = bytes.fromhex("9F02C8")
"""An amount of 200 bytes: the length of what is answered takes two."""

DOL_ENTRIES = st.tuples(st.sampled_from([b"\x95", b"\x9a", b"\x9f\x02", b"\x9f\x66"]), st.integers(0, 20))
LINES = st.builds(
    lambda short_id, first, count: Records(short_id, first, first + count),
    st.integers(1, 30),
    st.integers(1, 200),
    st.integers(0, 7),
)


def luhn_complete(digits: str) -> str:
    """The number with its check digit, by the textbook: from the right, every second digit doubled."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def _card(**differences: object) -> VirtualCard:
    card: Callable[..., tuple[Application, ...]] = bank_applications
    return VirtualCard(ATR, card(BankCardKind.DEBIT, PAN, EXPIRES, **differences))


def _read(card: VirtualCard) -> BankOutcome:
    return read_bank_application(CardInHand(card))


@pytest.mark.parametrize("form", OptionsForm)
@pytest.mark.parametrize("number_in", NumberIn)
@pytest.mark.parametrize("has_directory", [False, True])
@pytest.mark.parametrize("pdol", [b"", bytes.fromhex("9F7A01 9F0206 5F2A02"), LONG_PDOL])
@pytest.mark.parametrize("hands_over", FciAnswer)
def test_every_form_gives_the_same_application(
    form: OptionsForm, number_in: NumberIn, has_directory: bool, pdol: bytes, hands_over: FciAnswer
) -> None:
    card = _card(form=form, number_in=number_in, has_directory=has_directory, pdol=pdol)
    applications = tuple(replace(one, fci_answer=hands_over) for one in card.applications)
    expected = BankApplication(BankCardKind.DEBIT, "*" * 15 + "0012", EXPIRES)
    assert _read(VirtualCard(ATR, applications)) == expected


def test_all_that_the_card_asks_for_is_zero() -> None:
    channel = CardInHand(_card())
    read_bank_application(channel)
    assert bytes.fromhex("80A800000B8309000000000000000000 00") in channel.commands


@pytest.mark.parametrize(("asked", "head"), [(127, "837F"), (128, "838180"), (252, "8381FC")])
def test_the_data_are_an_object_of_any_length(asked: int, head: str) -> None:
    channel = CardInHand(_card(pdol=b"\x9f\x02" + bytes([asked])))
    assert isinstance(read_bank_application(channel), BankApplication)
    (command,) = (bytes(sent) for sent in channel.commands if sent[1] == 0xA8)
    assert command[4] == len(command) - 6
    assert command[5:-1].hex().upper() == head + "00" * asked


def test_a_card_that_asks_for_nothing_gets_an_empty_template() -> None:
    channel = CardInHand(_card(pdol=b""))
    read_bank_application(channel)
    assert bytes.fromhex("80A8000002830000") in channel.commands


def test_the_kind_follows_the_applications_name() -> None:
    outcome = _read(load_card(DATA / "bank_only.toml"))
    assert outcome == BankApplication(BankCardKind.CREDIT, "*" * 12 + "0009", date(2031, 12, 31))


def test_another_payment_system_is_found_by_the_directory() -> None:
    visa = bytes.fromhex("A0000000031010")
    application, directory = bank_applications(BankCardKind.DEBIT, PAN, EXPIRES)
    renamed = VirtualCard(ATR, (replace(application, name=visa), _listing(directory, visa)))
    assert _read(renamed) == BankApplication(BankCardKind.OTHER, "*" * 15 + "0012", EXPIRES)


@pytest.mark.parametrize("size", [1, 4, 17, 100])
def test_a_directory_that_names_no_application_is_unreadable(size: int) -> None:
    _, directory = bank_applications(BankCardKind.DEBIT, PAN, EXPIRES)
    outcome = _read(VirtualCard(ATR, (_listing(directory, bytes([0xA0]) * size),)))
    assert outcome == Unreadable(BankStep.DIRECTORY, f"an application's name of {size} bytes")


def test_a_name_longer_than_a_command_is_unreadable_too() -> None:
    class Longwinded(CardInHand):
        """Gives a directory's record in two parts."""

        def send_and_receive(self, apdu: bytes) -> bytes:
            answer = super().send_and_receive(apdu)
            record = Tlv(0x70, (Tlv(0x61, (Tlv(0x4F, bytes(300)),)),)).encode()
            match apdu[1]:
                case 0xB2:
                    return record[:200] + bytes([0x61, len(record) - 200])
                case 0xC0:
                    return record[200:] + b"\x90\x00"
            return answer

    _, directory = bank_applications(BankCardKind.DEBIT, PAN, EXPIRES)
    outcome = read_bank_application(Longwinded(VirtualCard(ATR, (directory,))))
    assert outcome == Unreadable(BankStep.DIRECTORY, "an application's name of 300 bytes")


@pytest.mark.parametrize(
    ("number_in", "last"), [(NumberIn.PAN, date(2030, 11, 15)), (NumberIn.TRACK_2, date(2030, 11, 30))]
)
def test_the_day_counts_where_the_card_names_one(number_in: NumberIn, last: date) -> None:
    applications = bank_applications(BankCardKind.DEBIT, PAN, date(2030, 11, 15), number_in=number_in)
    outcome = _read(VirtualCard(ATR, applications))
    assert isinstance(outcome, BankApplication)
    assert outcome.expires == last


@pytest.mark.parametrize("written", ["301131", "301100", "301315", "30111", "3A1115", "30111500"])
def test_an_expiry_that_is_no_day_is_unreadable(written: str) -> None:
    application, *others = _card().applications
    (file,) = application.files
    content = Tlv(0x5F24, bytes.fromhex(written.ljust(len(written) + len(written) % 2, "F"))).encode()
    records = (file.records[0], StoredRecord(0x70, Tlv(0x5A, bytes.fromhex(PAN + "F")).encode() + content))
    card = VirtualCard(ATR, (replace(application, files=(replace(file, records=records),)), *others))
    outcome = _read(card)
    assert isinstance(outcome, Unreadable)
    assert outcome.step is BankStep.RECORD


def test_a_social_security_card_may_have_none() -> None:
    assert _read(load_card(DATA / "second_generation.toml")) == NoBankApplication()


@pytest.mark.parametrize(
    ("file", "expected"),
    [("bank_only", True), ("third_generation_sm4", True), ("second_generation", False), ("locked", False)],
)
def test_a_bank_card_is_told_by_select_alone(file: str, expected: bool) -> None:
    channel = CardInHand(load_card(DATA / f"{file}.toml"))
    assert is_bank_card(channel) is expected
    assert all(command[:4] == bytes.fromhex("00A40400") for command in channel.commands)


@pytest.mark.parametrize("status", ["6A81", "6985", "9303"])
def test_a_locked_payment_application_is_a_fault(status: str, tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    fault = f'[[fault]]\nat = 1\ndoes = "status"\nstatus = "{status}"'
    path.write_text((DATA / "bank_only.toml").read_text("utf-8") + fault, "utf-8")
    assert _read(load_card(path)) == CardFault(BankStep.SELECT, int(status, 16))


@pytest.mark.parametrize("at", range(1, 6))
def test_a_card_pulled_at_any_command_raises_card_pulled(at: int) -> None:
    card = VirtualCard(ATR, _card().applications, (Fault(at, Pull()),))
    assert len(_sent(_card())) == 4
    if at > 4:
        assert isinstance(_read(card), BankApplication)
        return
    with pytest.raises(CardPulled):
        _read(card)


@given(st.integers(1, 6), st.binary(max_size=40), st.booleans())
def test_whatever_a_card_answers_ends_in_an_outcome(at: int, answer: bytes, done: bool) -> None:
    class Answering(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            true_answer = super().send_and_receive(apdu)
            wrong = answer + (b"\x90\x00" if done else b"")
            return wrong if len(self.commands) == at else true_answer

    channel = Answering(load_card(DATA / "bank_only.toml"))
    assert isinstance(read_bank_application(channel), BankOutcome)
    assert len(channel.commands) < 80


@given(st.data())
def test_one_changed_byte_anywhere_ends_in_an_outcome(data: st.DataObject) -> None:
    at, changed = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 255))

    class Mutating(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            answer = bytearray(super().send_and_receive(apdu))
            if len(self.commands) == at:
                answer[data.draw(st.integers(0, len(answer) - 1))] ^= changed
            return bytes(answer)

    assert isinstance(read_bank_application(Mutating(_card())), BankOutcome)


@given(st.from_regex(r"[1-9][0-9]{10,17}", fullmatch=True), st.sampled_from(NumberIn))
def test_any_card_number_is_masked_and_nowhere_whole(digits: str, number_in: NumberIn) -> None:
    pan = luhn_complete(digits)
    outcome = _read(
        VirtualCard(ATR, bank_applications(BankCardKind.DEBIT, pan, EXPIRES, number_in=number_in))
    )
    assert isinstance(outcome, BankApplication)
    assert outcome.masked_pan == "*" * (len(pan) - 4) + pan[-4:]
    assert outcome.expires == EXPIRES
    assert pan[-4:] not in repr(outcome)


@given(st.from_regex(r"[1-9][0-9]{10,17}", fullmatch=True), st.integers(1, 9), st.sampled_from(NumberIn))
def test_a_wrong_check_digit_is_unreadable_and_not_repeated(
    digits: str, off: int, number_in: NumberIn
) -> None:
    right = luhn_complete(digits)
    wrong = right[:-1] + str((int(right[-1]) + off) % 10)
    outcome = _read(
        VirtualCard(ATR, bank_applications(BankCardKind.DEBIT, wrong, EXPIRES, number_in=number_in))
    )
    assert outcome == Unreadable(BankStep.RECORD, "a card number whose check digit is wrong")


@pytest.mark.parametrize(
    "pan", ["", "42", "6" * 11, "6" * 20, "62999900000000F9", "６２９９９９００００００００００"]
)
def test_what_cannot_be_a_card_number_is_garbled(pan: str) -> None:
    with pytest.raises(Garbled):
        masked_pan(pan)


@given(st.lists(DOL_ENTRIES, max_size=12))
def test_a_data_object_list_asks_for_the_sum_of_its_lengths(entries: list[tuple[bytes, int]]) -> None:
    pdol = b"".join(tag + bytes([length]) for tag, length in entries)
    assert asked_length(pdol) == sum(length for _, length in entries)


@given(st.binary(max_size=40))
def test_any_data_object_list_has_a_length_or_is_garbled(pdol: bytes) -> None:
    try:
        total = asked_length(pdol)
    except Garbled as error:
        assert str(error)  # noqa: PT017  the property holds in both branches
    else:
        assert 0 <= total <= 252


@given(st.lists(LINES, min_size=1, max_size=4), st.binary(min_size=2, max_size=2))
def test_a_file_locator_is_the_same_in_both_forms(lines: list[Records], profile: bytes) -> None:
    afl = b"".join(bytes([line.short_id << 3, line.first, line.last, 0]) for line in lines)
    plain = Tlv(0x80, profile + afl).encode()
    objects = Tlv(0x77, (Tlv(0x82, profile), Tlv(0x94, afl))).encode()
    assert file_locator(plain) == file_locator(objects) == tuple(lines)


@given(st.binary(max_size=40))
def test_any_processing_options_are_a_locator_or_an_error(options: bytes) -> None:
    try:
        lines = file_locator(options)
    except (Garbled, TlvError) as error:
        assert str(error)  # noqa: PT017  the property holds in both branches
    else:
        assert all(1 <= line.first <= line.last and 1 <= line.short_id <= 30 for line in lines)


@pytest.mark.parametrize(
    "afl", ["080102", "08000100", "08020100", "00010100", "09010100", "F8010100", "0801FF00"]
)
def test_a_locator_that_names_no_records_or_too_many_is_garbled(afl: str) -> None:
    with pytest.raises(Garbled):
        file_locator(Tlv(0x80, bytes(2) + bytes.fromhex(afl)).encode())


def test_the_real_service_carries_all_of_it(slot: VirtualSlot) -> None:
    slot.insert(load_card(DATA / "third_generation_sm4.toml"))
    wait_until(lambda: look_at_readers()[0].holds_card)
    outcome = with_card(FIRST_READER, read_bank_application)
    assert outcome == BankApplication(BankCardKind.DEBIT, "*" * 15 + "0012", EXPIRES)


def _sent(card: VirtualCard) -> list[bytes]:
    channel = CardInHand(card)
    read_bank_application(channel)
    return channel.commands


def _listing(directory: Application, name: bytes) -> Application:
    entry = Tlv(0x61, (Tlv(0x4F, name), Tlv(0x50, b"OTHER"))).encode()
    (file,) = directory.files
    return replace(directory, files=(replace(file, records=(StoredRecord(0x70, entry),)),))
