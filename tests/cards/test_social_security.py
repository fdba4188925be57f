"""Reading a social-security card: every generation, every way of asking, every answer a card can give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fixtures.pcsc import CardInHand
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.apdu import StatusWord
from drivers.cards.channel import CardPulled, ExchangeFailed
from drivers.cards.record_values import steers
from drivers.cards.social_security import (
    ALL,
    ESSENTIAL,
    BlankCard,
    CardFault,
    CardRead,
    Field,
    NotASocialSecurityCard,
    Outcome,
    Selection,
    SocialSecurityCard,
    Step,
    Unreadable,
    read_social_security_card,
)
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard

DATA = Path(__file__).parent / "data"
SECOND = DATA / "second_generation.toml"
ATR = b"\x3b\x00"
OUTCOMES = CardRead | NotASocialSecurityCard | BlankCard | CardFault | Unreadable

WriteCard = Callable[..., VirtualCard]


@pytest.fixture
def write_card(tmp_path: Path) -> WriteCard:
    """A card from the second-generation example with these lines in place of its own."""

    def write(*lines: str, tables: str = "") -> VirtualCard:
        keys = {line.split("=")[0].strip() for line in lines}
        kept = [
            line for line in SECOND.read_text("utf-8").splitlines() if line.split("=")[0].strip() not in keys
        ]
        path = tmp_path / "card.toml"
        path.write_text("\n".join([*kept, *(line for line in lines if "=" in line), tables]), "utf-8")
        return load_card(path)

    return write


def _read(card: VirtualCard, wanted: frozenset[Field] = ALL) -> Outcome:
    return read_social_security_card(CardInHand(card), wanted)


def _card(card: VirtualCard, wanted: frozenset[Field] = ALL) -> SocialSecurityCard:
    outcome = _read(card, wanted)
    assert isinstance(outcome, CardRead), outcome
    return outcome.card


def test_every_field_of_a_second_generation_card_is_read() -> None:
    assert _card(load_card(SECOND)) == SocialSecurityCard(
        card_id="800100D156000005000000014FB8C2D7",
        algorithm=1,
        card_class="1",
        version="2.00",
        institution="800100000000",
        issued=date(2018, 6, 1),
        expires=date(2028, 6, 1),
        card_number="A00000017",
        citizen_number="800100198503120022",
        name="欧阳测试",
        sex="2",
        ethnic_group="01",
        birthplace="800100",
        birth_date=date(1985, 3, 12),
    )


def test_a_third_generation_card_gives_its_id_and_protects_the_number() -> None:
    card = _card(load_card(DATA / "third_generation.toml"))
    assert card.number_protected
    assert (card.citizen_number, card.name) == (None, None)
    assert (card.card_id, card.card_number) == ("800100D1560000050000000291E35A0F", "B00000025")
    assert (card.version, card.generation, card.algorithm) == ("3.00", 3, 3)
    assert card.expires == date(2034, 2, 28)


def test_a_first_generation_card_is_read(write_card: WriteCard) -> None:
    card = _card(write_card("generation = 1"))
    assert (card.version, card.generation, card.name) == ("1.00", 1, "欧阳测试")


def test_the_essential_fields_take_one_select_and_six_records_each_asked_once() -> None:
    channel = CardInHand(load_card(SECOND))
    outcome = read_social_security_card(channel, ESSENTIAL)
    assert [command.hex().upper() for command in channel.commands] == [
        "00A404000F7378312E73682EC9E7BBE1B1A3D5CF",
        "00B2012812",
        "00B2032806",
        "00B2062806",
        "00B207280B",
        "00B2083014",
        "00B2093020",
    ]
    assert isinstance(outcome, CardRead)
    assert outcome.card.sex is None


@pytest.mark.parametrize("wanted", [ESSENTIAL, ALL])
@pytest.mark.parametrize("file", ["second_generation.toml", "third_generation.toml"])
def test_no_command_is_sent_twice(file: str, wanted: frozenset[Field]) -> None:
    channel = CardInHand(load_card(DATA / file))
    read_social_security_card(channel, wanted)
    assert len(channel.commands) == len(set(channel.commands))


@pytest.mark.parametrize("select_file", ["optional", "02", "00"])
@pytest.mark.parametrize("read_by", ['["tag", "position"]', '["tag"]', '["position"]'])
@pytest.mark.parametrize("fci", ["get-response", "direct", "none"])
@pytest.mark.parametrize("generation", [1, 2])
def test_every_way_a_card_wants_to_be_asked_gives_the_same_card(
    write_card: WriteCard, select_file: str, read_by: str, fci: str, generation: int
) -> None:
    behaviour = f'[behaviour]\nselect_file = "{select_file}"\nread_by = {read_by}\nfci = "{fci}"'
    usual = _card(write_card(f"generation = {generation}"))
    assert _card(write_card(f"generation = {generation}", tables=behaviour)) == usual


@pytest.mark.parametrize("select_file", ["optional", "02", "00"])
def test_a_card_that_knows_no_short_file_ids_gives_the_same_card(
    write_card: WriteCard, select_file: str
) -> None:
    behaviour = f'[behaviour]\nselect_file = "{select_file}"\nshort_file_ids = false'
    assert _card(write_card(tables=behaviour)) == _card(load_card(SECOND))


def test_a_protected_record_is_protected_by_position_too(write_card: WriteCard) -> None:
    card = _card(write_card("generation = 3", tables='[behaviour]\nread_by = ["position"]'))
    assert card.number_protected
    assert card.name is None
    assert card.card_number == "A00000017"


def test_a_card_that_answers_shorter_records_is_asked_again_with_its_length(write_card: WriteCard) -> None:
    assert _card(write_card(tables='[records]\n"06/08" = "383030313030"')).citizen_number == "800100"


@pytest.mark.parametrize("exact_length", ["true", "false"])
def test_only_the_first_nine_bytes_of_a_longer_card_number_are_taken(
    write_card: WriteCard, exact_length: str
) -> None:
    tables = (
        f'[behaviour]\nexact_length = {exact_length}\n[records]\n"05/07" = "41303030303030313720202020202020"'
    )
    assert _card(write_card(tables=tables)).card_number == "A00000017"


@pytest.mark.parametrize(
    "name",
    [
        "阿布都热合曼·买买提依明·吐尔逊江",
        "一二三四五六七八九十甲乙丙丁戊己",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZABC欧阳",
        "一二三四五六七八九十甲乙丙丁𠮷野",
        "一二三四五六七八九十甲乙丙A𠮷野",
        "一二三四五六七八九十甲乙丙丁戊",
    ],
)
def test_a_long_name_is_whole_even_where_a_character_lies_across_two_records(
    write_card: WriteCard, name: str
) -> None:
    assert _card(write_card(f'name = "{name}"')).name == name


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=25
    ).filter(lambda name: len(name.encode("gb18030")) <= 50 and not any(map(steers, name)))
)
def test_any_name_round_trips(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    encoded = name.encode("gb18030")
    records = f'"06/09" = "{encoded[:30].ljust(30, bytes(1)).hex()}"\n"06/4E" = "{encoded[30:].hex()}"'
    path = tmp_path_factory.getbasetemp() / "name.toml"
    path.write_text(f"{SECOND.read_text('utf-8')}\n[records]\n{records}", "utf-8")
    assert _card(load_card(path), ESSENTIAL).name == name


def test_a_full_name_without_its_continuation_is_taken_as_it_is(write_card: WriteCard) -> None:
    name = "一二三四五六七八九十甲乙丙丁戊"
    assert _card(write_card(f'name = "{name}"', tables='[records]\n"06/4E" = ""')).name == name


def test_a_name_whose_continuation_is_protected_is_not_given_in_part(write_card: WriteCard) -> None:
    card = _card(
        write_card(
            'name = "一二三四五六七八九十甲乙丙丁戊己"', tables='[behaviour]\nprotected = ["name_continued"]'
        )
    )
    assert card.name is None
    assert card.citizen_number is not None


@pytest.mark.parametrize("name", ["一二三四五六七八九十甲乙丙丁戊", "一二三四五六七八九十甲乙丙丁"])
def test_a_long_name_of_the_first_generation_is_whole_beside_a_protected_record(
    write_card: WriteCard, name: str
) -> None:
    by_position = '[behaviour]\nread_by = ["position"]\nprotected = ["sex"]'
    card = _card(write_card("generation = 1", f'name = "{name}"', tables=by_position))
    assert (card.name, card.sex) == (name, None)


def test_a_name_of_blanks_of_any_width_is_none(write_card: WriteCard) -> None:
    blanks = "\u2003\u00a0".encode("gb18030").hex()
    assert _card(write_card(tables=f'[records]\n"06/09" = "{blanks}"')).name is None


@pytest.mark.parametrize("blank", ["00000000", "FFFFFFFF"])
def test_a_date_that_was_never_written_is_none(write_card: WriteCard, blank: str) -> None:
    assert _card(write_card(tables=f'[records]\n"05/06" = "{blank}"')).expires is None


def test_an_identification_code_keeps_its_last_f_and_zero_digits(write_card: WriteCard) -> None:
    code = "800100D1560000050000000000FFFFFF"
    assert _card(write_card(f'card_id = "{code}"')).card_id == code


@pytest.mark.parametrize(
    ("record", "value", "step"),
    [
        ("05/01", "800100", Field.CARD_ID),
        ("05/03", "FF0102", Field.VERSION),
        ("05/06", "20230230", Field.EXPIRES),
        ("05/06", "2A230230", Field.EXPIRES),
        ("05/06", "202302", Field.EXPIRES),
        ("06/08", "3830303130301B40", Field.CITIZEN_NUMBER),
        ("06/09", "8130", Field.NAME),
        ("06/09", "41421B40", Field.NAME),
        ("06/09", "8431A438", Field.NAME),
        ("06/09", "CDF58430FA32", Field.NAME),
        ("06/09", "41" * 31, Field.NAME),
    ],
)
def test_a_record_that_cannot_be_is_named_without_repeating_it(
    write_card: WriteCard, record: str, value: str, step: Field
) -> None:
    outcome = _read(write_card(tables=f'[records]\n"{record}" = "{value}"'))
    assert isinstance(outcome, Unreadable)
    assert outcome.step is step
    assert value not in outcome.detail


def test_a_card_without_the_application_is_another_card(write_card: WriteCard) -> None:
    assert _read(write_card(f'kind = "other"\natr = "{ATR.hex()}"')) == NotASocialSecurityCard(ATR)


def test_a_card_without_records_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "blank.toml"
    path.write_text("generation = 2", "utf-8")
    assert _read(load_card(path)) == BlankCard()


@pytest.mark.parametrize("filling", ["00", "FF"])
def test_a_card_whose_records_were_never_written_is_blank(write_card: WriteCard, filling: str) -> None:
    assert _read(write_card(tables=f'[records]\n"05/01" = "{filling * 16}"')) == BlankCard()


def test_a_locked_application_is_a_fault_at_the_first_step(write_card: WriteCard) -> None:
    card = write_card(tables='[[fault]]\nat = 1\ndoes = "status"\nstatus = "6A81"')
    fault = CardFault(Selection.APPLICATION, StatusWord.APPLICATION_LOCKED)
    assert _read(card) == fault
    assert "locked" in fault.meaning


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("status", ["6F00", "6581", "9303", "6985", "6E01"])
def test_a_refusal_at_any_command_is_a_fault_with_its_step(
    write_card: WriteCard, at: int, status: str
) -> None:
    outcome = _read(
        write_card(tables=f'[[fault]]\nat = {at}\ndoes = "status"\nstatus = "{status}"'), ESSENTIAL
    )
    steps: list[Step] = [Selection.APPLICATION, *(field for field in Field if field in ESSENTIAL)]
    assert outcome == CardFault(steps[at - 1], int(status, 16))


@pytest.mark.parametrize("at", range(2, 8))
def test_an_answer_cut_short_at_any_record_is_unreadable(write_card: WriteCard, at: int) -> None:
    outcome = _read(write_card(tables=f'[[fault]]\nat = {at}\ndoes = "cut"'), ESSENTIAL)
    assert isinstance(outcome, Unreadable)
    assert outcome.step is [field for field in Field if field in ESSENTIAL][at - 2]


def test_a_pulled_card_raises_card_pulled(write_card: WriteCard) -> None:
    with pytest.raises(CardPulled):
        _read(write_card(tables='[[fault]]\nat = 3\ndoes = "pull"'))


def test_a_reader_that_cannot_exchange_makes_the_card_unreadable() -> None:
    class Broken:
        atr = ATR

        def send_and_receive(self, _apdu: bytes, /) -> bytes:
            raise ExchangeFailed(0x80100016, "Transaction failed")

    outcome = read_social_security_card(Broken())
    assert outcome == Unreadable(Selection.APPLICATION, "Transaction failed (0x80100016)")


def test_a_repr_shows_no_number_and_no_name() -> None:
    shown = repr(_read(load_card(SECOND)))
    for secret in ("8001", "欧阳", "A00000017", "1985", "D156"):
        assert secret not in shown


STATUS_WORDS = st.one_of(
    st.sampled_from([word.to_bytes(2, "big") for word in StatusWord]),
    st.binary(min_size=2, max_size=2),
    st.sampled_from([b"\x61\x10", b"\x6c\x05", b"\x61\x00", b"\x6c\x00", b"\x63\xc1"]),
)
RECORD_TAGS = st.sampled_from([0x01, 0x03, 0x06, 0x07, 0x08, 0x09, 0x4E])
RECORDS = st.builds(lambda tag, value: bytes([tag, len(value)]) + value, RECORD_TAGS, st.binary(max_size=32))
ANSWERS = st.one_of(
    st.builds(lambda data, status: data + status, st.one_of(RECORDS, st.binary(max_size=40)), STATUS_WORDS),
    st.builds(lambda record: record + b"\x90\x00", RECORDS),
    st.binary(max_size=3),
)


class Answering:
    """A card that answers these, over and over, whatever it is asked; `None` is the true card's answer."""

    def __init__(self, card: VirtualCard, answers: list[bytes | None]) -> None:
        self._card = CardInHand(card)
        self.atr = card.atr
        self._answers = answers
        self.count = 0

    def send_and_receive(self, apdu: bytes) -> bytes:
        true_answer = self._card.send_and_receive(apdu)
        answer = self._answers[self.count % len(self._answers)]
        self.count += 1
        return true_answer if answer is None else answer


@given(st.lists(st.one_of(st.none(), ANSWERS), min_size=1, max_size=24), st.sampled_from([ESSENTIAL, ALL]))
def test_whatever_a_card_answers_ends_in_an_outcome(
    answers: list[bytes | None], wanted: frozenset[Field]
) -> None:
    channel = Answering(load_card(SECOND), answers)
    assert isinstance(read_social_security_card(channel, wanted), OUTCOMES)
    assert channel.count <= 600


@given(st.data())
def test_one_changed_byte_anywhere_ends_in_an_outcome(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 16))
    changed = data.draw(st.integers(1, 255))

    class Mutating(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            answer = bytearray(super().send_and_receive(apdu))
            if len(self.commands) == at + 1:
                answer[data.draw(st.integers(0, len(answer) - 1))] ^= changed
            return bytes(answer)

    outcome = read_social_security_card(Mutating(load_card(SECOND)), ALL)
    assert isinstance(outcome, OUTCOMES)
