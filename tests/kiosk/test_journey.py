"""The main job, walked by a resident: card, overview, grid, finding, paper, over real parts."""

from __future__ import annotations

import re

from fixtures.centre import Centre
from fixtures.printer import PrinterProcess
from resident import Visit, marks, words_on

from drivers.printers.job_log import PrintOutcome
from kiosk.conversation.content import Facts
from kiosk.conversation.phase import Phase
from kiosk.conversation.steps import Browse
from kiosk.conversation.touches import Touched
from kiosk.conversation.view import Condition, View

SENTENCE = "您的职工医保 2019年1月到7月没有缴费，同期养老已缴"
LIU = "liu-guilan"
NUMBER = "800100198103120242"


def test_the_overview_says_what_is_missing_in_one_plain_sentence(at_terminal: Visit) -> None:
    with at_terminal() as resident:
        resident.insert(LIU)
        overview = resident.wait_for("overview")
        assert SENTENCE in overview.text.splitlines()
        assert "刘女士，您好" in overview.text
        for kind in ("职工养老", "职工医保", "失业保险", "工伤保险"):
            assert kind in overview.text
        for word in ("缴至", "累计", "欠缴", "参保缴费"):
            assert word in overview.text
        assert "桂兰" not in overview.text
        assert NUMBER not in overview.text
        assert not overview.view.can_go_back
        resident.wait(lambda sight: sight.view.status.paper is Condition.GOOD, "the paper's state")
        assert resident.sight.view.status.network is Condition.GOOD
        assert resident.sight.view.status.reader is Condition.GOOD


def test_the_grid_brackets_the_gap_and_the_finding_says_who_owes_it_and_where_to_go(
    at_terminal: Visit,
) -> None:
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("怎么回事")
        grid = resident.wait_for("grid:2019").grid
        medical = next(row for row in grid.rows if str(row.label) == "职工医保")
        pension = next(row for row in grid.rows if str(row.label) == "职工养老")
        assert medical.brackets == ((0, 6),)
        assert marks(medical.cells) == "△" * 7 + "●" * 5
        assert pension.brackets == ()
        assert marks(pension.cells) == "●" * 12
        assert SENTENCE in resident.sight.text

        resident.touch("怎么办")
        finding = resident.wait_for("finding").text
        assert finding.splitlines().count(SENTENCE) == 1
        assert "单位没有缴" in finding
        assert "由单位补缴" in finding
        assert "您不用缴" in finding
        assert "示例县医保中心" in finding
        assert "0800-1000002" in finding
        assert "身份证" in finding
        assert "2019年1月9日，示例县医保中心办理了停保（职工医保）" in finding

        resident.back()
        resident.wait_for("grid:2019")
        resident.touch_cell(grid.rows.index(medical), 0)
        month = resident.wait_for("month:310:2019-01").text
        assert "欠缴" in month
        assert "没有到账" in month
        resident.touch("知道了")
        resident.wait_for("grid:2019")
        resident.touch("2018年")
        resident.wait_for("grid:2018")
        resident.touch("回到我的社保")
        resident.wait_for("overview")


def test_a_rights_record_comes_out_is_proven_by_the_printer_and_its_code_is_known_at_the_centre(
    at_terminal: Visit, printer: PrinterProcess, centre: Centre
) -> None:
    before = printer.settle()
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        preview = resident.wait_for("preview:masked")
        said = list(words_on(preview.sheet))
        assert "【未盖章】" in said
        assert not any(NUMBER in one for one in said)
        (code,) = (one for text in said if (one := _code_in(text)))
        resident.touch("打印")
        resident.wait_for("printed")
        assert _outcomes(resident) == [PrintOutcome.PRINTED.value]
        resident.touch("取走了")
        resident.wait_for("overview")
        assert not resident.sight.view.can_go_back, "nobody steps back over a paper"
    assert printer.settle() == before + 1
    checked = centre.call("GET", f"/v1/papers/{code}")
    assert checked.status_code == 200
    assert checked.json()["masked_name"] == "刘*兰"
    assert "补打".encode("gb18030") not in printer.bin(before + 1)


def held_on(view: View) -> list[str]:
    """What is to be seen only while a button is held."""
    assert isinstance(view.due, Browse)
    facts = [fact for block in view.due.blocks if isinstance(block, Facts) for fact in block.facts]
    return [str(fact.held) for fact in facts if fact.held is not None]


