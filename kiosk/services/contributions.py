"""参保缴费查询: every insurance side by side, month by month, and what a gap means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kiosk.clock import in_china
from kiosk.conversation.content import (
    Block,
    Fact,
    Facts,
    Grid,
    GridCell,
    GridRow,
    Notice,
    Offer,
    Words,
)
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Browse, Inform
from kiosk.domain.assurance import Disclosure
from kiosk.domain.finding import Finding, Severity
from kiosk.domain.finding_words import FindingWords, finding_sentence, finding_words
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Contribution, Ledger, Mark, Standing
from kiosk.domain.months import Month, MonthName, MonthSpan
from kiosk.domain.region import BaseLimits
from kiosk.domain.text import say
from kiosk.domain.words import LEGEND, sign_of
from kiosk.papers.common import PrintedAt
from kiosk.papers.finding_slip import finding_slip
from kiosk.records import Dated, Records, Visitor
from kiosk.services.delivery import deliver
from kiosk.services.offices import where_facts
from kiosk.services.proof import missing_proof
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble

_YEAR, _CELL, _WHAT_NOW, _PRINT, _HOME = "year", "cell", "what-now", "print", "home"

_TONES: dict[Mark | None, Tone] = {
    Mark.PAID: Tone.GOOD,
    Mark.OWED: Tone.PROBLEM,
    Mark.TRANSFERRED: Tone.PLAIN,
    None: Tone.PLAIN,
}


class Contributions:
    """The grid of a year, a month's rows, and a finding with what to do about it."""

    id = "contributions"
    name = say("缴费明细")

    def __init__(self, records: Records, terminal_id: str, place: str) -> None:
        self._records = records
        self._terminal_id = terminal_id
        self._place = place

    async def converse(self, desk: Desk, visitor: Visitor, overview: Dated[Ledger]) -> None:
        proof = missing_proof(desk, visitor.resident, Disclosure.DETAILS)
        if proof is not None:
            await proof
            return
        try:
            looked = await desk.look(
                say("正在查询明细"), self._looked_through, visitor, overview, desk.region.base_limits
            )
        except CENTRE_TROUBLE as error:
            await centre_trouble(desk, error)
            return
        dated, found = looked
        ledger = dated.value
        year = _first_year(ledger, found)
        while True:
            picked = await _grid_page(desk, dated, found, year)
            what, _, which = picked.partition(":")
            if what == _HOME:
                return
            if what == _YEAR:
                year = int(which)
            elif what == _CELL:
                await _month_page(desk, ledger, which)
            else:
                await self._explain(desk, visitor, found[int(which)])

    def _looked_through(
        self, visitor: Visitor, overview: Dated[Ledger], limits: Mapping[int, BaseLimits]
    ) -> tuple[Dated[Ledger], tuple[Finding, ...]]:
        """In the look's own thread, and once: the service runs again at every touch."""
        dated = self._records.contributions(visitor, overview)
        return dated, findings(dated.value, limits=limits, as_of=Month.of(dated.as_of.date()))

    async def _explain(self, desk: Desk, visitor: Visitor, finding: Finding) -> None:
        words = finding_words(finding, desk.region)
        if await _finding_page(desk, words) == _PRINT:
            at = PrintedAt(self._terminal_id, self._place, desk.now)
            await deliver(desk, finding_slip(visitor.resident, words, at))


def _first_year(ledger: Ledger, found: tuple[Finding, ...]) -> int | None:
    """The year of the gravest finding, else the latest."""
    grave = [one for one in found if one.severity > Severity.NOTE]
    if grave:
        return grave[0].span.last.year
    return ledger.years[0] if ledger.years else None


def _grid_page(desk: Desk, dated: Dated[Ledger], found: tuple[Finding, ...], year: int | None) -> Browse:
    blocks: list[Block] = []
    if not dated.live:
        blocks.append(Notice(Tone.ATTENTION, say("这是 {taken} 保存的记录", taken=in_china(dated.as_of))))
    if year is None:
        blocks.append(Words((say("没有缴费记录。"),), icon=Icon.LEDGER))
        return desk.browse("no-rows", say("缴费明细"), *blocks)
    whole_year = MonthSpan(Month(year, 1), Month(year, 12))
    in_year = [(i, one) for i, one in enumerate(found) if _overlaps(one.span, whole_year)]
    blocks.append(_grid(dated.value, in_year, year, _years(dated.value, found)))
    for i, one in in_year:
        tone = Tone.PROBLEM if one.severity is Severity.PROBLEM else Tone.ATTENTION
        if one.severity is Severity.NOTE:
            tone = Tone.PLAIN
        blocks.append(Notice(tone, finding_sentence(one), offer=Offer(f"{_WHAT_NOW}:{i}", say("怎么办"))))
    # 返回 ends at a printed paper, and after some years it is far: one way home from every grid.
    home = Offer(_HOME, say("回到我的社保"), icon=Icon.HOME)
    return desk.browse(f"grid:{year}", say("{year}年缴费情况", year=year), *blocks, offers=(home,))


