"""个人权益记录: preview, then the paper.

Issued by the centre under a code; while it is away, an unsealed copy of the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.printers.paper import Paper
from kiosk.central_client import CentreAway, CentreFaulty
from kiosk.clock import in_china
from kiosk.contract.papers import PaperAnswer
from kiosk.conversation.content import (
    Block,
    Fact,
    Facts,
    ForPhone,
    Notice,
    Offer,
    Sheet,
    Words,
)
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Browse, Inform, LookTimedOut
from kiosk.domain.assurance import Disclosure
from kiosk.domain.ledger import Ledger
from kiosk.domain.region import Issuer
from kiosk.domain.text import Text, say
from kiosk.papers.common import PrintedAt
from kiosk.papers.rights_record import rights_record
from kiosk.records import Dated, Records, RightsRecord, Visitor
from kiosk.seal_books import SealDoesNotHold
from kiosk.services.delivery import deliver
from kiosk.services.proof import missing_proof
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble, money_words, where_to_go
from kiosk.services.vault_trouble import vault_trouble
from kiosk.vault_jobs import VAULT_TROUBLE

_PRINT, _WHOLE, _MASKED = "print", "whole-number", "masked-number"
_AGAIN, _ENOUGH, _SEE = "again", "enough", "see"
_SEEN = Offer("seen", say("看好了"), primary=True)


class RightsRecords:
    """This year and the last, the number masked, unless the resident wants it whole."""

    id = "rights_record"
    name = say("个人权益记录")

    def __init__(self, records: Records, terminal_id: str, place: str, fits: Callable[[Paper], bool]) -> None:
        """`fits`: whether the printer has paper enough."""
        self._records = records
        self._fits = fits
        self._terminal_id = terminal_id
        self._place = place

    async def converse(self, desk: Desk, visitor: Visitor, overview: Dated[Ledger]) -> None:
        proof = missing_proof(desk, visitor.resident, Disclosure.PAPERS)
        if proof is not None:
            await proof
            return
        years = (desk.now.year, desk.now.year - 1)
        whole = False
        while True:
            try:
                record = await self._record(desk, visitor, overview, years, whole=whole)
            except CENTRE_TROUBLE as error:
                await centre_trouble(desk, error)
                return
            except SealDoesNotHold:
                await _seal_does_not_hold(desk)
                return
            except VAULT_TROUBLE:
                await vault_trouble(desk)
                return
            at = PrintedAt(self._terminal_id, self._place, desk.now)
            paper = rights_record(record.content, record.issued, at, demo=record.demo)
            sheet = _covered(record, visitor, at)
            while not await self._enough_paper(desk, paper):
                if await self._without_paper(desk, record, sheet) == _ENOUGH:
                    return
            picked = await _preview(desk, record, visitor, sheet, whole=whole)
            if picked == _PRINT:
                await deliver(desk, paper)
                return
            whole = picked == _WHOLE

    async def _enough_paper(self, desk: Desk, paper: Paper) -> bool:
        """True where nobody knows: the printer says it itself in time."""
        try:
            fits: bool = await desk.look(say("正在准备"), self._fits, paper)
        except LookTimedOut:
            return True
        return fits

    async def _without_paper(self, desk: Desk, record: RightsRecord, sheet: Sheet) -> str:
        picked = await _paper_short(desk, record.issued)
        while picked == _SEE:
            await desk.browse("on-screen", say("您的个人权益记录"), sheet, offers=(_SEEN,))
            picked = await _paper_short(desk, record.issued)
        return picked

    async def _record(
        self, desk: Desk, visitor: Visitor, overview: Dated[Ledger], years: tuple[int, ...], *, whole: bool
    ) -> RightsRecord:
        """From the centre; while it does not answer, what the snapshot has."""
        try:
            record = await desk.look(say("正在出具记录"), self._records.rights_record, visitor, years, whole)
        except (CentreAway, CentreFaulty, LookTimedOut):
            record = await desk.look(
                say("正在查找保存的记录"), self._records.unsealed_copy, visitor, overview, years, whole
            )
        return record


def _usable_for(issued: PaperAnswer, *, demo: bool) -> tuple[Text, ...]:
    """What the paper is good for, as it is: nobody is to carry it to a counter that wants a seal."""
    checked = say("纸上有验证码，任何人都能核对真伪。")
    if demo:
        return say("这张纸只作演示，上面的印章没有效力。"), checked
    if issued.seals:
        return say("这张纸能说明您的参保和缴费情况，出国、买房、办事时可用。"), checked
    return (
        say("这张纸还没有电子印章，可以供您自己和别人核对。"),
        checked,
        say("对方一定要盖章的，请到窗口办理。"),
    )


def _covered(record: RightsRecord, visitor: Visitor, at: PrintedAt) -> Sheet:
    """The paper as it may stand on a screen in a shop: whatever is printed, its number is covered."""
    shown = record.content.model_copy(update={"number": visitor.resident.masked_number})
    return Sheet(rights_record(shown, record.issued, at, demo=record.demo))


def _preview(desk: Desk, record: RightsRecord, visitor: Visitor, sheet: Sheet, *, whole: bool) -> Browse:
    blocks: list[Block] = [sheet]
    if record.issued is None:
        cut_off = in_china(record.content.cut_off)
        blocks.append(
            Notice(
                Tone.ATTENTION,
                say("这是 {cut_off} 保存的记录，未盖章", cut_off=cut_off),
                (say("只供您自己核对。正式的记录请在网络恢复后再来打印。"),),
            )
        )
    else:
        blocks.append(
            Notice(
                Tone.PLAIN,
                say("打印前请看一看"),
                (
                    *_usable_for(record.issued, demo=record.demo),
                    say("不收费。"),
                ),
            )
        )
    if whole:
        covered = say("{number}", number=visitor.resident.masked_number)
        number = say("{number}", number=record.content.number)
        blocks.append(Facts((Fact(say("身份证号"), covered, held=number),)))
    other = (
        Offer(_MASKED, say("号码只印后四位"))
        if whole
        else Offer(_WHOLE, say("印完整的号码"), say("有的单位要求"))
    )
    return desk.browse(
        f"preview:{'whole' if whole else 'masked'}",
        say("您的个人权益记录"),
        *blocks,
        offers=(other, Offer(_PRINT, say("打印"), icon=Icon.PRINTER, primary=True)),
    )


def _seal_does_not_hold(desk: Desk) -> Inform:
    """Nobody is to carry away what the next counter refuses."""
    return desk.inform(
        "seal-does-not-hold",
        say("这次不能打印"),
        say("中心给的记录上，电子印章核对不上，所以没有打印。不是您的问题。"),
        money_words(desk),
        say("已经记下来，会有人处理。着急用的，请带身份证到窗口：{where}", where=_window(desk)),
        tone=Tone.PROBLEM,
        icon=Icon.WARNING,
    )


def _window(desk: Desk) -> Text:
    return where_to_go(desk.region.offices[Issuer.HRSS])


def _paper_short(desk: Desk, issued: PaperAnswer | None) -> Browse:
    """The roll ends before this paper would: its code does what the paper would have done."""
    lines = [say("请告诉工作人员换一卷纸，换好再打。")]
    blocks: tuple[Block, ...] = ()
    if issued is not None:
        until = in_china(issued.valid_until).date()
        lines += [
            say("也可以用手机扫码看，{until}前有效，不收费。", until=until),
            say("验证码 {code}", code=issued.code),
        ]
        blocks = (ForPhone(issued.url, say("验证码")),)
    return desk.browse(
        "paper-short",
        say("纸不够打这一张，没有打印"),
        Words(tuple(lines)),
        *blocks,
        offers=(
            Offer(_ENOUGH, say("不打了")),
            Offer(_SEE, say("在屏幕上看")),
            Offer(_AGAIN, say("换好纸了，再打"), primary=True),
        ),
    )
