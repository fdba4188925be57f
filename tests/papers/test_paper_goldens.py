"""The papers come out as they were looked at. What differs on purpose is renewed by `python
tests/papers/goldens.py`."""

from __future__ import annotations

from dataclasses import replace

import pytest
import zxingcpp
from example_papers import PAPERS
from goldens import PICTURES, WIDTHS, digest, digests, drawn, looks_alike, other_dots, picture_file
from PIL import Image

from drivers.printers.escpos import encode
from drivers.printers.paper import Code, Feed, Paper, Text

EVERY_PAPER = pytest.mark.parametrize("name", PAPERS)
EVERY_WIDTH = pytest.mark.parametrize("columns", WIDTHS)


@EVERY_WIDTH
@EVERY_PAPER
def test_the_printer_gets_the_bytes_that_were_looked_at(name: str, columns: int) -> None:
    assert digest(PAPERS[name], columns) == digests()[f"{name}-{columns}"]


@EVERY_WIDTH
@EVERY_PAPER
def test_a_paper_looks_as_it_did(name: str, columns: int) -> None:
    with Image.open(picture_file(name, columns)) as golden:
        assert looks_alike(golden, drawn(PAPERS[name], columns))


def test_there_is_a_picture_of_every_paper_and_of_no_other() -> None:
    wanted = {picture_file(name, columns) for name in PAPERS for columns in WIDTHS}
    assert set(PICTURES.glob("*.png")) == wanted
    assert {file.stem for file in wanted} == set(digests())


@EVERY_WIDTH
@EVERY_PAPER
def test_no_character_of_a_paper_is_lost(name: str, columns: int) -> None:
    assert encode(PAPERS[name], columns=columns).substituted == ()


@EVERY_WIDTH
@EVERY_PAPER
def test_the_code_is_read_from_the_picture(name: str, columns: int) -> None:
    with Image.open(picture_file(name, columns)) as golden:
        read = [code.text for code in zxingcpp.read_barcodes(golden.convert("L"))]
    assert read == [row.payload for row in PAPERS[name].rows if isinstance(row, Code)]


@EVERY_WIDTH
def test_a_picture_tells_one_character_from_another(columns: int) -> None:
    """Without this a golden picture would prove nothing."""
    one, other = (drawn(Paper("any", (Text(text),)), columns) for text in ("缴费四百元", "缴费五百元"))
    assert looks_alike(one, one)
    assert not looks_alike(one, other)


def test_a_picture_tells_a_line_more() -> None:
    paper = PAPERS["receipt"]
    longer = drawn(replace(paper, rows=(*paper.rows, Feed())), 48)
    assert other_dots(drawn(paper, 48), longer) == 24 * 24
