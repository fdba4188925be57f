"""When the printer does not do as it should: what happened is said, and no paper comes twice by itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from fixtures.printer import PrinterProcess, eventually
from resident import Resident, Visit

from kiosk.services.delivery import MAX_ATTEMPTS

REPRINT = "补打".encode("gb18030")


@pytest.fixture
def at_preview(at_terminal: Visit, printer: PrinterProcess) -> Iterator[Resident]:
    """A resident who is about to print the rights record."""
    with at_terminal() as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        resident.wait_for("preview:masked")
        yield resident


def test_paper_out_in_the_middle_asks_the_person_and_prints_nothing_by_itself(
    at_preview: Resident, printer: PrinterProcess
) -> None:
    before = printer.settle()
    printer.control.paper_out_after(60)
    at_preview.touch("打印")
    tray = at_preview.wait_for("tray:1")
    assert "打印机没有纸了" in tray.text
    assert "不会自己再打一份" in tray.text
    assert not tray.view.can_go_back

    printer.control.load_paper()
    torn = printer.settle()
    assert torn <= before + 1, "only what was torn off with the old roll"
    at_preview.touch("没有出来，或者不完整")
    again = at_preview.wait_for("reprint:1")
    assert "补打" in again.text
    assert "没有扣款" in again.text
    assert printer.settle() == torn, "a new roll and an answer print nothing"

    at_preview.touch("再打一次")
    at_preview.wait_for("printed")
    assert printer.settle() == torn + 1
    assert REPRINT in printer.bin(torn + 1)


def test_a_paper_that_came_out_whole_all_the_same_is_not_offered_again(
    at_preview: Resident, printer: PrinterProcess
) -> None:
    before = printer.settle()
    printer.control.drop_connection(after_bytes=1500)
    at_preview.touch("打印")
    tray = at_preview.wait_for("tray:1")
    assert "连接断了" in tray.text
    papers = printer.settle()
    assert papers >= before
    at_preview.touch("出来了，是完整的")
    at_preview.wait_for("overview")
    assert printer.settle() == papers


def test_a_resident_who_has_enough_gets_no_second_copy(at_preview: Resident, printer: PrinterProcess) -> None:
    printer.control.paper_out_after(60)
    at_preview.touch("打印")
    at_preview.wait_for("tray:1")
    at_preview.touch("没有出来，或者不完整")
    at_preview.wait_for("reprint:1")
    printer.control.load_paper()
    papers = printer.settle()
    at_preview.touch("不打了")
    at_preview.wait_for("overview")
    assert printer.settle() == papers


@pytest.mark.parametrize(
    ("trouble", "says", "do"),
    [
        ("cover", "打印机的盖子开着", "盖子盖好"),
        ("paper", "打印机没有纸了", "装纸"),
        ("silent", "打印机没有回答", "告诉这里的工作人员"),
        ("power", "连不上打印机", "告诉这里的工作人员"),
    ],
)
def test_a_printer_that_cannot_begin_prints_nothing_and_says_why(
    at_preview: Resident, printer: PrinterProcess, trouble: str, says: str, do: str
) -> None:
    before = printer.settle()
    match trouble:
        case "cover":
            printer.control.cover(open_=True)
        case "paper":
            printer.control.paper_out_after(0)
        case "silent":
            printer.control.silence()
        case _:
            printer.control.power(on=False)
            eventually(lambda: not _listens(printer))
    at_preview.touch("打印")
    page = at_preview.wait_for("not-printed:1").text
    assert says in page
    assert do in page
    assert "什么都没有印出来。这次打印没有扣款。" in page

    printer.control.cover(open_=False)
    printer.control.load_paper()
    printer.control.silence(())
    printer.control.power(on=True)
    eventually(lambda: _listens(printer))
    assert printer.settle() == before, "what comes back prints nothing by itself"
    at_preview.touch("再打一次")
    at_preview.wait_for("printed")
    assert printer.settle() == before + 1
    assert REPRINT not in printer.bin(before + 1), "the first paper is no reprint"


def test_an_absent_printer_has_its_page_and_the_last_try_offers_no_other(at_terminal: Visit) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with at_terminal(address=f"tcp://127.0.0.1:{nobody.getsockname()[1]}") as resident:
            resident.insert("liu-guilan")
            resident.wait_for("overview")
            resident.touch("打印权益记录")
            resident.wait_for("preview")
            resident.touch("打印")
            for attempt in range(1, MAX_ATTEMPTS):
                assert "连不上打印机" in resident.wait_for(f"not-printed:{attempt}").text
                resident.touch("再打一次")
            last = resident.wait_for(f"not-printed:{MAX_ATTEMPTS}")
            assert "再打一次" not in last.text
            resident.touch("不打了")
            resident.wait_for("overview")


def _listens(printer: PrinterProcess) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex((printer.address.host, printer.address.port)) == 0
