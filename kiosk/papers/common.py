"""What every paper says in the same words: heads, marks, and where and when it was printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from drivers.printers.paper import Align, Feed, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.clock import CHINA
from kiosk.domain.region import Office
from kiosk.domain.text import Text


@dataclass(frozen=True, slots=True)
class PrintedAt:
    """Where and when a paper comes out."""

    terminal_id: str
    place: str
    now: datetime


def head(title: str, *under: str) -> tuple[Row, ...]:
    """The title in double size, and who stands behind it."""
    return (
        Line(title, align=Align.CENTRE, bold=True, double=True),
        *(Line(line, align=Align.CENTRE) for line in under),
        Rule(heavy=True),
    )


def section(title: str) -> tuple[Row, ...]:
    return (Rule(), Line(title, bold=True))


def part(title: str, texts: tuple[Text, ...]) -> Iterator[Row]:
    """A heading and its lines; numbered where there is more than one, absent where there is none."""
    if not texts:
        return
    yield Feed()
    yield Line(f"【{title}】", bold=True)
    for number, text in enumerate(texts, start=1):
        yield Line(f"{number}. {text}" if len(texts) > 1 else str(text))


def where(title: str, office: Office) -> tuple[Row, ...]:
    """An office, as one finds it."""
    return (
        Feed(),
        Line(f"【{title}】", bold=True),
        Line(office.name),
        Line(f"地址：{office.address}"),
        Line(f"电话：{office.telephone}"),
        Line(f"时间：{office.hours}"),
    )


def foot(at: PrintedAt) -> tuple[Row, ...]:
    return (
        Rule(),
        Line(f"打印时间 {day_and_time(at.now)}"),
        Line(f"打印地点 {at.place}"),
        Line(f"终端编号 {at.terminal_id}"),
        Line("查询和打印都不收费。", align=Align.CENTRE),
    )


def day(moment: datetime) -> str:
    """In China's time, wherever the moment comes from."""
    moment = moment.astimezone(CHINA)
    return f"{moment.year}年{moment.month}月{moment.day}日"


def day_and_time(moment: datetime) -> str:
    return f"{day(moment)} {moment.astimezone(CHINA):%H:%M}"
