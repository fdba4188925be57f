"""ID cards described in TOML: the demo's, what a technician may write, and what a wrong file says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fixtures.pcsc import CardInHand, Watch
from id_bench import text_of

from drivers.cards.channel import CardChannel
from drivers.cards.id_outcomes import IdCardRead, IdOutcome
from drivers.cards.reader_events import CardInserted
from drivers.cards.readers import ReaderLoop
from drivers.cards.records import Garbled
from drivers.cards.resident_id import Layout, ResidentIdCard, resident_id_card
from drivers.cards.sam_pcsc import is_id_card, read_id_card
from drivers.cards.sam_v import parse_content
from drivers.virtual.card_file import CardFileError, load_card
from drivers.virtual.cards import Pull, Silence, Wait
from drivers.virtual.id_card import Garbage, IdFault, IdMisbehaviour, Spoilt, Status, as_pcsc_card
from drivers.virtual.id_card_file import load_id_card
from drivers.virtual.slot import VirtualSlot

DEMO = Path(__file__).parents[2] / "demo" / "cards"
DEMO_CARDS = sorted(DEMO.glob("id-*.toml"))
TODAY = date(2026, 11, 20)
WHOLE = """
kind = "resident-id"
name = "欧阳测试"
sex = "2"
ethnic_group = "01"
birth_date = 1985-03-12
address = "示例县青石镇1号"
number = "800100198503120022"
issuer = "示例县公安局"
valid_from = 2020-01-02
valid_to = 2040-01-02
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "card.toml"
    path.write_text(text, "utf-8")
    return path


def _said(path: Path) -> ResidentIdCard:
    return resident_id_card(parse_content(load_id_card(path).content()))


@pytest.mark.parametrize("path", DEMO_CARDS, ids=lambda path: path.stem)
def test_the_demos_id_cards_read_and_only_the_expired_one_has_expired(path: Path) -> None:
    card = _said(path)
    assert card.is_valid_on(TODAY) == (path.stem != "id-expired")
    assert (card.number.startswith("8001"), card.number.startswith("810000"), card.number[3:7] == "8001") == {
        Layout.CITIZEN: (True, False, False),
        Layout.RESIDENCE_PERMIT: (False, True, False),
        Layout.FOREIGN_2017: (False, False, True),
        Layout.FOREIGN_2023: (False, False, False),
    }[card.layout]


def test_the_demo_has_a_card_of_every_layout() -> None:
    assert {_said(path).layout for path in DEMO_CARDS} == set(Layout)


@pytest.mark.parametrize("holder", ["liu-guilan", "huang-mancang", "zhao-dehou"])
def test_a_person_says_the_same_on_both_cards(holder: str) -> None:
    id_card = (DEMO / f"id-{holder}.toml").read_text("utf-8").splitlines()
    other = (DEMO / f"{holder}.toml").read_text("utf-8").replace("citizen_number", "number").splitlines()
    both = {line for line in id_card if not line.startswith("#")} & set(other)
    assert {line.split(" ")[0] for line in both} == {"number", "name", "sex", "ethnic_group", "birth_date"}


def test_a_citizens_number_has_the_right_check_character() -> None:
    for path in DEMO_CARDS:
        number = _said(path).number
        if len(number) == 18:
            weighed = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(number[:17]))
            assert (weighed + (10 if number[17] == "X" else int(number[17]))) % 11 == 1


def test_a_whole_card_has_the_bytes_of_its_layout(tmp_path: Path) -> None:
    card = load_id_card(_file(tmp_path, WHOLE))
    assert (card.name, card.text) == ("card", text_of())
    assert card.content() == load_id_card(_file(tmp_path, WHOLE)).content()


def test_a_long_english_name_goes_on_in_its_second_field(tmp_path: Path) -> None:
    english = "FEATHERSTONEHAUGH, CHRISTOPHER MONTGOMERY"
    text = WHOLE.replace("number", "layout = 'foreign-2023'\nnumber").replace("8001001985", "9808401985")
    lines = [
        line for line in text.splitlines() if line.split(" ")[0] not in {"ethnic_group", "address", "issuer"}
    ]
    card = _said(_file(tmp_path, "\n".join(lines) + f'\nenglish_name = "{english}"\ncountry = "USA"\n'))
    assert card.english_name == english


def test_raw_bytes_take_the_place_of_text(tmp_path: Path) -> None:
    with pytest.raises(Garbled, match="type flag"):
        _said(_file(tmp_path, WHOLE + '[text]\n248 = "5A00"\n'))


