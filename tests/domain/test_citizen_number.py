"""GB 11643: what the check character catches, and what is never shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.domain.citizen_number import CitizenNumber, NotACitizenNumber, Sex, check_digit, masked_name

CHARACTERS = "0123456789X"


@st.composite
def numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1900, 1, 1), date(2030, 12, 31)))
    place, order = draw(st.integers(100_000, 999_999)), draw(st.integers(0, 999))
    first17 = f"{place}{born:%Y%m%d}{order:03d}"
    return first17 + check_digit(first17)


def test_the_worked_example_of_the_standard() -> None:
    assert check_digit("11010519491231002") == "X"


@given(numbers())
def test_a_valid_number_tells_birth_and_sex(text: str) -> None:
    number = CitizenNumber.parse(text.lower())
    assert number.text == text
    assert f"{number.born:%Y%m%d}" == text[6:14]
    assert (number.sex is Sex.MALE) == (int(text[16]) % 2 == 1)


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


@given(st.text(max_size=20))
def test_any_other_text_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(NotACitizenNumber) as refused:
        CitizenNumber.parse(text + "?")
    assert refused.value.args[0] in (
        "a citizen number has 17 digits and a check character",
        "the check character does not fit",
        "the birth date in it is no date",
    )


def test_a_birth_date_that_never_was_is_refused() -> None:
    first17 = "11010519490230002"
    with pytest.raises(NotACitizenNumber, match="birth date"):
        CitizenNumber.parse(first17 + check_digit(first17))


@given(numbers())
def test_masked_it_shows_the_last_four_and_in_a_repr_nothing(text: str) -> None:
    number = CitizenNumber.parse(text)
    assert number.masked() == "*" * 14 + text[-4:]
    assert not any(character.isdecimal() for character in repr(number))


@pytest.mark.parametrize(
    ("name", "masked"), [("王秀兰", "王*兰"), ("王芳", "王*"), ("欧阳小红", "欧**红"), ("王", "*"), ("", "*")]
)
def test_a_masked_name_keeps_what_its_owner_recognises(name: str, masked: str) -> None:
    assert masked_name(name) == masked
