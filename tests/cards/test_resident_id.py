"""What is printed in an ID card's chip: four layouts, and everything that is none of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from id_bench import HOLDERS, F, holders, text_of

from drivers.cards.records import Garbled
from drivers.cards.resident_id import (
    LONG_TERM,
    PLACES,
    IdField,
    Layout,
    ResidentIdCard,
    resident_id_card,
    text_field,
)
from drivers.cards.sam_v import Content
from drivers.virtual.id_card import id_card_text

PHOTO = bytes(range(256)) * 4
DATES = (F.BIRTH_DATE, F.VALID_FROM, F.VALID_TO)


def _card(text: bytes, *, keep_photo: bool = False) -> ResidentIdCard:
    return resident_id_card(Content(text, PHOTO), keep_photo=keep_photo)


def _card_or_garbled(text: bytes) -> ResidentIdCard | str:
    """The card, or why it is none."""
    try:
        return _card(text)
    except Garbled as garbled:
        return str(garbled)


def _day(text: str) -> date | None:
    return None if text == LONG_TERM else date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")


@pytest.mark.parametrize("layout", Layout)
def test_each_layout_says_what_stands_on_the_card(layout: Layout) -> None:
    card = _card(text_of(layout))
    assert card.layout is layout
    for name, value in HOLDERS[layout].items():
        assert getattr(card, name) == (_day(value) if name in DATES else value)


@pytest.mark.parametrize("layout", Layout)
def test_no_two_fields_of_a_layout_share_a_byte(layout: Layout) -> None:
    bytes_of_fields = [at + byte for at, size in PLACES[layout].values() for byte in range(size)] + [248, 249]
    assert len(set(bytes_of_fields)) == len(bytes_of_fields)
    assert max(bytes_of_fields) < 256


@pytest.mark.parametrize("layout", Layout)
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_stands_on_a_card_is_read_as_it_was_written(layout: Layout, data: st.DataObject) -> None:
    values = data.draw(holders(layout))
    card = _card(id_card_text(layout, values))
    assert card.layout is layout
    continued = values.pop(F.ENGLISH_NAME_CONTINUED, None)
    if continued is not None:
        first = values.pop(F.ENGLISH_NAME)
        assert card.english_name == (first + continued if len(first) == 35 else f"{first} {continued}")
    for name, value in values.items():
        assert getattr(card, name) == (_day(value) if name in DATES else value)


@pytest.mark.parametrize("layout", Layout)
@settings(max_examples=150)
@given(data=st.data())
def test_every_changed_byte_ends_in_a_card_or_in_garbled(layout: Layout, data: st.DataObject) -> None:
    text = bytearray(text_of(layout))
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(0, 255))] = data.draw(st.integers(0, 255))
    said = _card_or_garbled(bytes(text))
    if isinstance(said, ResidentIdCard):
        assert (said.fingerprint == _card(text_of(layout)).fingerprint) == (bytes(text) == text_of(layout))
    else:
        assert not any(value in said for value in HOLDERS[layout].values() if len(value) > 4)


@given(st.binary(max_size=600))
def test_any_other_bytes_are_garbled(text: bytes) -> None:
    with pytest.raises(Garbled):
        _card(text)


@pytest.mark.parametrize("flag", ["K", "j", "\x00", "中", "\ufffd"])
def test_a_type_flag_that_no_layout_has_is_garbled(flag: str) -> None:
    text = bytearray(text_of())
    text[248:250] = flag.encode("utf-16-le")
    with pytest.raises(Garbled, match="type flag"):
        _card(bytes(text))


def test_half_a_character_as_the_type_flag_is_garbled() -> None:
    text = bytearray(text_of())
    text[248:250] = b"\x00\xd8"
    with pytest.raises(Garbled, match="type flag"):
        _card(bytes(text))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (F.BIRTH_DATE, "19850230"),
        (F.BIRTH_DATE, "1985031"),
        (F.BIRTH_DATE, "１９８５０３１２"),
        (F.BIRTH_DATE, LONG_TERM),
        (F.VALID_FROM, LONG_TERM),
        (F.VALID_FROM, "2020010a"),
        (F.VALID_TO, "20191231"),
        (F.VALID_TO, "永久"),
        (F.VALID_TO, "00000000"),
        (F.NUMBER, "80010019850312002"),
        (F.NUMBER, "800100198503120O22"),
        (F.NUMBER, "80010019850312002x"),
        (F.NUMBER, "８00100198503120022"),
        (F.NUMBER, "000100198503120022"),
        (F.SEX, "3"),
        (F.SEX, "女"),
        (F.SEX, " "),
        (F.ETHNIC_GROUP, "1 "),
        (F.ETHNIC_GROUP, "汉族"),
        (F.ETHNIC_GROUP, "  "),
        (F.NAME, "               "),
        (F.NAME, "王\n小明"),
        (F.NAME, "王\x00小明"),
        (F.NAME, "王\u202e小明"),
        (F.NAME, "王\u2028小明"),
        (F.ADDRESS, "示例县\x07"),
        (F.ISSUER, "示例县\ufffe"),
        (F.ISSUER, "示例县\ufdd0"),
    ],
)
def test_a_field_that_cannot_be_so_is_garbled(name: IdField, value: str) -> None:
    with pytest.raises(Garbled) as garbled:
        _card(text_of(**{name: value}))
    assert not value.strip() or value not in str(garbled.value)


@pytest.mark.parametrize(
    ("layout", "number"),
    [
        (Layout.RESIDENCE_PERMIT, "800100199408230021"),
        (Layout.RESIDENCE_PERMIT, "840000199408230021"),
        (Layout.FOREIGN_2017, "US8001850312050"),
        (Layout.FOREIGN_2023, "880840198503120021"),
    ],
)
def test_a_number_of_another_layout_is_garbled(layout: Layout, number: str) -> None:
    with pytest.raises(Garbled, match="another form"):
        _card(text_of(layout, number=number))


@pytest.mark.parametrize("half", [b"\x00\xd8", b"\x00\xdc"])
@pytest.mark.parametrize("name", [F.NAME, F.ADDRESS, F.ISSUER])
def test_half_a_surrogate_pair_is_garbled(name: IdField, half: bytes) -> None:
    text = bytearray(text_of())
    at, _ = PLACES[Layout.CITIZEN][name]
    text[at : at + 2] = half
    with pytest.raises(Garbled, match="UTF-16"):
        _card(bytes(text))


def test_a_pair_of_surrogates_that_lies_across_two_fields_is_garbled() -> None:
    text = bytearray(text_of(name="王" * 14))
    text[28:32] = "𠮷".encode("utf-16-le")
    with pytest.raises(Garbled):
        _card(bytes(text))


@pytest.mark.parametrize("name", ["罗䶮", "𠮷田", "王\ue000", "买买提·阿不都热合曼江"])
def test_a_rare_character_is_kept(name: str) -> None:
    assert _card(text_of(name=name)).name == name


def test_a_card_for_good_does_not_expire() -> None:
    card = _card(text_of(valid_to=LONG_TERM))
    assert card.valid_to is None
    assert card.is_valid_on(date(2999, 1, 1))


def test_a_card_is_valid_from_its_first_to_its_last_day() -> None:
    card = _card(text_of())
    days = [date(2020, 1, 1), date(2020, 1, 2), date(2040, 1, 2), date(2040, 1, 3)]
    assert [card.is_valid_on(day) for day in days] == [False, True, True, False]


def test_a_foreign_resident_may_have_no_chinese_name_and_a_citizen_must() -> None:
    card = _card(text_of(Layout.FOREIGN_2023, name=""))
    assert (card.name, card.english_name) == (None, "TEST, MARY")
    with pytest.raises(Garbled, match="without english_name"):
        _card(text_of(Layout.FOREIGN_2023, english_name=""))


@pytest.mark.parametrize("name", ["García, José", "O’NEIL", "Smith, John", "ØSTERGÅRD-Łuk"])
def test_an_english_name_may_have_any_letters(name: str) -> None:
    for layout in (Layout.FOREIGN_2017, Layout.FOREIGN_2023):
        assert _card(text_of(layout, english_name=name)).english_name == name


@pytest.mark.parametrize("name", ["SMITH\x00JOHN", "SMITH\nJOHN", "SMITH\u202e, JOHN", "SMITH\ufffe"])
def test_an_english_name_that_steers_is_garbled(name: str) -> None:
    with pytest.raises(Garbled, match="control character"):
        _card(text_of(Layout.FOREIGN_2023, english_name=name))


def test_an_english_name_that_fills_its_line_goes_on_without_a_blank() -> None:
    names = {"english_name": "𝐀" + "B" * 33, "english_name_continued": "CD"}
    assert _card(text_of(Layout.FOREIGN_2023, **names)).english_name == "𝐀" + "B" * 33 + "CD"


def test_the_photo_is_dropped_unless_it_is_asked_for() -> None:
    assert _card(text_of()).photo is None
    assert _card(text_of(), keep_photo=True).photo == PHOTO


def test_the_fingerprint_is_the_texts_and_no_other_text_has_it() -> None:
    assert _card(text_of()).fingerprint == _card(text_of(), keep_photo=True).fingerprint
    assert _card(text_of()).fingerprint != _card(text_of(address="示例县青石镇2号")).fingerprint


@pytest.mark.parametrize("layout", Layout)
def test_nothing_of_the_holder_shows(layout: Layout) -> None:
    shown = repr(_card(text_of(layout), keep_photo=True)) + repr(Content(text_of(layout), PHOTO))
    assert not any(value in shown for value in HOLDERS[layout].values() if len(value) > 2)
    assert "1985" not in shown


def test_a_field_filled_with_zeros_is_blank() -> None:
    assert text_field(bytes(30)) == text_field(" ".encode("utf-16-le") * 15) == ""
