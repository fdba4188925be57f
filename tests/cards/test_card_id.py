"""卡识别码: parsed strictly, written back as it was, shown to nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.card_id import REGISTERED_ID, BadCardId, CardId
from drivers.cards.social_security import SocialSecurityCard

CODE = "800100D156000005000000014FB8C2D7"
REGIONS = st.from_regex(r"[0-9]{6}", fullmatch=True)


@given(REGIONS, st.binary(min_size=8, max_size=8))
def test_any_code_round_trips(region: str, serial: bytes) -> None:
    code = bytes.fromhex(region) + REGISTERED_ID + serial
    parsed = CardId.parse(code)
    assert (parsed.region, parsed.serial, parsed.encode()) == (region, serial, code)


@given(st.binary(max_size=20))
def test_any_bytes_are_a_code_or_its_own_error(code: bytes) -> None:
    try:
        parsed = CardId.parse(code)
    except BadCardId as error:
        assert code.hex() not in str(error) or len(code) < 2  # noqa: PT017  the property holds in both branches
    else:
        assert parsed.encode() == code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (CODE[:-2], "15 bytes"),
        (CODE + "00", "17 bytes"),
        ("80010A" + CODE[6:], "no decimal digit"),
        ("800100D156000006000000014FB8C2D7", "another registered identifier"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(code: str, reason: str) -> None:
    with pytest.raises(BadCardId, match=reason):
        CardId.parse(bytes.fromhex(code))


def test_a_repr_shows_nothing() -> None:
    assert repr(CardId.parse(bytes.fromhex(CODE))) == "CardId()"


def test_a_card_tells_its_region() -> None:
    assert SocialSecurityCard(CODE).region == "800100"


def test_a_card_with_an_id_of_another_form_has_no_region() -> None:
    assert SocialSecurityCard("F" * 32).region is None