def _years(ledger: Ledger, found: tuple[Finding, ...]) -> tuple[int, ...]:
    """The years that can be opened, latest first: also one in which all there is to see is a gap."""
    with_findings = {year for one in found for year in range(one.span.first.year, one.span.last.year + 1)}
    return tuple(sorted({*ledger.years, *with_findings}, reverse=True))


def _grid(ledger: Ledger, in_year: list[tuple[int, Finding]], year: int, years: tuple[int, ...]) -> Grid:
    rows = []
    for standing in ledger.standings:
        gaps = [one.span for _, one in in_year if one.kind == standing.kind and one.is_gap]
        rows.append(
            GridRow(
                standing.kind.spoken_name,
                tuple(_cell(standing, Month(year, month)) for month in range(1, 13)),
                tuple(_columns(span, year) for span in gaps),
            )
        )
    return Grid(
        columns=tuple(say("{month}", month=MonthName(month)) for month in range(1, 13)),
        rows=tuple(rows),
        legend=tuple(GridCell(sign.symbol, sign.word, Tone.PLAIN) for sign in LEGEND),
        years=tuple(Offer(f"{_YEAR}:{one}", say("{year}年", year=one)) for one in years),
        year=f"{_YEAR}:{year}",
    )


def _cell(standing: Standing, month: Month) -> GridCell:
    mark = standing.mark(month)
    sign = sign_of(mark)
    key = f"{_CELL}:{standing.kind}:{month.iso()}" if mark is not None else None
    return GridCell(sign.symbol, sign.word, _TONES[mark], key)


def _columns(span: MonthSpan, year: int) -> tuple[int, int]:
    first = span.first.month if span.first.year == year else 1
    last = span.last.month if span.last.year == year else 12
    return first - 1, last - 1


def _overlaps(one: MonthSpan, other: MonthSpan) -> bool:
    return one.first <= other.last and other.first <= one.last


def _month_page(desk: Desk, ledger: Ledger, which: str) -> Inform:
    """Base, parts and arrival of one kind and month."""
    code, _, iso = which.partition(":")
    kind, month = Kind(code), Month.parse(iso)
    rows = ledger.rows(kind, month)
    return desk.inform(
        f"month:{which}",
        say("{kind} {month}", kind=kind.spoken_name, month=month),
        icon=Icon.LEDGER,
        blocks=tuple(_row_facts(row) for row in rows)
        or (Words((say("这个月的明细中心没有给出。"),), icon=Icon.LEDGER),),
    )


def _row_facts(row: Contribution) -> Facts:
    payer = say("该谁缴") if row.mark is Mark.OWED else say("谁缴的")
    arrived = say("{month}", month=row.arrived) if row.arrived is not None else say("没有到账")
    return Facts(
        (
            Fact(say("情况"), sign_of(row.mark).word, tone=_TONES[row.mark]),
            Fact(say("缴费基数"), say("{base}", base=row.base), number=True),
            Fact(say("个人缴"), say("{personal}", personal=row.personal), number=True),
            Fact(say("单位缴"), say("{employer}", employer=row.employer), number=True),
            Fact(say("记入个人账户"), say("{credited}", credited=row.credited), number=True),
            Fact(say("到账"), arrived, number=True),
            Fact(payer, say("{who}", who=row.paid_by) if row.paid_by else say("本人")),
        )
    )


def _finding_page(desk: Desk, words: FindingWords) -> Browse:
    return desk.browse(
        "finding",
        words.sentence,
        *_explanation(words),
        offers=(Offer(_PRINT, say("打印这张说明"), icon=Icon.PRINTER, primary=True),),
    )


def _explanation(words: FindingWords) -> Iterator[Block]:
    advice, office = words.advice, words.office
    yield Words((advice.meaning, advice.payer), heading=say("这是什么意思，谁来缴"), own=True)
    if words.changes:
        yield Words(words.changes, heading=say("这期间账户有过变更"), own=True)
    yield Facts(where_facts(office), heading=say("到哪里办"))
    yield Words(advice.bring, heading=say("带什么"), numbered=True, own=True)
    yield Words((advice.ask,), heading=say("到窗口这样问"), own=True)
    yield Words((advice.until,), heading=say("什么时候办"), own=True)
    if advice.meanwhile:
        yield Words(advice.meanwhile, heading=say("有什么影响"), numbered=True, own=True)
    yield Words(advice.causes, heading=say("可能的原因"), numbered=True, own=True)
    if advice.law is not None:
        yield Words((advice.law,), heading=say("法律依据"), own=True)
