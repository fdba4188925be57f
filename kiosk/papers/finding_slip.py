"""情况说明单: a finding on paper, to be carried to the office that can settle it."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.printers.paper import Align, Feed, Paper, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.domain.finding_words import FindingWords
from kiosk.domain.resident import Resident
from kiosk.domain.text import Text
from kiosk.papers.common import PrintedAt, foot, head

KIND = "finding_slip"


def finding_slip(resident: Resident, words: FindingWords, at: PrintedAt) -> Paper:
    """One finding: what, since when, who owes, where to go, what to bring, what to ask."""
    advice, office = words.advice, words.office
    rows: tuple[Row, ...] = (
        *head("缴费情况说明单", f"{resident.masked_name}  {resident.masked_number}"),
        Line(str(words.sentence), bold=True),
        *_part("这是什么意思", (advice.meaning,)),
        *_part("谁来缴", (advice.payer,)),
        *_part("这期间账户有过变更", words.changes),
        *_part("有什么影响", advice.meanwhile),
        *_part("可能的原因", advice.causes),
        Feed(),
        Line("【到哪里办】", bold=True),
        Line(office.name),
        Line(f"地址：{office.address}"),
        Line(f"电话：{office.telephone}"),
        Line(f"时间：{office.hours}"),
        *_part("到窗口这样问", (advice.ask,)),
        *_part("带什么", advice.bring),
        *_part("什么时候办", (advice.until,)),
        *_part("法律依据", (advice.law,) if advice.law is not None else ()),
        Rule(),
        Line("本单只供办事时说明情况，不作证明。", align=Align.CENTRE),
        *foot(at),
    )
    return Paper(KIND, rows)


def _part(title: str, texts: tuple[Text, ...]) -> Iterator[Row]:
    """A heading and its lines; numbered where there is more than one, absent where there is none."""
    if not texts:
        return
    yield Feed()
    yield Line(f"【{title}】", bold=True)
    for number, text in enumerate(texts, start=1):
        yield Line(f"{number}. {text}" if len(texts) > 1 else str(text))
