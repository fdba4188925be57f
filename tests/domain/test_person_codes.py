"""The codes of the national standards that cards carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.citizen_number import Sex
from kiosk.domain.person_codes import ETHNIC_GROUPS, ethnic_code_of, ethnic_group_of, sex_of


def test_there_are_fifty_six_groups_and_two_more_codes() -> None:
    assert list(ETHNIC_GROUPS) == [f"{code:02d}" for code in range(1, 57)] + ["97", "98"]
    assert len(set(ETHNIC_GROUPS.values())) == 58


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *(("01", "汉族"), ("10", "朝鲜族"), ("11", "满族"), ("20", "傈僳族"), ("29", "柯尔克孜族")),
        *(("30", "土族"), ("38", "锡伯族"), ("46", "德昂族"), ("56", "基诺族"), ("97", "其他")),
    ],
)
def test_a_group_has_its_code(code: str, name: str) -> None:
    assert ethnic_group_of(code) == name
    assert ethnic_code_of(name) == ethnic_code_of(name.removesuffix("族")) == code


@given(st.text(max_size=3).filter(lambda text: text not in ETHNIC_GROUPS))
def test_what_is_no_code_names_no_group(code: str) -> None:
    assert ethnic_group_of(code) is None
    assert ethnic_code_of(code) in {None, *ETHNIC_GROUPS}


@pytest.mark.parametrize(
    ("code", "sex"), [("1", Sex.MALE), ("2", Sex.FEMALE), ("0", None), ("9", None), ("", None), ("F", None)]
)
def test_a_code_tells_the_sex_or_nothing(code: str, sex: Sex | None) -> None:
    assert sex_of(code) is sex
