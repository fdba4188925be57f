"""What people type into the pages for papers: codes, and the last four of a number."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.public_page.typed import NotACode, read_code, read_last_four
from kiosk.contract.seals.claims import CODE_SIGNS, grouped

_FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in CODE_SIGNS}


@given(
    st.text(CODE_SIGNS, min_size=20, max_size=20),
    st.sampled_from(["", "-", " ", "—", "－", "\t", "\u3000", "‐"]),
    st.booleans(),
    st.booleans(),
)
def test_a_code_is_read_in_any_letters_and_with_any_strokes(
    signs: str, stroke: str, small: bool, wide: bool
) -> None:
    typed = grouped(signs).replace("-", stroke)
    typed = typed.lower() if small else typed
    assert read_code(typed.translate(_FULL_WIDTH) if wide else typed) == grouped(signs)


@given(st.text())
def test_any_text_is_a_code_or_is_told_what_is_wrong(text: str) -> None:
    read = read_code(text)
    if isinstance(read, NotACode):
        assert read.strange or read.wrong_length or read.other_signs
        assert re.fullmatch(r"[0-9A-Z-]{0,29}", read.typed)
    else:
        assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){4}", read)


@given(st.binary(max_size=200))
def test_any_form_has_last_four_or_none(form: bytes) -> None:
    read = read_last_four(form)
    assert read is None or re.fullmatch("[0-9]{3}[0-9X]", read)


@pytest.mark.parametrize("typed", ["123x", "123X", " 123X ", "１２３Ｘ"])
def test_last_four_are_read_as_people_type_them(typed: str) -> None:
    assert read_last_four(urlencode({"last4": typed}).encode()) == "123X"
