"""What a scanner reads from a paper, or somebody types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.contract.seals.claims import CODE_LENGTH, CODE_SIGNS, grouped
from kiosk.scanned import MAX_SCANNED, NotOfAPaper, PaperCode, SealText, understand

CODE = "7KQM-2XRA-9PWE-HV4C-TB8N"
codes = st.text(CODE_SIGNS, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


@given(codes, st.sampled_from(["{}", " {} ", "https://centre.example/P/{}", "HTTPS://10.0.0.1:8000/X/P/{}"]))
def test_a_code_is_the_same_however_it_comes(signs: str, form: str) -> None:
    wanted = PaperCode(grouped(signs))
    for written in (signs, grouped(signs), grouped(signs).lower(), grouped(signs).replace("-", " ")):
        if " " not in written or "/" not in form:
            assert understand(form.format(written)) == wanted


@given(st.text(max_size=MAX_SCANNED + 50))
def test_anything_is_understood_or_refused_without_being_quoted(text: str) -> None:
    try:
        understood: object = understand(text)
    except NotOfAPaper as error:
        understood = error
    if isinstance(understood, NotOfAPaper) and len(text.strip()) > 12:
        assert text.strip() not in str(understood)
    assert isinstance(understood, SealText | PaperCode | NotOfAPaper)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (CODE[:-1], "has 20 signs, these are 19"),
        (CODE.replace("2", "0"), "there is no 0, O, 1 or I"),
        (CODE.replace("Q", "?"), "digits and capital letters of its own$"),
        ("https://example.com/Q/1", "neither a seal nor the address"),
        ("WIFI:S:NET;;", "another code"),
        ("", "these are 0"),
        ("A" * (MAX_SCANNED + 1), "longer than"),
    ],
)
def test_what_is_wrong_is_said(text: str, why: str) -> None:
    with pytest.raises(NotOfAPaper, match=why):
        understand(text)