def test_the_whole_number_is_printed_only_where_it_is_asked_for(
    at_terminal: Visit, printer: PrinterProcess
) -> None:
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        resident.wait_for("preview:masked")
        resident.touch("印完整的号码")
        whole = resident.wait_for("preview:whole")
        assert NUMBER not in words_on(whole.sheet), "it is covered on the screen"
        assert held_on(whole.view) == [NUMBER], "seen while its button is held"
        resident.back()
        assert held_on(resident.wait_for("preview:masked").view) == []
        resident.touch("印完整的号码")
        resident.wait_for("preview:whole")
        before = printer.settle()
        resident.touch("打印")
        resident.wait_for("printed")
    assert NUMBER.encode("gb18030") in printer.bin(before + 1)


def test_a_finding_slip_is_printed_and_there_is_a_way_back_to_the_overview(
    at_terminal: Visit, printer: PrinterProcess
) -> None:
    before = printer.settle()
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("怎么回事")
        resident.wait_for("grid")
        resident.touch("怎么办")
        resident.wait_for("finding")
        resident.touch("打印这张说明")
        resident.wait_for("printed")
        resident.touch("取走了")
        resident.wait_for("grid")
        resident.touch("回到我的社保")
        resident.wait_for("overview")
    assert printer.settle() == before + 1
    text = re.sub(rb"\x1bE[\x00\x01]|\n", b"", printer.bin(before + 1))
    assert SENTENCE.encode("gb18030") in text


def test_a_double_tap_on_print_prints_once(at_terminal: Visit, printer: PrinterProcess) -> None:
    before = printer.settle()
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        serial = resident.wait_for("preview:masked").view.serial
        key = resident.sight.offer("打印").key
        for _ in range(5):
            resident.runner.handle(Touched(serial, key))
        resident.wait_for("printed")
    assert printer.settle() == before + 1


def test_the_card_pulled_in_the_middle_of_a_page_blanks_it_at_once(at_terminal: Visit) -> None:
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        resident.wait_for("preview:masked")
        resident.pull()
        over = resident.wait_for_phase(Phase.OVER)
        assert (over.view.due, over.view.where, over.text) == (None, (), "")
        assert resident.overs == [False]


def test_the_card_pulled_while_the_centre_is_asked_ends_the_session_without_a_page(
    at_terminal: Visit, centre: Centre
) -> None:
    centre.arm("slow", "/v1/residents/", seconds=2)
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait(lambda sight: "正在查询" in sight.text)
        resident.pull()
        resident.wait_for_phase(Phase.OVER)
        assert not any("刘" in "".join(map(str, view.where)) + _page(view) for view in resident.views)


def test_the_next_front_begins_with_the_next_card(at_terminal: Visit) -> None:
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.leave()
        resident.wait_for_phase(Phase.TAKE_CARD)
        resident.pull()
        resident.wait_for_phase(Phase.OVER)
        assert resident.overs == [False]
    with at_terminal() as resident:
        resident.insert("yang-fan")
        assert "杨先生，您好" in resident.wait_for("overview").text
        assert SENTENCE not in resident.sight.text


def test_a_left_behind_card_shows_its_owner_to_nobody(at_terminal: Visit) -> None:
    first = at_terminal()
    with first:
        first.insert(LIU)
        first.wait_for("overview")
        first.leave()
        first.wait_for_phase(Phase.TAKE_CARD)
        assert first.terminal is not None
        # That front ends, and its card stays in.
        first.terminal.close()
        second = at_terminal(card_forgotten=True, hand=first.hand)
        with second:
            second.wait_for_phase(Phase.LEFT_BEHIND)
            second.pull()
            second.wait_for_phase(Phase.WAITING)
            assert all(view.due is None for view in second.views)
            second.insert("yang-fan")
            second.wait_for("overview")


def test_help_opens_over_a_page_and_returns_to_it(at_terminal: Visit) -> None:
    with at_terminal() as resident:
        resident.insert(LIU)
        page = resident.wait_for("overview")
        resident.help()
        assert "0800-1000002" in resident.wait_for("help").text
        assert not resident.sight.view.can_help
        resident.touch("知道了")
        assert resident.wait_for("overview").text == page.text


def _page(view: object) -> str:
    return repr(getattr(view, "due", ""))


def _code_in(text: str) -> str:
    found = re.search(r"\b[2-9A-Z]{4}(-[2-9A-Z]{4}){4}\b", text)
    return found[0] if found and text.startswith("验证码") else ""


def _outcomes(resident: object) -> list[str]:
    """What the journal in the vault says of the papers, newest first."""
    vault = resident.terminal._vault  # type: ignore[attr-defined]
    jobs = vault.submit(lambda cache: cache.journal.recent(10)).result(5)
    return [job.end.outcome if job.end is not None else "open" for job in jobs]
