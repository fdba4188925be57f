"""个人权益记录: what a person has in every insurance, year by year (docs/facts/social-insurance.md)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from drivers.printers.paper import Align, Feed, Leader, Paper, Row, Rule, Table, TableColumn
from drivers.printers.paper import Text as Line
from kiosk.contract.papers import AccountOfYear, PaperAnswer, RightsRecordContent
from kiosk.domain.insurance import ParticipationState
from kiosk.domain.ledger import Contribution, Standing
from kiosk.domain.months import Month, MonthSpan, spans
from kiosk.domain.words import LEGEND, sign_of, state_word
from kiosk.papers.common import PrintedAt, day, day_and_time, foot, head, section
from kiosk.papers.issued import Issued, PaperSeal, code_rows, seal_rows

KIND = "rights_record"


def rights_record(
    content: RightsRecordContent, answer: PaperAnswer | None, at: PrintedAt, *, demo: bool = False
) -> Paper:
    """The paper of `content`; with code and seals under which it was issued, or marked as an unsealed copy.

    `demo`: its seals are worth nothing, and it says so.
    """
    issuers = answer.issuers if answer is not None else ()
    issued = None if answer is None else _issued(answer, demo=demo)
    standings = tuple(one.to_domain() for one in content.standings)
    contributions = tuple(row.to_domain() for row in content.rows)
    rows: tuple[Row, ...] = (
        *head("个人权益记录", *issuers),
        *_validity(content, issued),
        Leader("姓名", content.name),
        Leader("社会保障号码", content.number),
        Leader("性别", content.sex.value if content.sex is not None else "—"),
        Leader("单位或户籍地", content.place),
        Leader("数据截止", day_and_time(content.cut_off)),
        *section("一、参保情况"),
        _participation(standings),
        *_accounts(content.accounts),
        *_months(content, standings, contributions),
        Rule(),
        Line("  ".join(f"{sign.symbol} {sign.word}" for sign in LEGEND)),
        *(() if issued is None else code_rows(issued)),
        *foot(at),
    )
    return Paper(KIND, rows)


def _issued(answer: PaperAnswer, *, demo: bool) -> Issued:
    seals = tuple(PaperSeal(one.issuer, one.text) for one in answer.seals)
    return Issued(answer.code, answer.url, answer.issued_at, answer.valid_until, seals, demo)


def _validity(content: RightsRecordContent, issued: Issued | None) -> Iterator[Row]:
    if issued is not None:
        yield from seal_rows(issued)
        return
    yield Line("【未盖章】", align=Align.CENTRE, bold=True)
    yield Line(f"没有连上中心时打印的副本，内容截至 {day(content.cut_off)}，只供本人核对。")
    yield Line("要能验证的正式记录，请在网络恢复后再打印一次，不收费。")
    yield Rule()


def _participation(standings: tuple[Standing, ...]) -> Table:
    columns = (
        TableColumn("险种", 8),
        TableColumn("状态", 8),
        TableColumn("开始", 7),
        TableColumn("累计", 9, Align.RIGHT),
        TableColumn("缴至", None, Align.RIGHT),
    )
    body = tuple(
        (
            one.kind.short_name,
            str(state_word(one.state)),
            one.since.iso(),
            f"{one.months_in_all}个月",
            one.paid_to.iso() if one.paid_to is not None else "—",
        )
        for one in standings
    )
    return Table(columns, body)


def _accounts(accounts: tuple[AccountOfYear, ...]) -> Iterator[Row]:
    if not accounts:
        return
    yield from section("二、个人账户（元）")
    for account in accounts:
        yield Feed()
        yield Line(f"{account.kind.short_name} {account.year}年", bold=True)
        yield Leader("上年结转", account.before_fen.figures())
        yield Leader("本年记入", account.principal_fen.figures())
        yield Leader("利息", account.interest_fen.figures())
        yield Leader("本年支出", account.paid_out_fen.figures())
        yield Leader("合计", account.total_fen.figures(), bold=True)


def _months(
    content: RightsRecordContent, standings: tuple[Standing, ...], rows: tuple[Contribution, ...]
) -> Iterator[Row]:
    yield from section("三、每月缴费（元）" if content.accounts else "二、每月缴费（元）")
    columns = (
        TableColumn("险种和月份", None),
        TableColumn("缴费基数", 9, Align.RIGHT),
        TableColumn("个人", 8, Align.RIGHT),
        TableColumn("单位", 8, Align.RIGHT),
        TableColumn("标", 2, Align.CENTRE),
    )
    booked_to = max((row.month for row in rows), default=None)
    for year in content.years:
        yield Feed()
        yield Line(f"{year}年", bold=True)
        body = tuple(line for one in standings for line in _year_of(year, one, rows, booked_to))
        yield Table(columns, body) if body else Line("没有缴费记录。")


def _year_of(
    year: int, standing: Standing, rows: tuple[Contribution, ...], booked_to: Month | None
) -> Iterator[tuple[str, ...]]:
    """The months of one kind; those that are alike in everything stand on one line."""
    name = standing.kind.short_name
    of_year = sorted(
        (row for row in rows if row.kind == standing.kind and row.month.year == year),
        key=lambda row: row.month,
    )
    lines: list[tuple[Month, tuple[str, ...]]] = []
    # Months in a row keep the same distance from their place in the list.
    alike = groupby(
        enumerate(of_year),
        key=lambda at: (at[1].month.month - at[0], at[1].base, at[1].personal, at[1].employer, at[1].mark),
    )
    for _, group in alike:
        members = [row for _, row in group]
        row = members[0]
        figures = (row.base.figures(), row.personal.figures(), row.employer.figures())
        label = _months_of(name, MonthSpan(row.month, members[-1].month))
        lines.append((row.month, (label, *figures, sign_of(row.mark).symbol)))
    nothing = sign_of(None).symbol
    lines.extend(
        (span.first, (_months_of(name, span), nothing, nothing, nothing, nothing))
        for span in _missing(year, standing, of_year, booked_to)
    )
    yield from (line for _, line in sorted(lines, key=lambda line: line[0]))


def _missing(
    year: int, standing: Standing, of_year: list[Contribution], booked_to: Month | None
) -> tuple[MonthSpan, ...]:
    """Months without a row, from the enrolment to the last month that anything is booked for."""
    if booked_to is None or standing.state is ParticipationState.ENDED:
        return ()
    there = {row.month for row in of_year}
    months = (Month(year, month) for month in range(1, 13))
    return spans(month for month in months if standing.since <= month <= booked_to and month not in there)


def _months_of(name: str, span: MonthSpan) -> str:
    """`职工养老 1-10月`"""
    months = f"{span.first.month}月" if len(span) == 1 else f"{span.first.month}-{span.last.month}月"
    return f"{name} {months}"
