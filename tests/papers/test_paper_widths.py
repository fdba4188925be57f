"""No row of any paper runs over the edge, whatever stands in it: counted in the bytes of the printer."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TypeVar

import pytest
from example_papers import PAPERS
from goldens import WIDTHS
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printers.commands import Act, Character, CommandParser, Plain, RasterBand, Set, Setting
from drivers.printers.escpos import encode
from drivers.printers.paper import Code, Paper, Row

T = TypeVar("T")
HALF_CELL = 12
"""Dots: a column."""

# What breaks naive layouts, and what is longer than any line.
AWKWARD = st.sampled_from(
    [
        "👨‍👩‍👧",
        "e\u0301\u0301",
        "ئابدۇرەھىم",
        "བསྟན་འཛིན་རྒྱ་མཚོ",
        "䶮",
        "𠮷",
        "㼆",
        "·“”—…①℃×",
        "（",
        "，",
        "\n",
        " ",
        "\t",
    ]
)
LONG = st.sampled_from(["测" * 200, "W" * 200, "8 " * 100, "ئ" * 200, "（" * 200, "，" * 200])
TEXTS = st.lists(AWKWARD | st.text(max_size=20), max_size=12).map("".join) | LONG
DRAWN = st.lists(TEXTS, min_size=1, max_size=12)


def with_texts(value: T, texts: list[str], at: list[int]) -> T:
    """The value with every string that a person reads replaced by one of `texts`, in turn."""
    if isinstance(value, str):
        at[0] += 1
        return texts[at[0] % len(texts)]  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(with_texts(one, texts, at) for one in value)  # type: ignore[return-value]
    if isinstance(value, Code):
        return Code(value.payload, with_texts(value.caption, texts, at))  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(*(with_texts(getattr(value, one.name), texts, at) for one in fields(value)))
    return value


def widest_line(data: bytes) -> int:
    """Dots of the widest line of text or raster in a printer's bytes, by the printer's own rule: half a cell
    for a code of one byte, a cell for every other."""
    parser = CommandParser()
    parser.feed(data)
    widest = line = 0
    wide = 1
    for command in parser:
        match command:
            case Character():
                line += HALF_CELL * wide * (1 if command.half_width else 2)
            case Setting(Set.SIZE, size):
                wide = (size >> 4 & 7) + 1
            case RasterBand(width_bytes):
                widest = max(widest, width_bytes * 8)
            case Plain(Act.LINE_FEED):
                widest, line = max(widest, line), 0
    return max(widest, line)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", PAPERS)
@settings(max_examples=12, deadline=None)
@given(texts=DRAWN)
def test_no_row_is_wider_than_the_paper_for_any_text(name: str, columns: int, texts: list[str]) -> None:
    rows: tuple[Row, ...] = with_texts(PAPERS[name].rows, texts, [0])
    assert widest_line(encode(Paper(PAPERS[name].kind, rows), columns=columns).data) <= columns * HALF_CELL


def test_a_row_over_the_edge_would_be_noticed() -> None:
    """Without this the property above would prove nothing."""
    assert widest_line(b"\x1b@\x1c&" + "中".encode("gb18030") * 17 + b"\n") == 17 * 24
    assert widest_line(b"\x1b@\x1d!\x11" + "中".encode("gb18030") * 9 + b"\n") == 18 * 24
    assert widest_line(b"\x1b@ab\n") == 24
