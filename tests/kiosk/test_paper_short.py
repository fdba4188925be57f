"""The roll nears its end: it is said before anything is paid or printed, and there is a code instead."""

from __future__ import annotations

from pathlib import Path

from fixtures.printer import PrinterProcess
from paying_bench import Shop, present_card, up_to_how
from resident import Resident, Visit, parts_of

from drivers.printers.profile import PrinterProfile
from drivers.printers.profile_file import profile_text
from kiosk.conversation.content import ForPhone
from kiosk.conversation.view import Condition

OWN = "本人 黄*仓"


def profile_with(near_end_mm: int, directory: Path) -> dict[str, dict[str, object]]:
    """Settings of a printer that surely has so much paper left when its sensor sees the end near."""
    file = directory / "printer.toml"
    file.write_text(profile_text(PrinterProfile("any", near_end_mm=near_end_mm)), "utf-8")
    return {"printer": {"profile": str(file)}}


def wait_for_paper(resident: Resident, condition: Condition) -> None:
    resident.wait(lambda sight: sight.view.status.paper is condition, "the paper's state")


def test_a_record_that_the_roll_is_too_short_for_is_not_begun_and_can_be_seen_by_phone(
    at_terminal: Visit, printer: PrinterProcess, tmp_path: Path
) -> None:
    before = printer.settle()
    printer.control.near_end()
    with at_terminal(more=profile_with(130, tmp_path)) as resident:
        wait_for_paper(resident, Condition.LOW)
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        page = resident.wait_for("paper-short")
        assert "纸不够打这一张，没有打印" in page.text
        assert "用手机扫码看" in page.text
        (code,) = parts_of(page.view.due, ForPhone)
        assert "/P/" in code.payload
        assert f"验证码 {code.payload.rpartition('/')[2]}" in page.text
        resident.touch("换好纸了，再打")
        resident.wait_for("paper-short")
        assert printer.settle() == before
        printer.control.load_paper()
        wait_for_paper(resident, Condition.GOOD)
        resident.touch("换好纸了，再打")
        resident.wait_for("preview:masked")
        resident.touch("打印")
        resident.wait_for("printed")
    assert printer.settle() == before + 1


def test_who_pays_is_told_before_that_the_receipt_will_not_come_and_gets_its_number(
    shop: Shop, printer: PrinterProcess
) -> None:
    before = printer.settle()
    printer.control.near_end()
    with shop.visit(**profile_with(130, shop.directory)) as farmer:
        wait_for_paper(farmer, Condition.LOW)
        up_to_how(farmer, "huang-mancang", OWN)
        assert "打印机里的纸可能不够打回单：缴费不受影响" in farmer.sight.text
        farmer.touch("银行卡")
        present_card(shop.pad)
        page = farmer.wait_for("not-printed:1")
        assert "不够打完这一张" in page.text
        assert "钱已经缴了" in page.text
        farmer.touch("不打了")
        told = farmer.wait_for("without-paper").text
        assert shop.entries()[0].receipt_number in told
    assert printer.settle() == before, "nothing was begun"
