"""A rights record as the page shows it: in the words, the order and the lines of the paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from central.public_page.verdicts import moment
from kiosk.contract.papers import AccountOfYear, RightsRecordContent
from kiosk.domain.insurance import ParticipationState
from kiosk.domain.ledger import Ledger, Standing
from kiosk.domain.months import Month, MonthSpan, spans
from kiosk.domain.words import sign_of, state_word

_Figures = tuple[str, str, str]
_Entry = tuple[int, _Figures, str, str]
"""Which of its month's rows it is, its figures, and its sign."""
_NO_FIGURES = ("—", "—", "—")


@dataclass(frozen=True, slots=True)
class MonthLine:
    """Months in a row that are alike in everything."""

    months: str
    symbol: str
    word: str
    base: str
    personal: str
    employer: str


@dataclass(frozen=True, slots=True)
class KindOfYear:
    kind: str
    lines: tuple[MonthLine, ...]


@dataclass(frozen=True, slots=True)
class StandingLine:
    kind: str
    state: str
    since: str
    months_in_all: str
    paid_to: str


@dataclass(frozen=True, slots=True)
class Account:
    title: str
    amounts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What the last four open."""

    facts: tuple[tuple[str, str], ...]
    standings: tuple[StandingLine, ...]
    accounts: tuple[Account, ...]
    years: tuple[tuple[int, tuple[KindOfYear, ...]], ...]


def record_of(content: RightsRecordContent) -> Record:
    standings = tuple(one.to_domain() for one in content.standings)
    ledger = Ledger(standings, tuple(row.to_domain() for row in content.rows))
    booked_to = max((row.month for row in content.rows), default=None)
    return Record(
        facts=(
            ("姓名", content.name),
            ("社会保障号码", content.number),
            ("性别", content.sex.value if content.sex is not None else "—"),
            ("单位或户籍地", content.place),
            ("数据截止", moment(content.cut_off)),
        ),
        standings=tuple(_standing(one) for one in standings),
        accounts=tuple(_account(one) for one in content.accounts),
        years=tuple((year, tuple(_kinds(year, ledger, booked_to))) for year in content.years),
    )


def _standing(one: Standing) -> StandingLine:
    return StandingLine(
        kind=one.kind.short_name,
        state=str(state_word(one.state)),
        since=str(one.since),
        months_in_all=f"{one.months_in_all}个月",
        paid_to=str(one.paid_to) if one.paid_to is not None else "—",
    )


def _account(account: AccountOfYear) -> Account:
    amounts = (
        ("上年结转", account.before_fen),
        ("本年记入", account.principal_fen),
        ("利息", account.interest_fen),
        ("本年支出", account.paid_out_fen),
        ("合计", account.total_fen),
    )
    return Account(
        f"{account.kind.short_name} {account.year}年",
        tuple((name, amount.figures()) for name, amount in amounts),
    )


def _kinds(year: int, ledger: Ledger, booked_to: Month | None) -> Iterator[KindOfYear]:
    for standing in ledger.standings:
        lines = _lines(year, standing, ledger, booked_to)
        if lines:
            yield KindOfYear(standing.kind.short_name, lines)


def _lines(year: int, standing: Standing, ledger: Ledger, booked_to: Month | None) -> tuple[MonthLine, ...]:
    months_of: dict[_Entry, list[Month]] = {}
    for month in (Month(year, number) for number in range(1, 13)):
        for entry in _entries(month, standing, ledger, booked_to):
            months_of.setdefault(entry, []).append(month)
    found = sorted((span, entry) for entry, months in months_of.items() for span in spans(months))
    return tuple(
        MonthLine(_months(span), symbol, word, *figures) for span, (_, figures, symbol, word) in found
    )


def _entries(month: Month, standing: Standing, ledger: Ledger, booked_to: Month | None) -> Iterator[_Entry]:
    rows = ledger.rows(standing.kind, month)
    for place, row in enumerate(rows):
        sign = sign_of(row.mark)
        figures = (row.base.figures(), row.personal.figures(), row.employer.figures())
        yield place, figures, sign.symbol, str(sign.word)
    # As on the paper: missing are months from the enrolment to the last that anything is booked for.
    ended = standing.state is ParticipationState.ENDED
    if not rows and not ended and booked_to is not None and standing.since <= month <= booked_to:
        nothing = sign_of(None)
        yield 0, _NO_FIGURES, nothing.symbol, str(nothing.word)


def _months(span: MonthSpan) -> str:
    """`1-10月`, as on the paper."""
    return f"{span.first.month}月" if len(span) == 1 else f"{span.first.month}-{span.last.month}月"
