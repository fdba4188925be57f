"""A paper as lines of a printer's width, and where and when the papers of the tests are printed."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import Path

import pytest

from central.region import load_region
from drivers.printers.layout import TextLine, layout
from drivers.printers.paper import Paper
from kiosk.clock import CHINA
from kiosk.papers.common import PrintedAt

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)
AT = PrintedAt("T001", "示例村服务站", NOW)
REGION = load_region(Path(__file__).resolve().parents[2] / "central" / "regions" / "demo.toml").to_domain()
WIDTHS = pytest.mark.parametrize("columns", [48, 32])


def columns_of(text: str) -> int:
    """A second opinion on how wide a text is: two columns for what is not ASCII."""
    return sum(1 if one.isascii() else 2 for one in unicodedata.normalize("NFC", text))


def lines_of(paper: Paper, columns: int) -> list[str]:
    lines = []
    for line in layout(paper, columns):
        if isinstance(line, TextLine):
            text = "".join(span.text for span in line.spans)
            double = 2 if any(span.double for span in line.spans) else 1
            assert double * columns_of(text) <= columns, f"wider than the paper: {text!r}"
            lines.append(text)
    return lines
