"""办事回执: what was handed in, who has it, by which day it is answered, and how to follow it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from drivers.printers.paper import Align, Leader, Paper, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.domain.region import Office
from kiosk.domain.text import CHINESE, Text, say
from kiosk.papers.common import PrintedAt, day_and_time, foot, head, part, where

KIND = "case_slip"

_SENT = "已提交"
_KEPT = "已收下，待发送"


@dataclass(frozen=True, slots=True)
class Case:
    """办件: one matter that somebody handed in here."""

    number: str
    matter: Text
    person: str
    """The name of whom it concerns, masked: a slip is shown to others."""
    handed_in: datetime
    documents: tuple[Text, ...]
    """What was handed over."""
    office: Office
    """Who has to answer."""
    promised: date | None
    """承诺办结日; None while the centre has not got it: the days are counted from there."""
    helper: str | None = None
    """代办人, masked; None where the person came himself."""


def case_slip(case: Case, at: PrintedAt) -> Paper:
    rows: tuple[Row, ...] = (
        *head("办事回执"),
        Line(_KEPT if case.promised is None else _SENT, align=Align.CENTRE, bold=True, double=True),
        *_when(case.promised),
        Rule(),
        Line("办件编号", align=Align.CENTRE),
        # By itself: it is what is read out on the telephone.
        Line(case.number, align=Align.CENTRE, bold=True),
        Rule(),
        Leader("办什么", str(case.matter)),
        Leader("给谁办", case.person),
        *((Leader("代办人", case.helper),) if case.helper is not None else ()),
        Leader("提交于", day_and_time(case.handed_in)),
        *part("您交了什么", case.documents),
        *where("由谁办", case.office),
        *part("怎么看办到哪一步", _follow(case.promised)),
        *part("打电话这样问", (say("我的编号是{number}，办到哪一步了？", number=case.number),)),
        *foot(at),
    )
    return Paper(KIND, rows)


def _when(promised: date | None) -> Iterator[Row]:
    if promised is None:
        yield Line("现在连不上社保中心。机器会自动发送，您不用再来，也不要重复提交。")
    else:
        yield Leader("最晚答复", CHINESE.value(promised), bold=True)


def _follow(promised: date | None) -> tuple[Text, ...]:
    seen = say("在这样的机器放卡，点“办事进度”就能看到。")
    if promised is None:
        return (seen, say("送到后，最晚哪天答复，也在那里看。"))
    overdue = say("过了{day}还没有答复，可以在“办事进度”里催办，也可以打上面的电话。", day=promised)
    return (seen, overdue)
