"""Every code of every paper is read from a phone's photograph of it, and what is signed there verifies."""

from __future__ import annotations

import functools

import pytest
from example_papers import NOW, PAPERS
from example_seals import SEAL_KEYS
from goldens import WIDTHS, picture_file
from photographs import PHOTOGRAPHS, PrintedCode, printed_codes, times_read
from PIL import Image

from drivers.printers.paper import Code
from kiosk.contract.seals.verdicts import DemoKey, Valid, check_seal

LEAST_DOTS = 5
SIGNED = "BM1:"
CODED = [name for name, paper in PAPERS.items() if any(isinstance(row, Code) for row in paper.rows)]
DEMO = "rights-record-demo"


@functools.cache
def codes_of(name: str, columns: int) -> tuple[PrintedCode, ...]:
    with Image.open(picture_file(name, columns)) as paper:
        return tuple(printed_codes(paper))


def different_codes() -> dict[bytes, PrintedCode]:
    """By their dots: many papers have the same."""
    every = (code for name in CODED for columns in WIDTHS for code in codes_of(name, columns))
    return {code.picture.tobytes(): code for code in every}


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", CODED)
def test_a_code_has_its_dots_and_its_quiet_zone(name: str, columns: int) -> None:
    codes = codes_of(name, columns)
    assert [code.text for code in codes] == [
        row.payload for row in PAPERS[name].rows if isinstance(row, Code)
    ]
    for code in codes:
        assert code.modules % 4 == 1
        assert code.picture.size == ((code.modules + 8) * code.module,) * 2
        assert code.module >= LEAST_DOTS
        assert code.quiet


def test_every_code_is_read_from_every_photograph() -> None:
    codes = different_codes().values()
    assert [(code.text, times_read(code)) for code in codes] == [(code.text, PHOTOGRAPHS) for code in codes]
    assert any(code.text.startswith(SIGNED) for code in codes)


@pytest.mark.parametrize("signed", [False, True])
def test_at_three_dots_a_module_photographs_are_not_enough(*, signed: bool) -> None:
    """Without this the one above would prove nothing."""
    code = next(one for one in codes_of("rights-record", 48) if one.text.startswith(SIGNED) is signed)
    assert times_read(code.at(3)) < PHOTOGRAPHS


def test_something_in_the_quiet_zone_would_be_noticed() -> None:
    (code, *_) = codes_of("rights-record", 48)
    assert code.quiet
    paper = Image.new("1", (640, 640), 255)
    paper.paste(code.picture, (100, 100))
    paper.putpixel((101, 300), 0)
    (spoilt,) = printed_codes(paper)
    assert (spoilt.text, spoilt.module, spoilt.quiet) == (code.text, code.module, False)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", CODED)
def test_what_is_signed_on_a_paper_verifies(name: str, columns: int) -> None:
    for code in codes_of(name, columns):
        if code.text.startswith(SIGNED):
            verdict = check_seal(code.text, SEAL_KEYS, None, NOW).verdict
            assert isinstance(verdict, DemoKey) is (name == DEMO)
            assert isinstance(verdict.otherwise if isinstance(verdict, DemoKey) else verdict, Valid)
