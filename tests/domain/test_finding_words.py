"""What a resident reads: true, plain, and exactly of the months that were found."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

import pytest
from careers import LIMITS, Career, careers
from hypothesis import given
from hypothesis import strategies as st
from ledger_building import COMPANY, ledger, month, overview_of, row, span

from kiosk.domain.finding import Finding, FindingKind, Payer
from kiosk.domain.finding_words import FindingWords, finding_sentence, finding_words
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Branch, Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Ledger, Mark
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.region import Issuer, Office, Region
from kiosk.domain.text import Text
from kiosk.domain.words import LEGEND, change_line, change_word, sign_of, state_word

PENSION, MEDICAL = Kind.PENSION_EMPLOYEE, Kind.MEDICAL_EMPLOYEE
FEBRUARY = span("2019-02")
HRSS = Office("示例县社保中心", "示例路1号", "0000-1000001", "周一到周五 9:00–17:00")
NHSA = Office("示例县医保中心", "示例路2号", "0000-1000002", "周一到周五 8:30–17:00")
REGION = Region(
    code="999901",
    name="示例县",
    version="1",
    offices={Issuer.HRSS: HRSS, Issuer.NHSA: NHSA},
    issuers={Issuer.HRSS: "示例县人力资源和社会保障局", Issuer.NHSA: "示例县医疗保障局"},
    tax_office=Office("示例县税务局", "示例路3号", "0000-1000003", "周一到周五 9:00–17:00"),
    base_limits=LIMITS,
    details_on_card_read=False,
)
STOP = AccountChange(date(2019, 1, 8), MEDICAL, ChangeKind.SUSPENDED, "示例县医保中心")


def the_story() -> Ledger:
    """Pension paid all along, medical not in the first seven months of 2019."""
    rows = [row(PENSION, at) for at in span("2018-01..2019-12")]
    rows += [row(MEDICAL, at) for at in span("2018-01..2019-12") if at not in span("2019-01..2019-07")]
    return ledger(rows, since=month("2018-01"), changes=(STOP,))


def texts(words: object) -> Iterator[Text]:
    """Every text in the words, texts inside texts included."""
    match words:
        case Text():
            yield words
            for _, value in words.values:
                yield from texts(value)
        case tuple():
            for one in words:
                yield from texts(one)
        case _ if is_dataclass(words) and not isinstance(words, type):
            for one in fields(words):
                yield from texts(getattr(words, one.name))


def test_the_story_is_told_in_the_words_a_resident_understands() -> None:
    (found,) = findings(the_story(), limits=LIMITS, as_of=month("2020-01"))
    words = finding_words(found, REGION)
    assert str(words.sentence) == "您的职工医保 2019年1月到7月没有缴费，同期养老已缴"
    assert [str(line) for line in words.changes] == ["2019年1月8日，示例县医保中心办理了停保（职工医保）"]
    assert words.office == NHSA
    payer = str(words.advice.payer)
    assert COMPANY in payer
    assert "单位和个人两部分都由单位去缴" in payer
    assert "滞纳金由单位承担" in payer
    assert "您不用缴，也不能自己去缴" in payer
    assert "越早办越好" in str(words.advice.until)
    assert "第八十六条" in str(words.advice.law)
    assert str(words.advice.causes[0]) == "账户办过停保，没有及时接上"
    assert any("身份证" in str(one) for one in words.advice.bring)
    assert any("不报销" in str(one) for one in words.advice.meanwhile)


def test_the_overview_says_the_same_sentence() -> None:
    (found,) = findings(overview_of(the_story()), limits=LIMITS, as_of=month("2020-01"))
    assert str(finding_sentence(found)) == "您的职工医保 2019年1月到7月没有缴费，同期养老已缴"


def test_without_a_pair_everything_paid_meanwhile_is_named_by_branch() -> None:
    beside = (PENSION, Kind.PENSION_PUBLIC, MEDICAL, Kind.WORK_INJURY)
    gap = Finding(FindingKind.GAP_ACROSS, Kind.UNEMPLOYMENT, span("2018-11..2019-02"), beside)
    sentence = "您的失业保险 2018年11月到2019年2月没有缴费，同期养老、医保、工伤保险已缴"
    assert str(finding_sentence(gap)) == sentence


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (Finding(FindingKind.GAP, PENSION, FEBRUARY), "您的职工养老 2019年2月没有缴费"),
        (
            Finding(FindingKind.DOUBLE_PAYMENT, Kind.MEDICAL_RESIDENT, FEBRUARY, (MEDICAL,)),
            "您的居民医保 2019年2月缴重了，同期职工医保也缴了",
        ),
        (Finding(FindingKind.DOUBLE_PAYMENT, PENSION, FEBRUARY), "您的职工养老 2019年2月缴了两次"),
        (
            Finding(FindingKind.NOT_CREDITED, MEDICAL, span("2019-02..2019-03")),
            "您的职工医保 2019年2月到3月已缴，但没有记入个人账户",
        ),
        (
            Finding(FindingKind.BASE_TOO_LOW, PENSION, FEBRUARY),
            "您的职工养老 2019年2月缴费基数低于当年下限",
        ),
        (
            Finding(FindingKind.BASE_TOO_HIGH, PENSION, FEBRUARY),
            "您的职工养老 2019年2月缴费基数高于当年上限",
        ),
        (
            Finding(FindingKind.EMPLOYER_CHANGE, PENSION, FEBRUARY, employers=("示例县兴农合作社",)),
            "您的职工养老 2019年2月起换了单位：示例县兴农合作社",
        ),
        (
            Finding(FindingKind.EMPLOYER_CHANGE, PENSION, FEBRUARY),
            "您的职工养老 2019年2月起由您自己缴",
        ),
    ],
)
def test_each_finding_has_one_plain_sentence(finding: Finding, sentence: str) -> None:
    assert str(finding_sentence(finding)) == sentence


@st.composite
def any_finding(draw: st.DrawFn) -> Finding:
    first = Month(draw(st.integers(2005, 2025)), draw(st.integers(1, 12)))
    kind = draw(st.sampled_from(Kind))
    what = draw(st.sampled_from(FindingKind))
    rivals = [one for one in Kind if one is not kind]
    beside = tuple(draw(st.lists(st.sampled_from(rivals), unique=True)))
    if what is FindingKind.GAP:
        beside = ()
    elif what is FindingKind.GAP_ACROSS and not beside:
        beside = (rivals[0],)
    changes = draw(
        st.lists(
            st.builds(
                AccountChange,
                st.dates(date(1990, 1, 1), date(2030, 12, 31)),
                st.just(kind),
                st.sampled_from(ChangeKind),
                st.just("示例县医保中心"),
                st.sampled_from([None, "甲"]),
                st.sampled_from([None, "乙"]),
            ),
            max_size=2,
        )
    )
    return Finding(
        what,
        kind,
        MonthSpan(first, first.plus(draw(st.integers(0, 30)))),
        beside,
        draw(st.sampled_from(Payer)),
        draw(st.sampled_from([(), (COMPANY,), (COMPANY, "示例县兴农合作社")])),
        draw(st.booleans()),
        tuple(changes),
    )


@given(any_finding())
def test_every_finding_has_words_whose_places_are_filled(finding: Finding) -> None:
    words = finding_words(finding, REGION)
    found = list(texts(words))
    assert len(found) >= 6
    for text in found:
        places = {name for _, name, _, _ in string.Formatter().parse(text.template) if name is not None}
        assert places == {name for name, _ in text.values}
        assert str(text)
        assert not re.search(r"[{}]|None|Kind|Month\(", str(text))


@given(any_finding())
def test_no_code_of_a_kind_is_ever_said(finding: Finding) -> None:
    codes = {kind.value for kind in Kind}
    for text in texts(finding_words(finding, REGION)):
        assert not codes & set(re.findall(r"[0-9]+", str(text)))


@given(any_finding())
def test_a_resident_is_asked_for_money_only_where_he_is_the_payer(finding: Finding) -> None:
    payer = str(finding_words(finding, REGION).advice.payer)
    if finding.is_gap:
        assert ("由您自己缴" in payer) == (finding.payer is Payer.SELF)
    # The late fee falls on employers only.
    assert "滞纳金" not in payer or re.search(r"没有滞纳金|滞纳金由单位承担", payer)


@given(any_finding())
def test_the_office_is_the_one_that_answers_for_the_kind(finding: Finding) -> None:
    health = finding.kind.branch in (Branch.MEDICAL, Branch.MATERNITY)
    assert finding_words(finding, REGION).office == (NHSA if health else HRSS)


@given(careers(), st.data())
def test_the_overviews_sentences_have_no_digit_but_those_of_the_months(
    career: Career, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(career.kinds))
    gone = data.draw(st.frozensets(st.integers(0, career.months - 1)))
    marks: dict[Month, Mark | None] = {career.since.plus(i): None for i in gone}
    shown = overview_of(career.ledger(kind, marks))
    for found in findings(shown, limits=LIMITS, as_of=career.as_of):
        ends = (found.span.first, found.span.last)
        of_months = {str(number) for end in ends for number in (end.year, end.month)}
        assert set(re.findall(r"[0-9]+", str(finding_sentence(found)))) <= of_months


def test_a_change_says_date_office_what_and_kind() -> None:
    assert str(change_line(STOP)) == "2019年1月8日，示例县医保中心办理了停保（职工医保）"


def test_a_change_says_what_it_was_before_but_never_of_personal_data() -> None:
    day = date(2019, 3, 2)
    moved = AccountChange(day, PENSION, ChangeKind.EMPLOYER, "示例县社保中心", "甲厂", "乙厂")
    assert str(change_line(moved)) == "2019年3月2日，示例县社保中心办理了变更单位（职工养老）：甲厂改为乙厂"
    data = AccountChange(day, PENSION, ChangeKind.PERSONAL_DATA, "示例县社保中心", "王秀兰", "王秀蓝")
    assert str(change_line(data)) == "2019年3月2日，示例县社保中心办理了变更个人信息（职工养老）"


def test_every_mark_has_its_sign_and_word() -> None:
    signs = [(sign_of(mark).symbol, str(sign_of(mark).word)) for mark in (*Mark, None)]
    assert signs == [("●", "已缴"), ("△", "欠缴"), ("○", "转入"), ("—", "无")]
    assert [sign_of(mark) for mark in (*Mark, None)] == list(LEGEND)


def test_every_state_change_kind_and_branch_has_its_own_word() -> None:
    for words in (
        [str(state_word(state)) for state in ParticipationState],
        [str(change_word(what)) for what in ChangeKind],
        [kind.short_name for kind in Kind],
        [kind.full_name for kind in Kind],
        [str(branch.spoken_name) for branch in Branch],
    ):
        assert len(set(words)) == len(words)
    assert all(str(kind.spoken_name) == kind.short_name for kind in Kind)


def test_words_need_nothing_but_the_finding_and_the_region() -> None:
    gap = Finding(FindingKind.GAP, MEDICAL, span("2019-02"), payer=Payer.EMPLOYER)
    words = finding_words(gap, REGION)
    assert isinstance(words, FindingWords)
    assert str(words.advice.payer).startswith("由当时的单位补缴")


def test_the_rule_for_two_pensions_is_quoted_only_where_the_residents_is_one_of_them() -> None:
    residents = Finding(FindingKind.DOUBLE_PAYMENT, Kind.PENSION_RESIDENT, FEBRUARY, (PENSION,))
    twice = Finding(FindingKind.DOUBLE_PAYMENT, PENSION, FEBRUARY)
    assert "17号" in str(finding_words(residents, REGION).advice.law)
    assert finding_words(twice, REGION).advice.law is None
