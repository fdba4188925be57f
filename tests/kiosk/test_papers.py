"""The papers: nothing wider than the paper, nothing left out, nothing that nobody asked for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import AT, NOW, REGION, WIDTHS, lines_of
from resident import words_on

from central.county.people import everybody
from central.store.people import standings_of
from drivers.printers.layout import CodeLine, layout
from drivers.printers.paper import Code, Paper
from kiosk.contract.ledger import ContributionWire, StandingWire
from kiosk.contract.papers import PaperAnswer, RightsRecordContent, SealWire
from kiosk.domain.assurance import Evidence
from kiosk.domain.citizen_number import CitizenNumber, masked_name
from kiosk.domain.finding_words import finding_words
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import Contribution, Ledger, Mark, PaymentType, Standing, owed_of, runs_of
from kiosk.domain.money import Money
from kiosk.domain.months import Month
from kiosk.domain.resident import Resident
from kiosk.papers.finding_slip import finding_slip
from kiosk.papers.rights_record import rights_record

YEARS = (2025, 2026)


months_of_years = st.builds(Month, st.sampled_from(YEARS), st.integers(1, 12))
amounts = st.integers(0, 19_410_00).map(Money)


@st.composite
def rows(draw: st.DrawFn) -> tuple[Contribution, ...]:
    """Any rows: gaps, changes of base, doubles, owed, brought along."""
    kinds = draw(st.lists(st.sampled_from(Kind), min_size=1, max_size=4, unique=True))
    found = []
    for kind in kinds:
        for month in sorted(draw(st.lists(months_of_years, max_size=14))):
            base = draw(st.sampled_from([Money(400_000), Money(518_200), Money(1_941_000)]))
            mark = draw(st.sampled_from([Mark.PAID, Mark.PAID, Mark.OWED, Mark.TRANSFERRED]))
            found.append(
                Contribution(
                    kind,
                    PaymentType.TRANSFER if mark is Mark.TRANSFERRED else PaymentType.NORMAL,
                    month,
                    month,
                    base,
                    Money(base.fen * 8 // 100),
                    Money(base.fen * 16 // 100),
                    Money(0),
                    None if mark is Mark.OWED else month,
                    None,
                )
            )
    return tuple(found)


def content(
    contributions: tuple[Contribution, ...], *, number: str = "*" * 14 + "0242"
) -> RightsRecordContent:
    kinds = dict.fromkeys(row.kind for row in contributions)
    runs = runs_of(contributions)
    standings = tuple(
        Standing(kind, ParticipationState.PAYING, Month(2024, 6), runs[kind], owed_of(contributions, kind))
        for kind in kinds
    )
    return RightsRecordContent(
        name="刘桂兰",
        number=number,
        sex=None,
        place="示例县青石纺织有限公司",
        years=YEARS,
        standings=tuple(StandingWire.of(one) for one in standings),
        rows=tuple(ContributionWire.of(row) for row in contributions),
        accounts=(),
        cut_off=NOW,
    )


def issued(record: RightsRecordContent, *, sealed: bool = False) -> PaperAnswer:
    return PaperAnswer(
        code="ABCD-EFGH-JKLM-NPQR-STUV",
        url="HTTPS://CENTRE.EXAMPLE/P/ABCD-EFGH-JKLM-NPQR-STUV",
        issued_at=NOW,
        valid_until=NOW + timedelta(days=30),
        issuers=("示例县人力资源和社会保障局", "示例县医疗保障局"),
        seals=(SealWire(issuer="示例县人力资源和社会保障局", text="BM1:ABC"),) if sealed else (),
        rights_record=record,
    )


_YEAR = re.compile(r"(20\d\d)年")
_MONTHS = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?月")


def told_by(paper: Paper) -> list[tuple[Kind, Month, str, str]]:
    """Kind, month, base and sign of every month that the paper's tables tell, read from its cells."""
    told, year = [], 0
    names = {kind.short_name: kind for kind in Kind}
    for row in paper.rows:
        if (text := getattr(row, "text", None)) is not None and _YEAR.fullmatch(text):
            year = int(text[:4])
        for cells in getattr(row, "body", ()) if year else ():
            name, _, named = cells[0].partition(" ")
            span = _MONTHS.fullmatch(named)
            assert span is not None, cells
            months = range(int(span[1]), int(span[2] or span[1]) + 1)
            told.extend((names[name], Month(year, month), cells[1], cells[-1]) for month in months)
    return told


SIGNS = {Mark.PAID: "●", Mark.OWED: "△", Mark.TRANSFERRED: "○"}


