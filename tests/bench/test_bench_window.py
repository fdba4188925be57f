"""The bench's window as a whole: what stands on its shelf, and where it stands itself."""

from __future__ import annotations

import pytest
from bench_stage import SOON_MS, OpenBench, PrinterProcess
from fixtures.gateway import RunningGateway
from fixtures.pin_pad import PinPadProcess
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.bench.room import BENCH_WIDTH, WIDE_BENCH, bench_width, terminal_width


def test_a_bench_shows_only_the_devices_that_it_was_told_of(open_bench: OpenBench) -> None:
    window = open_bench().window
    assert window.pad is None
    assert window.phone is None
    assert len(window.shelf.tabs) == 1


def test_each_tab_says_how_its_device_is(
    qtbot: QtBot,
    open_bench: OpenBench,
    printer_process: PrinterProcess,
    pad_process: PinPadProcess,
    own_gateway: RunningGateway,
) -> None:
    pad = pad_process.control._socket.getpeername()[1]
    window = open_bench(control=printer_process.control, pad=pad, gateway=own_gateway).window
    told = ["打印机：正常", "密码键盘：空闲", "手机：没有单子"]
    qtbot.waitUntil(
        lambda: [tab.accessibleName() for tab in window.shelf.tabs] == told,
        timeout=SOON_MS,
    )
    pad_process.kill()
    told[1] = "密码键盘：不在"
    qtbot.waitUntil(
        lambda: [tab.accessibleName() for tab in window.shelf.tabs] == told,
        timeout=SOON_MS,
    )


def test_a_paper_brings_the_printer_to_the_front(
    qtbot: QtBot, open_bench: OpenBench, pad_process: PinPadProcess
) -> None:
    bench = open_bench(pad=pad_process.control._socket.getpeername()[1])
    shelf = bench.window.shelf
    qtbot.mouseClick(shelf.tabs[1], Qt.MouseButton.LeftButton)
    assert shelf.front is bench.window.pad
    bench.papers.mkdir()
    (bench.papers / "0001.png").write_bytes(b"no picture")
    qtbot.waitUntil(lambda: shelf.front is bench.window.printer, timeout=SOON_MS)


@given(st.integers(1, 10_000))
def test_the_terminal_has_room_beside_the_bench_or_the_whole_screen(width: int) -> None:
    left = terminal_width(width)
    assert left == width or left == width - bench_width(width) >= 800


@given(st.integers(1, 10_000))
def test_a_wide_bench_leaves_the_terminal_more_room_than_a_narrow_one_must(width: int) -> None:
    assert bench_width(width) == BENCH_WIDTH or width - WIDE_BENCH > 1024


@pytest.mark.parametrize("wide", [False, True])
def test_with_every_device_the_bench_fits_its_width_and_a_usual_height(
    open_bench: OpenBench, own_gateway: RunningGateway, *, wide: bool
) -> None:
    window = open_bench((1, 2), pad=1, gateway=own_gateway, id_module=1, voice=1, wide=wide).window
    least = window.minimumSizeHint()
    assert least.width() <= window.width() == (WIDE_BENCH if wide else BENCH_WIDTH)
    assert least.height() <= (1024 if not wide else 900)


@pytest.mark.parametrize("screen", [1280, 1366, 1920])
def test_on_a_usual_screen_both_have_room(screen: int) -> None:
    assert terminal_width(screen) < screen


def test_on_a_small_screen_the_bench_lies_at_its_right_edge(open_bench: OpenBench) -> None:
    window = open_bench().window
    window.show_beside()
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert window.width() == BENCH_WIDTH
    assert room.contains(window.geometry())
    assert room.right() - window.geometry().right() < 40


def test_the_bench_is_moved_by_its_ground(qtbot: QtBot, open_bench: OpenBench) -> None:
    window = open_bench().window
    window.move(100, 50)
    edge = QPoint(3, 3)
    qtbot.mousePress(window, Qt.MouseButton.LeftButton, pos=edge)
    qtbot.mouseMove(window, edge + QPoint(40, 20))
    qtbot.mouseRelease(window, Qt.MouseButton.LeftButton, pos=edge)
    assert window.pos() == QPoint(140, 70)
