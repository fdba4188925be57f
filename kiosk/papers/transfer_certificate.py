"""基本养老保险参保缴费凭证: taken along to the next place's agency (国办发〔2009〕66号)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drivers.printers.paper import Leader, Paper, Row
from drivers.printers.paper import Text as Line
from kiosk.domain.months import MonthSpan
from kiosk.domain.region import Issuer, Office, Region
from kiosk.domain.text import say
from kiosk.papers.common import PrintedAt, day, foot, head, part, section, where
from kiosk.papers.issued import Issued, code_rows, seal_rows

KIND = "transfer_certificate"


@dataclass(frozen=True, slots=True)
class TransferCertificate:
    """What is certified of a pension here. Raises `ValueError` where more months were paid than there are."""

    name: str
    number: str
    """公民身份号码, as it is to be printed."""
    personal_number: str
    """个人编号: by which the agency here finds the file."""
    household: str
    """户籍地"""
    insured: MonthSpan
    """本地参保起止"""
    months: int
    """实际缴费月数: gaps are not in it."""
    agency: Office
    postcode: str
    cut_off: datetime
    """数据截止"""

    def __post_init__(self) -> None:
        if not 0 <= self.months <= len(self.insured):
            raise ValueError(f"{self.months} months paid in {len(self.insured)}")


def transfer_certificate(
    content: TransferCertificate, issued: Issued, region: Region, at: PrintedAt
) -> Paper:
    rows: tuple[Row, ...] = (
        *head("养老保险转移凭证", "基本养老保险参保缴费凭证", region.issuers[Issuer.HRSS]),
        *seal_rows(issued),
        Line("一、参保人", bold=True),
        Leader("姓名", content.name, bold=True),
        Leader("身份号码", content.number),
        Leader("个人编号", content.personal_number),
        Leader("户籍地", content.household),
        *section("二、在本地参保"),
        Leader("开始", str(content.insured.first)),
        Leader("截止", str(content.insured.last)),
        Leader("实际缴费", f"{content.months}个月", bold=True),
        Leader("折合", _in_years(content.months)),
        Leader("数据截止", day(content.cut_off)),
        *where("本地社保机构", content.agency),
        Line(f"邮编：{content.postcode}"),
        Line(f"行政区划代码：{region.code}"),
        *part(
            "有什么用",
            (
                say("离开本地后，在新的参保地申请转移养老保险时，把它交给那里的社保机构。"),
                say("在本地缴的年限和个人账户转过去合并计算。"),
                say("丢了，或者验证码过了期，可以再打印，不收费。"),
            ),
        ),
        *code_rows(issued),
        *foot(at),
    )
    return Paper(KIND, rows)


def _in_years(months: int) -> str:
    """`17年4个月`: agencies count in months, people in years."""
    years, rest = divmod(months, 12)
    return (f"{years}年" if years else "") + (f"{rest}个月" if rest or not years else "")
