"""人民币大写: what stands on a receipt cannot be read two ways."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.capital_numerals import LARGEST, in_capitals
from kiosk.domain.money import Money

AMOUNTS = st.integers(min_value=0, max_value=LARGEST.fen).map(Money) | st.integers(0, 2_000_000).map(Money)
_DIGITS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def _whole(words: str) -> int:
    """A reader of its own: digits and places of one group, 万 and 亿 between groups."""
    if "亿" in words:
        above, _, below = words.rpartition("亿")
        return _whole(above) * 10**8 + _whole(below)
    if "万" in words:
        above, _, below = words.rpartition("万")
        return _whole(above) * 10**4 + _whole(below)
    total = digit = 0
    for sign in words:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total, digit = total + digit * _PLACES[sign], 0
    return total + digit


def _read(words: str) -> int:
    found = re.fullmatch(r"(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?整?", words)
    assert found is not None, words
    yuan, jiao, fen = found.groups()
    return _whole(yuan or "") * 100 + _DIGITS[jiao or "零"] * 10 + _DIGITS[fen or "零"]


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (30, "叁角整"),
        (400_00, "肆佰元整"),
        (1_409_50, "壹仟肆佰零玖元伍角整"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (1_680_32, "壹仟陆佰捌拾元叁角贰分"),
        (325_04, "叁佰贰拾伍元零肆分"),
        (107_000_53, "壹拾万零柒仟元伍角叁分"),
        (10_0000_00, "壹拾万元整"),
        (100_0001_00, "壹佰万零壹元整"),
        (1_0000_0000_00, "壹亿元整"),
        (1_0001_0001_00, "壹亿零壹万零壹元整"),
    ],
)
def test_an_amount_is_written_as_the_rules_give_it(fen: int, words: str) -> None:
    assert in_capitals(Money(fen)) == words


@given(AMOUNTS)
def test_what_is_written_reads_back_as_the_same_amount(amount: Money) -> None:
    assert _read(in_capitals(amount)) == amount.fen


@given(AMOUNTS, AMOUNTS)
def test_no_two_amounts_are_written_alike(one: Money, other: Money) -> None:
    assert (in_capitals(one) == in_capitals(other)) == (one == other)


@given(AMOUNTS)
def test_zeros_never_stand_doubled_and_it_ends_closed(amount: Money) -> None:
    words = in_capitals(amount)
    assert "零零" not in words
    assert words[-1] in "整分"


@pytest.mark.parametrize("amount", [Money(-1), LARGEST + Money(1)])
def test_what_has_no_words_is_refused(amount: Money) -> None:
    with pytest.raises(ValueError, match="no capital numerals"):
        in_capitals(amount)
