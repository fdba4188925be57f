"""What makes a paper worth something to others: the code under which it was issued, and its seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from drivers.printers.paper import Align, Code, Feed, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.papers.common import day, day_and_time


@dataclass(frozen=True, slots=True)
class PaperSeal:
    """电子印章 of one bureau."""

    issuer: str
    """签发机关"""
    text: str = field(repr=False)
    """What its QR code holds (docs/facts/seals.md §1)."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as the centre issued it (docs/facts/central-api.md §6)."""

    code: str = field(repr=False)
    """验证码: what a person types in."""
    url: str = field(repr=False)
    """What the QR code holds; capitals only, so that it stays small."""
    at: datetime
    valid_until: datetime
    seals: tuple[PaperSeal, ...] = ()
    """Without any, the paper says 未盖章."""
    demo: bool = False
    """演示: its seals are worth nothing."""


def seal_rows(issued: Issued) -> Iterator[Row]:
    """Before anything else: whether one has to go to a window for a stamp."""
    if issued.demo:
        yield Line("【演示】", align=Align.CENTRE, bold=True)
        yield Line("这张纸只作演示，\n上面的印章没有效力。", align=Align.CENTRE)
    elif issued.seals:
        yield Line("已盖电子印章，不用再到窗口盖章。", align=Align.CENTRE)
    else:
        yield Line("【未盖章】", align=Align.CENTRE, bold=True)
        yield Line("还没有加盖电子印章，\n可以用下面的验证码核对。", align=Align.CENTRE)
    yield Rule()


def code_rows(issued: Issued) -> Iterator[Row]:
    """The code for phones and for people, until when anyone can check it, and the seals."""
    yield Rule()
    yield Code(issued.url, f"验证码 {issued.code}")
    yield Line(f"出具时间 {day_and_time(issued.at)}", align=Align.CENTRE)
    yield Line(f"{day(issued.valid_until)}前，\n任何人扫码都能核对真伪", align=Align.CENTRE)
    if not issued.seals:
        return
    yield Rule()
    mark = "【演示】" if issued.demo else ""
    yield Line(f"{mark}电子印章", align=Align.CENTRE, bold=True)
    yield Line("在便民终端上不联网也能核验", align=Align.CENTRE)
    for seal in issued.seals:
        yield Feed()
        yield Code(seal.text, seal.issuer)
