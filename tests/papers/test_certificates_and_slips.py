"""The papers whose services come later: what each says, and what it never says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from example_papers import (
    AT,
    CASE,
    CERTIFICATE,
    KEPT_CASE,
    LEAVING,
    MEDICAL,
    PLAN,
    PLAN_ELSEWHERE,
    REGION,
    SOCIAL,
    STANDINGS,
    TAX,
    issued,
)
from example_seals import example_seals
from goldens import WIDTHS
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.layout import TextLine, layout
from drivers.printers.paper import Paper, Table
from kiosk.domain.insurance import Kind
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.region import Issuer
from kiosk.papers.case_slip import case_slip
from kiosk.papers.participation_certificate import ParticipationCertificate, participation_certificate
from kiosk.papers.transfer_certificate import transfer_certificate
from kiosk.papers.trip_plan import trip_plan

SEALS = example_seals("participation_certificate")
HRSS, NHSA = REGION.issuers[Issuer.HRSS], REGION.issuers[Issuer.NHSA]
SIGNS = "●△○—"


def said_by(paper: Paper, columns: int = 48) -> list[str]:
    return [
        "".join(span.text for span in line.spans).strip()
        for line in layout(paper, columns)
        if isinstance(line, TextLine)
    ]


def certificate(content: ParticipationCertificate, *, sealed: bool = True) -> Paper:
    issuers = {REGION.issuers[Issuer.of(one.kind)] for one in content.standings}
    seals = tuple(one for one in SEALS if sealed and one.issuer in issuers)
    return participation_certificate(content, issued(*seals), REGION, AT)


@given(st.integers(2024, 2026), st.integers(1, 12), st.sampled_from([12, 24, 36, 48]))
def test_every_month_of_the_period_has_its_sign_and_no_other_month_has_one(
    year: int, month: int, length: int
) -> None:
    period = MonthSpan(Month(year, month).plus(1 - length), Month(year, month))
    paper = certificate(replace(CERTIFICATE, period=period))
    _, *grids = (row for row in paper.rows if isinstance(row, Table))
    assert len(grids) == len(STANDINGS)
    for grid, standing in zip(grids, STANDINGS, strict=True):
        signs = "".join("".join(row[1:]) for row in grid.body)
        assert len(signs) == 12 * len(grid.body)
        assert len(signs.strip("　")) == length
        first = Month(period.first.year, 1)
        for at, sign in enumerate(signs):
            mark = standing.mark(first.plus(at))
            assert sign == ("　" if first.plus(at) not in period else "—" if mark is None else sign)
            assert (sign in "●○") == (first.plus(at) in period and mark is not None and mark.counts)
        assert all(sign in f"{SIGNS}　" for sign in signs)


def test_months_are_counted_in_the_period_only() -> None:
    paper = certificate(replace(CERTIFICATE, period=MonthSpan(Month(2026, 1), Month(2026, 10))))
    table = next(row for row in paper.rows if isinstance(row, Table))
    assert {(row[0], row[2]) for row in table.body} == {
        ("职工养老", "10个月"),
        ("失业保险", "10个月"),
        ("职工医保", "3个月"),
        ("工伤保险", "10个月"),
    }


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_months_of_a_year_stand_in_one_row_on_every_paper(columns: int) -> None:
    row = next(line for line in said_by(certificate(CERTIFICATE), columns) if line.startswith("2026 "))
    assert "".join(row.split()[1:]) == "●" * 10


def test_each_issuer_answers_for_its_own_kinds() -> None:
    said = said_by(certificate(CERTIFICATE))
    assert said[1:3] == [HRSS, NHSA]
    assert said[said.index("【谁出具】") + 1 :][:4] == [
        HRSS,
        "（职工养老、失业保险、工伤保险）",
        NHSA,
        "（职工医保）",
    ]
    medical = tuple(one for one in STANDINGS if one.kind is Kind.MEDICAL_EMPLOYEE)
    assert HRSS not in said_by(certificate(replace(CERTIFICATE, standings=medical)))


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_certificate_says_whether_it_is_sealed(columns: int) -> None:
    for with_seal, without in (
        (certificate(CERTIFICATE), certificate(CERTIFICATE, sealed=False)),
        (
            transfer_certificate(LEAVING, issued(*SEALS[:1]), REGION, AT),
            transfer_certificate(LEAVING, issued(), REGION, AT),
        ),
    ):
        assert "【未盖章】" in said_by(without, columns)
        assert "还没有加盖电子印章，" in said_by(without, columns)
        assert "【未盖章】" not in said_by(with_seal, columns)
        assert "已盖电子印章，不用再到窗口盖章。" in said_by(with_seal, columns)
        for paper in (with_seal, without):
            assert "验证码 ABCD-EFGH-JKLM-NPQR-STUV" in said_by(paper, columns)
            assert "2026年12月20日前，" in said_by(paper, columns)


def test_a_certificate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no insurance"):
        replace(CERTIFICATE, standings=())


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_transfer_certificate_says_all_that_the_next_agency_needs(columns: int) -> None:
    said = "".join(said_by(transfer_certificate(LEAVING, issued(*SEALS[:1]), REGION, AT), columns))
    for told in (
        "龚䶮",
        "800100198103120242",
        "8001000012345678",
        "示例县青石镇示例村三组12号",
        "2008年3月",
        "2026年10月",
        "208个月",
        "17年4个月",
        "行政区划代码：800100",
        "邮编：800100",
        "电话：0800-1000001",
        HRSS,
    ):
        assert told in said
    assert NHSA not in said


@pytest.mark.parametrize(
    ("months", "years"), [(0, "0个月"), (11, "11个月"), (12, "1年"), (13, "1年1个月"), (180, "15年")]
)
def test_months_are_told_in_years_too(months: int, years: str) -> None:
    paper = transfer_certificate(replace(LEAVING, months=months), issued(*SEALS[:1]), REGION, AT)
    (line,) = (line for line in said_by(paper) if line.startswith("折合"))
    assert line.endswith(f" {years}")


@pytest.mark.parametrize("months", [-1, 225])
def test_more_months_than_there_are_cannot_be_certified(months: int) -> None:
    with pytest.raises(ValueError, match=f"{months} months paid in 224"):
        replace(LEAVING, months=months)


def test_a_case_that_was_sent_names_its_day_and_what_to_do_after_it() -> None:
    said = said_by(case_slip(CASE, AT))
    assert said.count("已提交") == 1
    assert said.count("20261120-7K3M-QW8X") == 1, "the number on a line of its own"
    whole = "".join(said)
    assert "2026年12月4日还没有答复" in whole
    assert "1. 缴费情况说明单1份2. 劳动合同照片2张" in whole
    assert f"电话：{MEDICAL.telephone}" in said
    assert "已收下" not in whole


def test_a_case_that_is_kept_promises_no_day() -> None:
    whole = "".join(said_by(case_slip(KEPT_CASE, AT)))
    assert "已收下，待发送" in whole
    assert "已提交" not in whole
    assert "最晚答复" not in whole
    assert "您不用再来，也不要重复提交" in whole


def test_a_helper_is_named_where_there_is_one() -> None:
    assert any(line.startswith("代办人") for line in said_by(case_slip(KEPT_CASE, AT)))
    assert not any(line.startswith("代办人") for line in said_by(case_slip(CASE, AT)))


def test_a_plan_names_an_office_once_for_windows_that_follow_each_other() -> None:
    said = said_by(trip_plan(PLAN, AT))
    assert said.count(TAX.name) == said.count(SOCIAL.name) == 1
    stops = [line.partition(" ")[0] for line in said if line.startswith("第")]
    assert stops == ["第1站", "第2站", "第3站"]
    assert said.count("A743") == 1
    assert "只在2026年11月20日叫这个号" in said


def test_people_ahead_are_told_only_where_they_are_counted() -> None:
    ahead = [line.rpartition(" ")[2] for line in said_by(trip_plan(PLAN, AT)) if line.startswith("前面还有")]
    assert ahead == ["6人", "14人"]
    uncounted = replace(PLAN, stops=tuple(replace(stop, ahead=None) for stop in PLAN.stops))
    assert "前面" not in "".join(said_by(trip_plan(uncounted, AT)))


def test_a_plan_away_from_the_hall_has_no_number_and_says_to_take_one() -> None:
    said = "".join(said_by(trip_plan(PLAN_ELSEWHERE, AT)))
    assert "您的排队号" not in said
    assert "到了以后先取号" in said
    assert "第1站" not in said, "one stop is not numbered"


def test_a_plan_leads_somewhere() -> None:
    with pytest.raises(ValueError, match="without a stop"):
        replace(PLAN, stops=())
