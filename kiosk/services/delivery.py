"""Bringing a paper into the resident's hand: printed, or told what happened; never twice by itself."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.printers.job_log import PrintOutcome, PrintReport, Remainder
from drivers.printers.paper import Paper
from drivers.printers.status import Reason
from kiosk.conversation.content import Block, Offer
from kiosk.conversation.desk import PRINTING, Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Choose, Inform
from kiosk.domain.text import Text, say


@dataclass(frozen=True, slots=True)
class Matter:
    """What the paper is about, in the words of its pages."""

    saying: Text
    title: Text
    """Of the page when the paper is out."""
    lines: tuple[Text, ...]
    money: Text
    """Whether money moved: said wherever the printing goes wrong."""
    comfort: Text
    """What the resident need not fear when the paper does not come."""
    tone: Tone = Tone.GOOD
    blocks: tuple[Block, ...] = ()


FREE = Matter(
    saying=PRINTING,
    title=say("打印好了"),
    lines=(
        say("请从出纸口取走您的纸。"),
        say("上面有您的个人信息，请收好，不要留在机器上。"),
    ),
    money=say("这次打印没有扣款。"),
    comfort=say("没有扣款，可以再打"),
)
MAX_ATTEMPTS = 6
"""After so many tries the printer is a technician's matter."""

TONE_ICONS = {
    Tone.PLAIN: Icon.PAPER,
    Tone.GOOD: Icon.DONE,
    Tone.ATTENTION: Icon.WARNING,
    Tone.PROBLEM: Icon.PROBLEM,
}

_AGAIN, _ENOUGH, _COMPLETE, _INCOMPLETE = "again", "enough", "complete", "incomplete"
_NO_MORE = Offer(_ENOUGH, say("不打了"))
_ONCE_MORE = Offer(_AGAIN, say("再打一次"), primary=True)

_WHAT_HAPPENED: dict[Reason, Text] = {
    Reason.PAPER_OUT: say("打印机没有纸了。"),
    Reason.PAPER_SHORT: say("打印机里的纸快用完了，不够打完这一张。"),
    Reason.COVER_OPEN: say("打印机的盖子开着。"),
    Reason.CUTTER_JAMMED: say("打印机的切刀卡住了。"),
    Reason.FAULT: say("打印机出了故障。"),
    Reason.OFFLINE: say("打印机停着，没有准备好。"),
    Reason.UNREACHABLE: say("连不上打印机。"),
    Reason.SILENT: say("打印机没有回答。"),
    Reason.CONNECTION_LOST: say("和打印机的连接断了。"),
    Reason.UNPROVABLE: say("这台打印机不能告诉我们纸有没有出来。"),
    Reason.NOT_TOLD: say("这台打印机不能告诉我们纸有没有出来。"),
    Reason.BUSY: say("打印机还在打印别的。"),
}
_WHAT_TO_DO: dict[Reason, Text] = {
    Reason.PAPER_OUT: say("请告诉这里的工作人员装纸，然后点“再打一次”。"),
    Reason.PAPER_SHORT: say("请告诉这里的工作人员换一卷纸，然后点“再打一次”。"),
    Reason.COVER_OPEN: say("请工作人员把盖子盖好，然后点“再打一次”。"),
    Reason.BUSY: say("请等一会儿，再点“再打一次”。"),
}
_ASK_STAFF = say("请告诉这里的工作人员；修好以后可以再打，不收费。")
_GIVE_UP = say("试了很多次都不行，请告诉这里的工作人员，换一台机器或改天再打，不收费。")


async def deliver(desk: Desk, paper: Paper, matter: Matter = FREE) -> bool:
    """Prints until the paper is there or the resident has enough; whether he has it."""
    copy = 1
    for attempt in range(1, MAX_ATTEMPTS + 1):
        report = await desk.print(f"print:{attempt}", paper, copy=copy, saying=matter.saying)
        match report.outcome:
            case PrintOutcome.PRINTED:
                await _printed(desk, matter)
                return True
            case PrintOutcome.NOT_STARTED:
                if await _not_started(desk, matter, report, attempt) == _ENOUGH:
                    return False
            case PrintOutcome.UNKNOWN:
                if await _look_in_the_tray(desk, matter, report, attempt) == _COMPLETE:
                    return True
                if await _offer_reprint(desk, matter, report, attempt) == _ENOUGH:
                    return False
                copy += 1
    return False


def _printed(desk: Desk, matter: Matter) -> Inform:
    return desk.inform(
        "printed",
        matter.title,
        *matter.lines,
        tone=matter.tone,
        icon=TONE_ICONS[matter.tone],
        blocks=matter.blocks,
        offers=(Offer("done", say("取走了，继续"), primary=True),),
    )


def _not_started(desk: Desk, matter: Matter, report: PrintReport, attempt: int) -> Inform:
    return desk.inform(
        f"not-printed:{attempt}",
        say("没有打印"),
        _what_happened(report),
        say("什么都没有印出来。{money}", money=matter.money),
        _what_to_do(report) if attempt < MAX_ATTEMPTS else _GIVE_UP,
        tone=Tone.ATTENTION,
        icon=Icon.PRINTER,
        offers=_ways_on(attempt),
    )


def _look_in_the_tray(desk: Desk, matter: Matter, report: PrintReport, attempt: int) -> Choose:
    """Only a person knows: what came out, came out."""
    return desk.choose(
        f"tray:{attempt}",
        say("纸完整地出来了吗？"),
        (
            Offer(
                _COMPLETE,
                say("出来了，是完整的"),
                say("最下面有“打印时间”和“打印地点”"),
                Icon.DONE,
            ),
            Offer(
                _INCOMPLETE,
                say("没有出来，或者不完整"),
                say("{comfort}", comfort=matter.comfort),
                Icon.PROBLEM,
            ),
        ),
        lines=(
            _what_happened(report),
            say("机器不能确定纸有没有印完，请您看一下出纸口。不会自己再打一份。"),
        ),
    )


def _offer_reprint(desk: Desk, matter: Matter, report: PrintReport, attempt: int) -> Inform:
    if attempt < MAX_ATTEMPTS:
        title = say("要再打一份吗？")
        lines = [
            _what_to_do(report),
            say("新的一份上面会写“补打”，内容完全一样。{money}", money=matter.money),
        ]
    else:
        title = say("纸没有完整地打出来")
        lines = [_GIVE_UP, matter.money]
    if report.remainder is Remainder.MAY_COME_OUT:
        lines.append(say("装好纸后，打印机可能先吐出刚才剩下的半张，请一起取走，不要留在机器上。"))
    else:
        lines.append(say("不完整的那一张上面也有您的信息，请一起取走。"))
    return desk.inform(
        f"reprint:{attempt}",
        title,
        *lines,
        tone=Tone.ATTENTION,
        icon=Icon.PRINTER,
        offers=_ways_on(attempt),
    )


def _ways_on(attempt: int) -> tuple[Offer, ...]:
    return (_NO_MORE, _ONCE_MORE) if attempt < MAX_ATTEMPTS else (_NO_MORE,)


def _what_happened(report: PrintReport) -> Text:
    return (
        _WHAT_HAPPENED.get(report.reason, say("打印机出了问题。"))
        if report.reason
        else say("打印机出了问题。")
    )


def _what_to_do(report: PrintReport) -> Text:
    return _WHAT_TO_DO.get(report.reason, _ASK_STAFF) if report.reason else _ASK_STAFF