@pytest.mark.parametrize(
    ("fault", "misbehaviour"),
    [
        ('does = "pull"', Pull()),
        ('does = "silence"', Silence()),
        ('does = "wait"\nms = 250', Wait(0.25)),
        ('does = "cut"', Spoilt.CUT),
        ('does = "checksum"', Spoilt.CHECKSUM),
        ('does = "length"', Spoilt.LENGTH),
        ('does = "garbage"\nbytes = "AAAA 96"', Garbage(b"\xaa\xaa\x96")),
        ('does = "status"\nsw3 = "41"', Status(0x41)),
    ],
)
def test_each_fault_can_be_written(tmp_path: Path, fault: str, misbehaviour: IdMisbehaviour) -> None:
    card = load_id_card(_file(tmp_path, f"{WHOLE}\n[[fault]]\nat = 3\n{fault}"))
    assert card.faults == (IdFault(3, misbehaviour),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('nmae = "甲"', "nmae: no such key; allowed are kind, layout, number, name, english_name, sex"),
        ('kind = "social-security"', "not TOML"),
        ('layout = "passport"', "layout: Input should be 'citizen', 'residence-permit', 'foreign-2017'"),
        (
            'pass_number = "H80010001"',
            "the card: `pass_number` is not on a card of layout citizen; on it are",
        ),
        ('english_name = "A"', "the card: `english_name` is not on a card of layout citizen"),
        ('extra_address = "' + "示" * 36 + '"', "extra_address: String should have at most 35 characters"),
        ("fingerprint_bytes = 3", "fingerprint_bytes: Input should be 0, 512 or 1024"),
        ('[[fault]]\nat = 0\ndoes = "pull"', "fault.1.at: Input should be greater than or equal to 1"),
        ('[[fault]]\nat = 1\ndoes = "burn"', "fault.1.does: Input should be 'pull', 'silence', 'wait'"),
        ('[[fault]]\nat = 1\ndoes = "wait"', "fault.1: `wait` needs `ms`, `status` needs `sw3`"),
        ('[[fault]]\nat = 1\ndoes = "pull"\nms = 3', "fault.1: `wait` needs `ms`"),
        ('[[fault]]\nat = 1\ndoes = "status"\nsw3 = "4142"', "fault.1: an SW3 has one byte"),
        ('[[fault]]\nat = 1\ndoes = "garbage"\nbytes = ""', "fault.1: garbage has at least one byte"),
        ('[[fault]]\nat = 1\nnth = 2\ndoes = "pull"', "fault.1.nth: no such key; allowed are at, does, ms"),
        ('[text]\n250 = "00 00 00 00 00 00 00"', "the card: `text` has '250': write an offset below 256"),
        ('[text]\nname = "00"', "the card: `text` has 'name': write an offset"),
    ],
)
def test_a_wrong_line_says_what_is_allowed(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(CardFileError) as refused:
        load_id_card(_file(tmp_path, WHOLE + text))
    assert any(found.startswith(problem) for found in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(
    ("line", "wrong", "problem"),
    [
        ('name = "欧阳测试"', f'name = "{"甲" * 16}"', "the card: `name` has more than 15 characters"),
        ('name = "欧阳测试"', f'name = "{"𠮷" * 8}"', "the card: `name` has more than 15 characters"),
        ('number = "800100198503120022"', 'number = "80010x"', "number: String should match pattern"),
        ("valid_to = 2040-01-02", 'valid_to = "永久"', "valid_to"),
        ("birth_date = 1985-03-12", 'birth_date = "1985"', "birth_date: Input should be a valid date"),
        ('kind = "resident-id"', 'kind = "other"', "kind: an ID card's file says kind"),
        ('kind = "resident-id"', "", "kind: an ID card's file says kind"),
        ('kind = "resident-id"', "= 3", "not TOML"),
    ],
)
def test_a_wrong_value_says_what_is_allowed_and_never_whose_it_is(
    tmp_path: Path, line: str, wrong: str, problem: str
) -> None:
    with pytest.raises(CardFileError) as refused:
        load_id_card(_file(tmp_path, WHOLE.replace(line, wrong)))
    assert any(found.startswith(problem) for found in refused.value.problems), refused.value.problems
    assert "甲" not in str(refused.value)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_id_card(tmp_path / "none.toml")


def test_an_id_card_is_read_through_the_real_service(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(as_pcsc_card(load_id_card(DEMO / "id-liu-guilan.toml")))
    inserted = watch.wait_for(CardInserted)
    assert is_id_card(inserted.atr)

    def job(channel: CardChannel) -> IdOutcome:
        return read_id_card(channel, keep_photo=True)

    outcome = reader_loop.submit(inserted.presence, job).result(5)
    assert isinstance(outcome, IdCardRead)
    assert (outcome.card.name, len(outcome.card.photo or b"")) == ("刘桂兰", 1024)


def test_a_social_security_card_is_no_id_card() -> None:
    card = load_card(DEMO / "liu-guilan.toml")
    assert not is_id_card(card.atr)
    assert not isinstance(read_id_card(CardInHand(card)), IdCardRead)
