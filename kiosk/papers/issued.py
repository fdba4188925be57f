"""What makes a paper worth something to others: the code under which it was issued, and its seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from drivers.printers.paper import Align, Code, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.papers.common import day, day_and_time


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as the centre issued it (docs/facts/central-api.md §6)."""

    code: str
    """验证码: what a person types in."""
    url: str
    """What the QR code holds; capitals only, so that it stays small."""
    at: datetime
    valid_until: datetime
    sealed: bool
    """Whether a seal stands behind it; where none does the paper says 未盖章."""


def seal_rows(issued: Issued) -> Iterator[Row]:
    """Before anything else: whether one has to go to a window for a stamp."""
    if issued.sealed:
        yield Line("已盖电子印章，不用再到窗口盖章。", align=Align.CENTRE)
    else:
        yield Line("【未盖章】", align=Align.CENTRE, bold=True)
        yield Line("还没有加盖电子印章，\n可以用下面的验证码核对。", align=Align.CENTRE)
    yield Rule()


def code_rows(issued: Issued) -> Iterator[Row]:
    """The code for phones and for people, and until when anyone can check it."""
    yield Rule()
    yield Code(issued.url, f"验证码 {issued.code}")
    yield Line(f"出具时间 {day_and_time(issued.at)}", align=Align.CENTRE)
    yield Line(f"{day(issued.valid_until)}前，\n任何人扫码都能核对真伪", align=Align.CENTRE)
