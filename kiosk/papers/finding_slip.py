"""情况说明单: a finding on paper, to be carried to the office that can settle it."""

from __future__ import annotations

from drivers.printers.paper import Align, Paper, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.domain.finding_words import FindingWords
from kiosk.domain.resident import Resident
from kiosk.papers.common import PrintedAt, foot, head, part, where

KIND = "finding_slip"


def finding_slip(resident: Resident, words: FindingWords, at: PrintedAt) -> Paper:
    """One finding: what, since when, who owes, where to go, what to bring, what to ask."""
    advice, office = words.advice, words.office
    rows: tuple[Row, ...] = (
        *head("缴费情况说明单", f"{resident.masked_name}  {resident.masked_number}"),
        Line(str(words.sentence), bold=True),
        *part("这是什么意思", (advice.meaning,)),
        *part("谁来缴", (advice.payer,)),
        *part("这期间账户有过变更", words.changes),
        *part("有什么影响", advice.meanwhile),
        *part("可能的原因", advice.causes),
        *where("到哪里办", office),
        *part("到窗口这样问", (advice.ask,)),
        *part("带什么", advice.bring),
        *part("什么时候办", (advice.until,)),
        *part("法律依据", (advice.law,) if advice.law is not None else ()),
        Rule(),
        Line("本单只供办事时说明情况，\n不作证明。", align=Align.CENTRE),
        *foot(at),
    )
    return Paper(KIND, rows)
