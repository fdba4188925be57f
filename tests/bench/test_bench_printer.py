"""The printer at the bench: its papers in the strip, a hand at its panel, and its process going away."""

from __future__ import annotations

import socket

import pytest
from bench_stage import SOON_MS, Bench, OpenBench, PrinterProcess
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ui.bench.paper_strip import MOST_PAPERS
from ui.bench.printer_panel import AWAY

INIT, CUT = b"\x1b@", b"\x1dV\x41\x00"
PAPER_MM_80 = 640


@pytest.fixture
def bench(open_bench: OpenBench, printer_process: PrinterProcess) -> Bench:
    return open_bench(control=printer_process.control)


def print_bytes(printer: PrinterProcess, words: bytes) -> None:
    with socket.create_connection((printer.address.host, printer.address.port), timeout=5) as line:
        line.sendall(INIT + words + b"\n" + CUT)


def says(qtbot: QtBot, bench: Bench, words: str) -> None:
    qtbot.waitUntil(lambda: bench.window.printer.said.words == words, timeout=SOON_MS)


def click(qtbot: QtBot, bench: Bench, control: str) -> None:
    qtbot.mouseClick(getattr(bench.window.printer, control), Qt.MouseButton.LeftButton)


def test_papers_come_out_with_the_newest_on_top(
    qtbot: QtBot, bench: Bench, printer_process: PrinterProcess
) -> None:
    strip = bench.window.printer.strip
    for number in (1, 2):
        print_bytes(printer_process, b"hello")
        qtbot.waitUntil(lambda number=number: len(strip.sheets) == number, timeout=SOON_MS)
    assert [sheet.number for sheet in strip.sheets] == [2, 1]
    qtbot.waitUntil(lambda: strip.sheets[0].y() < strip.sheets[1].y(), timeout=SOON_MS)


def test_a_click_opens_a_paper_at_one_pixel_a_dot_and_the_next_fits_it_again(
    qtbot: QtBot, bench: Bench, printer_process: PrinterProcess
) -> None:
    strip = bench.window.printer.strip
    print_bytes(printer_process, b"hello")
    qtbot.waitUntil(lambda: len(strip.sheets) == 1, timeout=SOON_MS)
    sheet = strip.sheets[0]
    fitted = sheet.width()
    assert fitted < strip.width()
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton)
    assert sheet.actual
    assert PAPER_MM_80 <= sheet.width() <= PAPER_MM_80 + 20
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton)
    assert sheet.width() == fitted


def test_taking_the_paper_empties_the_strip_and_the_printers_tray(
    qtbot: QtBot, bench: Bench, printer_process: PrinterProcess
) -> None:
    strip, take = bench.window.printer.strip, bench.window.printer.take
    assert not take.isVisible()
    print_bytes(printer_process, b"hello")
    qtbot.waitUntil(take.isVisible, timeout=SOON_MS)
    click(qtbot, bench, "take")
    assert strip.sheets == ()
    assert not take.isVisible()
    with printer_process.hand() as hand:
        qtbot.waitUntil(lambda: hand.state().tray == (), timeout=SOON_MS)


def test_papers_that_lay_there_before_are_not_shown(
    qtbot: QtBot, printer_process: PrinterProcess, open_bench: OpenBench
) -> None:
    print_bytes(printer_process, b"before")
    qtbot.waitUntil((printer_process.out / "0001.png").exists, timeout=SOON_MS)
    bench = open_bench(control=printer_process.control)
    print_bytes(printer_process, b"after")
    qtbot.waitUntil(lambda: len(bench.window.printer.strip.sheets) == 1, timeout=SOON_MS)
    assert bench.window.printer.strip.sheets[0].number == 2


def test_the_strip_is_bounded_and_a_broken_file_has_its_place_in_it(
    qtbot: QtBot, open_bench: OpenBench
) -> None:
    bench = open_bench()
    bench.papers.mkdir()
    (bench.papers / "0001.png").write_bytes(b"no picture")
    qtbot.waitUntil(lambda: len(bench.window.printer.strip.sheets) == 1, timeout=SOON_MS)
    paper = QImage(64, 64, QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    for number in range(2, MOST_PAPERS + 5):
        paper.save(str(bench.papers / f"{number:04}.png"))
    strip = bench.window.printer.strip
    newest = MOST_PAPERS + 4
    qtbot.waitUntil(lambda: strip.sheets[0].number == newest, timeout=SOON_MS)
    assert [sheet.number for sheet in strip.sheets] == list(range(newest, newest - MOST_PAPERS, -1))


def test_paper_can_run_out_and_be_loaded(qtbot: QtBot, bench: Bench, printer_process: PrinterProcess) -> None:
    says(qtbot, bench, "正常，纸充足")
    click(qtbot, bench, "run_out")
    says(qtbot, bench, "再走 40 毫米，纸就用完")
    print_bytes(printer_process, b"line\n" * 40)
    says(qtbot, bench, "没有纸了")
    click(qtbot, bench, "load")
    says(qtbot, bench, "正常，纸充足")


def test_the_cover_switch_turns_when_the_cover_has_moved(
    qtbot: QtBot, bench: Bench, printer_process: PrinterProcess
) -> None:
    says(qtbot, bench, "正常，纸充足")
    click(qtbot, bench, "cover")
    assert bench.window.printer.cover.on is False
    says(qtbot, bench, "盖子开着")
    assert bench.window.printer.cover.on is True
    click(qtbot, bench, "cover")
    says(qtbot, bench, "正常，纸充足")


def test_a_silenced_printer_answers_nothing_until_it_may_again(
    qtbot: QtBot, bench: Bench, printer_process: PrinterProcess
) -> None:
    def answer() -> bytes:
        with socket.create_connection((printer_process.address.host, printer_process.address.port)) as line:
            line.settimeout(0.5)
            line.sendall(b"\x10\x04\x01")
            try:
                return line.recv(1)
            except TimeoutError:
                return b""

    says(qtbot, bench, "正常，纸充足")
    assert answer() == b"\x12"
    click(qtbot, bench, "silence")
    says(qtbot, bench, "不出声：什么都不回答")
    assert answer() == b""
    click(qtbot, bench, "silence")
    says(qtbot, bench, "正常，纸充足")
    assert answer() == b"\x12"


def test_a_printer_that_goes_is_said_to_be_away_and_its_switches_cannot_be_touched(
    qtbot: QtBot, bench: Bench, printer_process: PrinterProcess
) -> None:
    says(qtbot, bench, "正常，纸充足")
    assert bench.window.printer.load.isEnabled()
    printer_process.end()
    says(qtbot, bench, AWAY.words)
    panel = bench.window.printer
    assert not any(control.isEnabled() for control in (panel.load, panel.run_out, panel.cover, panel.silence))
