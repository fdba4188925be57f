"""办不成事: from any page whom to ask and how to say it, on paper too, and back to where one was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fixtures.printer import PrinterProcess
from laid_out import AT, REGION, WIDTHS, lines_of
from resident import Resident, Visit, texts_in, words_on
from session_stand import CARD, PACE, Stand
from synthetic import DESK, FORM

from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport
from kiosk.conversation.content import Answers, Facts, Given, Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.engine import Ok
from kiosk.conversation.events import (
    CardIn,
    CardOut,
    Desks,
    Ready,
    WorkDone,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import Session, StartPrint
from kiosk.conversation.steps import Print
from kiosk.conversation.touches import BackWanted, HelpWanted
from kiosk.domain.text import say
from kiosk.papers.not_done_slip import KIND, Stopped, not_done_slip
from kiosk.services.broken import Broken
from kiosk.services.help import Help
from kiosk.services.not_done import NotDone
from kiosk.services.offices import MATTERS, office_for
from kiosk.services.without_card import WithoutCard

NOT_DONE = NotDone("T001", "示例村服务站")
HELP = Help(NOT_DONE)
PRINTED = Ok(PrintReport(PrintJob(JobId("0" * 32), "not_done_slip", "00" * 32, 1), PrintOutcome.PRINTED))
OWN_TITLE = say("{surname}女士，您好", surname="刘")


@dataclass(frozen=True)
class OnePage:
    """A service that shows one step of each kind."""

    kind: str
    id: str = "matter"
    name = say("打印权益记录")

    async def converse(self, desk: Desk, *_about: object) -> None:
        way_on = (Offer("on", say("好")),)
        match self.kind:
            case "choose":
                await desk.choose("k", say("给谁缴？"), way_on)
            case "browse":
                await desk.browse("k", OWN_TITLE, offers=way_on)
            case "inform":
                await desk.inform("k", say("打印好了"))
            case "review":
                given = Answers((Given(say("谁"), say("他"), desk.change("k")),))
                await desk.choose("k", say("谁？"), way_on)
                await desk.review("r", say("请核对"), given, confirm=say("好"))
            case "present":
                await desk.present("k", say("请放卡"), offers=way_on)
            case _:
                await desk.enter("k", say("请输入"), FORM, hint=say("三个"), confirm=say("好"))


TITLES = {
    "choose": "给谁缴？",
    "browse": "刘女士，您好",
    "inform": "打印好了",
    "review": "请核对",
    "present": "请放卡",
    "enter": "请输入",
}
OF_SOMEBODY = "browse"
"""Its title names a resident."""


def at_page(kind: str) -> Stand:
    """A page of a service that the visit called."""
    stand = Stand(Session(PACE))
    visit = _Calling(OnePage(kind))
    stand.tell(Ready(Desks(visit, WithoutCard(()), HELP, Broken())), CardIn(CARD, DESK))
    if kind == "review":
        stand.touch("on")
    return stand


@dataclass(frozen=True)
class _Calling:
    """A visit that calls one service."""

    called: OnePage
    id: str = "visit"
    name = say("便民社保")

    async def converse(self, desk: Desk, *_about: object) -> None:
        await desk.call(self.called)


def helped(kind: str) -> Stand:
    stand = at_page(kind)
    stand.tell(HelpWanted())
    assert stand.asked == "help"
    stand.touch("not-done")
    assert stand.asked == "not-done"
    return stand


def told(stand: Stand) -> list[str]:
    assert stand.session.conversation is not None
    return list(texts_in(stand.session.conversation.due))


@pytest.mark.parametrize("kind", TITLES)
def test_it_is_told_in_which_service_and_on_which_page_one_was(kind: str) -> None:
    page = told(helped(kind))
    assert page[page.index("在办") + 1] == "打印权益记录"
    if kind == OF_SOMEBODY:
        assert "停在" not in page
        assert "我在便民终端办“打印权益记录”，没有办成，想问怎么办。" in page
    else:
        assert page[page.index("停在") + 1] == TITLES[kind]
        assert f"我在便民终端办“打印权益记录”，到“{TITLES[kind]}”这一页办不下去。" in page
    assert "这次没有扣款，也没有改动您的任何记录。" in page


@pytest.mark.parametrize("printing", [False, True])
@pytest.mark.parametrize("kind", TITLES)
def test_it_leads_back_to_exactly_where_one_was(kind: str, printing: bool) -> None:
    stand, before = helped(kind), at_page(kind).session.conversation
    if printing:
        (effect,) = stand.touch("print")
        assert isinstance(effect, StartPrint)
        stand.tell(WorkDone(stand.serial, PRINTED))
        stand.touch("done")
        assert stand.asked == "not-done"
    stand.touch("go-back")
    assert stand.asked == "help"
    stand.touch("understood")
    after = stand.session.conversation
    assert before is not None
    assert after is not None
    assert (after.frames, after.due, after.can_go_back) == (before.frames, before.due, before.can_go_back)


def test_back_leads_to_the_help_and_from_there_to_the_page() -> None:
    stand = helped("choose")
    stand.tell(BackWanted(stand.serial))
    assert stand.asked == "help"
    stand.tell(BackWanted(stand.serial))
    assert (stand.asked, len(stand.view().where)) == ("k", 2)


def test_over_the_help_and_what_is_opened_from_it_there_is_no_other_help() -> None:
    stand = at_page("choose")
    assert stand.view().can_help
    stand.tell(HelpWanted())
    for touched in ("not-done", "print"):
        assert not stand.view().can_help
        before = stand.session.conversation
        stand.tell(HelpWanted())
        assert stand.session.conversation is before
        stand.touch(touched)
    stand.tell(WorkDone(stand.serial, PRINTED))
    assert (stand.asked, stand.view().can_help) == ("printed", False)


def test_a_card_pulled_out_over_it_ends_the_session() -> None:
    stand = helped("browse")
    stand.tell(CardOut(CARD))
    assert (stand.phase, stand.session.conversation) == (Phase.OVER, None)


def test_from_the_menu_it_knows_of_no_matter() -> None:
    stand = Stand(Session(PACE))
    visit = _FromTile()
    stand.tell(Ready(Desks(visit, WithoutCard(()), HELP, Broken())), CardIn(CARD, DESK))
    page = told(stand)
    assert "我在便民终端办事，没有办成，想问怎么办。" in page
    assert not {"在办", "停在"} & set(page)


class _FromTile:
    """The overview calls with the visitor and his ledger."""

    id = "visit"
    name = say("我的社保")

    async def converse(self, desk: Desk, *_about: object) -> None:
        await desk.call(NOT_DONE, "刘桂兰", ("800100198103120242",))


def test_every_matter_has_its_office_and_telephone() -> None:
    page = " ".join(told(helped("choose")))
    for key, matter in MATTERS.items():
        office = office_for(DESK.region, key)
        assert str(matter) in page
        assert f"{office.name} {office.telephone}" in page


def test_what_only_the_resident_may_read_is_neither_said_to_a_clerk_nor_printed() -> None:
    assert "刘女士" not in "".join(told(helped(OF_SOMEBODY)))
    stand = helped(OF_SOMEBODY)
    (effect,) = stand.touch("print")
    assert isinstance(effect, StartPrint)
    assert isinstance(effect.step, Print)
    assert "刘女士" not in "".join(words_on(effect.step.paper))


def test_one_slip_is_enough_for_the_roll_is_everybodys() -> None:
    stand = helped(OF_SOMEBODY)
    stand.touch("print")
    stand.tell(WorkDone(stand.serial, PRINTED))
    stand.touch("done")
    assert stand.asked == "not-done"
    assert "打印带去" not in told(stand)


# The paper.

OFFICES = tuple((name, office_for(REGION, key)) for key, name in MATTERS.items())


@WIDTHS
@pytest.mark.parametrize("stopped", [None, Stopped(say("打印权益记录"), say("还需要证明是您本人"))])
def test_the_paper_has_all_that_one_says_and_where(stopped: Stopped | None, columns: int) -> None:
    paper = not_done_slip(stopped, OFFICES, AT)
    words = "".join(line.strip() for line in lines_of(paper, columns))
    assert paper.kind == KIND
    for wanted in (
        "办不成事",
        "打印地点 示例村服务站",
        "终端编号 T001",
        "2026年11月20日 09:30",
        "这张纸不是受理回执",
        "这样说",
    ):
        assert wanted in words
    for matter, office in OFFICES:
        assert f"问{matter}" in words
        assert office.telephone in words
    said = "我在便民终端办“打印权益记录”，到“还需要证明是您本人”这一页办不下去。"
    assert (said in words) is (stopped is not None)
    assert ("停在" in words) is (stopped is not None)


def test_the_screen_and_the_paper_say_the_same_sentence() -> None:
    stand = helped("browse")
    (effect,) = stand.touch("print")
    assert isinstance(effect, StartPrint)
    assert isinstance(effect.step, Print)
    sentence = "我在便民终端办“打印权益记录”，没有办成，想问怎么办。"
    assert sentence in words_on(effect.step.paper)
    assert sentence in told(helped("browse"))


@pytest.fixture
def stopped(at_terminal: Visit) -> Iterator[Resident]:
    """A resident who could not go on at the preview of his record."""
    with at_terminal() as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        resident.wait_for("preview:masked")
        resident.help()
        resident.wait_for("help")
        resident.touch("办不成事")
        page = resident.wait_for("not-done").text
        assert "到“您的个人权益记录”这一页办不下去" in page
        yield resident


def back_at_the_preview(resident: Resident) -> None:
    resident.touch("回去")
    resident.wait_for("help")
    resident.touch("知道了")
    assert resident.wait_for("preview:masked").view.can_help


def test_at_a_real_printer_it_comes_out_once_and_one_is_back(
    stopped: Resident, printer: PrinterProcess
) -> None:
    before = printer.settle()
    stopped.touch("打印带去")
    assert "带着它到窗口" in stopped.wait_for("printed").text
    assert printer.settle() == before + 1
    stopped.touch("取走了")
    stopped.wait_for("not-done")
    back_at_the_preview(stopped)
    assert printer.settle() == before + 1


def test_where_the_paper_ends_in_it_the_person_is_asked(stopped: Resident, printer: PrinterProcess) -> None:
    printer.control.paper_out_after(60)
    stopped.touch("打印带去")
    assert "打印机没有纸了" in stopped.wait_for("tray:1").text
    printer.control.load_paper()
    torn = printer.settle()
    stopped.touch("没有出来，或者不完整")
    stopped.wait_for("reprint:1")
    stopped.touch("再打一次")
    stopped.wait_for("printed")
    assert printer.settle() == torn + 1
    stopped.touch("取走了")
    stopped.wait_for("not-done")
    back_at_the_preview(stopped)


def test_where_nothing_can_be_printed_one_is_told_and_is_back_too(
    stopped: Resident, printer: PrinterProcess
) -> None:
    before = printer.settle()
    printer.control.cover(open_=True)
    stopped.touch("打印带去")
    assert "什么都没有印出来。这次打印没有扣款。" in stopped.wait_for("not-printed:1").text
    stopped.touch("不打了")
    stopped.wait_for("not-done")
    back_at_the_preview(stopped)
    printer.control.cover(open_=False)
    assert printer.settle() == before


def test_the_number_that_is_printed_whole_is_not_on_the_screen_but_while_it_is_held(
    at_terminal: Visit, printer: PrinterProcess
) -> None:
    number = "800100198103120242"
    with at_terminal() as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        resident.wait_for("preview:masked")
        resident.touch("印完整的号码")
        page = resident.wait_for("preview:whole")
        blocks = getattr(page.view.due, "blocks", ())
        facts = [fact for block in blocks if isinstance(block, Facts) for fact in block.facts]
        held = [fact for fact in facts if fact.held is not None]
        assert [str(fact.held) for fact in held] == [number]
        assert number not in " ".join(words_on(page.sheet))
        assert number not in " ".join(str(fact.value) for fact in facts)
        assert number not in repr(page.view), "in no log of the page"
        assert page.text.count(number) == 1, "what is held, and nowhere else"
        before = printer.settle()
        resident.touch("打印")
        resident.wait_for("printed")
        assert printer.settle() == before + 1
        assert number.encode() in printer.bin(before + 1), "the paper has it"
