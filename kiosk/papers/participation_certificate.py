"""参保证明: that somebody is insured, in what, and in which months of a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from drivers.printers.paper import Align, Feed, Leader, Paper, Row, Rule, Table, TableColumn
from drivers.printers.paper import Text as Line
from kiosk.domain.ledger import Standing
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.region import Issuer, Region
from kiosk.domain.text import say
from kiosk.domain.words import LEGEND, sign_of, state_word
from kiosk.papers.common import PrintedAt, day, foot, head, part, section
from kiosk.papers.issued import Issued, code_rows, seal_rows

KIND = "participation_certificate"

_QUARTERS = (("1-3", 1), ("4-6", 4), ("7-9", 7), ("10-12", 10))
"""As headings, and their first months: three signs stay together on the narrowest paper, twelve do not."""
_OUTSIDE = "　"
"""A month outside the period: as wide as a sign, so that the signs stay below each other."""


@dataclass(frozen=True, slots=True)
class ParticipationCertificate:
    """What is certified, of oneself or of one's child. Raises `ValueError` where there is no kind."""

    name: str
    number: str
    """公民身份号码, as it is to be printed: masked unless it was asked for whole."""
    place: str
    """参保地"""
    period: MonthSpan
    """The last 12, 24, 36 or 48 months, or whole years."""
    standings: tuple[Standing, ...]
    cut_off: datetime
    """数据截止"""

    def __post_init__(self) -> None:
        if not self.standings:
            raise ValueError("a certificate of no insurance")


def participation_certificate(
    content: ParticipationCertificate, issued: Issued, region: Region, at: PrintedAt
) -> Paper:
    issuers = dict.fromkeys(Issuer.of(one.kind) for one in content.standings)
    rows: tuple[Row, ...] = (
        *head("参保证明", *(region.issuers[issuer] for issuer in issuers)),
        *seal_rows(issued),
        Leader("姓名", content.name, bold=True),
        Leader("身份号码", content.number),
        Leader("参保地", content.place),
        Leader("期间", str(content.period)),
        Leader("数据截止", day(content.cut_off)),
        *section("一、参保情况"),
        _kinds(content),
        *section("二、期间每月缴费"),
        Line("每行一年，三个月一组。"),
        *(row for standing in content.standings for row in _months(standing, content.period)),
        Rule(),
        Line("  ".join(f"{sign.symbol} {sign.word}" for sign in LEGEND)),
        *_who_certifies(content.standings, region),
        *part(
            "有什么用",
            (
                say("需要证明参加了社会保险时出示，例如找工作、出国、子女入学。"),
                say("到{until}为止可以核对真伪，过了期再打印一份，不收费。", until=day(issued.valid_until)),
            ),
        ),
        *code_rows(issued),
        *foot(at),
    )
    return Paper(KIND, rows)


def _kinds(content: ParticipationCertificate) -> Table:
    """Months are those of the period: what was paid before is not asked for."""
    columns = (
        TableColumn("险种", 8),
        TableColumn("状态", 8),
        TableColumn("期间", None, Align.RIGHT),
        TableColumn("缴至", 7, Align.RIGHT),
    )
    body = tuple(
        (
            one.kind.short_name,
            str(state_word(one.state)),
            f"{_months_in(one, content.period)}个月",
            one.paid_to.iso() if one.paid_to is not None else "—",
        )
        for one in content.standings
    )
    return Table(columns, body)


def _months_in(standing: Standing, period: MonthSpan) -> int:
    marks = (standing.mark(month) for month in period)
    return sum(mark is not None and mark.counts for mark in marks)


def _months(standing: Standing, period: MonthSpan) -> Iterator[Row]:
    """A line of signs for each year, a quarter to a column."""
    columns = (TableColumn("年份", 4), *(TableColumn(name, None, Align.CENTRE) for name, _ in _QUARTERS))
    body = tuple(
        (str(year), *(_quarter(standing, period, Month(year, first)) for _, first in _QUARTERS))
        for year in range(period.first.year, period.last.year + 1)
    )
    yield Feed()
    yield Line(standing.kind.full_name, bold=True)
    yield Table(columns, body)


def _quarter(standing: Standing, period: MonthSpan, first: Month) -> str:
    months = (first.plus(later) for later in range(3))
    return "".join(sign_of(standing.mark(month)).symbol if month in period else _OUTSIDE for month in months)


def _who_certifies(standings: tuple[Standing, ...], region: Region) -> Iterator[Row]:
    """出具单位: each answers for its own kinds only."""
    yield Feed()
    yield Line("【谁出具】", bold=True)
    for issuer in dict.fromkeys(Issuer.of(one.kind) for one in standings):
        kinds = "、".join(one.kind.short_name for one in standings if Issuer.of(one.kind) is issuer)
        yield Line(region.issuers[issuer])
        yield Line(f"（{kinds}）")