@settings(max_examples=60, deadline=None)
@given(rows())
def test_every_month_of_every_kind_is_on_the_record_once_with_its_base_and_sign(
    contributions: tuple[Contribution, ...],
) -> None:
    record = content(contributions)
    told = told_by(rights_record(record, issued(record), AT))
    wanted = [(row.kind, row.month, row.base.figures(), SIGNS[row.mark]) for row in contributions]
    assert sorted(line for line in told if line[3] != "—") == sorted(wanted)
    without = {(line[0], line[1]) for line in told if line[3] == "—"}
    assert without.isdisjoint((row.kind, row.month) for row in contributions), "missing and there at once"


@settings(max_examples=40, deadline=None)
@given(rows(), st.sampled_from([48, 32]), st.booleans())
def test_no_line_is_wider_than_the_paper(
    contributions: tuple[Contribution, ...], columns: int, copy: bool
) -> None:
    record = content(contributions)
    assert lines_of(rights_record(record, None if copy else issued(record), AT), columns)


@WIDTHS
@pytest.mark.parametrize("at", range(len(everybody())))
def test_everybodys_papers_fit_and_show_the_masked_number_only(columns: int, at: int) -> None:
    file = everybody()[at].file
    standings = standings_of(file.participations, file.contributions)
    number: CitizenNumber = file.person.number
    record = RightsRecordContent(
        name=file.person.name,
        number=number.masked(),
        sex=number.sex,
        place=file.person.household,
        years=YEARS,
        standings=tuple(StandingWire.of(one) for one in standings),
        rows=tuple(ContributionWire.of(row) for row in file.contributions if row.month.year in YEARS),
        accounts=tuple(account for account in file.accounts if account.year in YEARS),
        cut_off=NOW,
    )
    resident = Resident("r", Evidence.CARD_READ, "刘", masked_name(file.person.name), number.masked())
    ledger = Ledger(standings, file.contributions, file.changes)
    found = findings(ledger, limits=REGION.base_limits, as_of=Month(2026, 11))
    slips = [finding_slip(resident, finding_words(one, REGION), AT) for one in found]
    for paper in (rights_record(record, issued(record), AT), rights_record(record, None, AT), *slips):
        text = "\n".join(lines_of(paper, columns))
        assert number.text not in text
        assert number.text[6:14] not in text, "nor the birth date"
        assert number.text[-4:] in text
        assert "打印时间 2026年11月20日 09:30" in text
        assert "打印地点 示例村服务站" in text
        assert "终端编号 T001" in text
        assert columns == 32 or "缴费基数 ." not in text, "a table, not one line after the other"
    for slip in slips:
        assert file.person.name not in words_on(slip), "a slip is shown to others"


def test_a_record_that_was_issued_carries_its_code_and_says_that_no_seal_is_on_it() -> None:
    record = content(())
    paper = rights_record(record, issued(record), AT)
    (code,) = (row for row in paper.rows if isinstance(row, Code))
    assert code == Code(
        "HTTPS://CENTRE.EXAMPLE/P/ABCD-EFGH-JKLM-NPQR-STUV", "验证码 ABCD-EFGH-JKLM-NPQR-STUV"
    )
    said = list(words_on(paper))
    assert "【未盖章】" in said
    assert "示例县医疗保障局" in said


def test_a_sealed_record_carries_its_seals_and_does_not_say_unsealed() -> None:
    record = content(())
    paper = rights_record(record, issued(record, sealed=True), AT)
    said = list(words_on(paper))
    assert "【未盖章】" not in said
    assert "已盖电子印章，不用再到窗口盖章。" in said
    assert [row.payload for row in paper.rows if isinstance(row, Code)][1:] == ["BM1:ABC"]


def test_a_record_under_demo_seals_says_that_they_are_worth_nothing() -> None:
    record = content(())
    said = list(words_on(rights_record(record, issued(record, sealed=True), AT, demo=True)))
    assert "【演示】" in said
    assert "已盖电子印章，不用再到窗口盖章。" not in said


def test_a_copy_of_the_snapshot_is_marked_dated_and_without_a_code() -> None:
    paper = rights_record(content(()), None, AT)
    said = "\n".join(words_on(paper))
    assert "【未盖章】" in said
    assert "2026年11月20日" in said
    assert "只供本人核对" in said
    assert not any(isinstance(line, CodeLine) for line in layout(paper))
    assert "验证码" not in said


def test_the_number_is_whole_only_where_the_content_has_it_whole() -> None:
    record = content((), number="800100198103120242")
    assert "800100198103120242" in words_on(rights_record(record, issued(record), AT))


def test_a_year_without_a_row_says_so() -> None:
    assert "没有缴费记录。" in words_on(rights_record(content(()), None, AT))


def test_equal_data_is_an_equal_paper() -> None:
    record = content(())
    one, other = (rights_record(record, issued(record), AT) for _ in range(2))
    assert one.content_hash == other.content_hash
