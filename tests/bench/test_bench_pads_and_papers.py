"""What a visitor's hands ask of the demo: keys of the tactile pad, and papers held before the scanner."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from bench_stage import SOON_MS, Bench, OpenBench
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from demo.held_papers import HeldPapers, Read, altered
from demo.parts import XServer
from demo.tactile_pad import TactilePad
from kiosk.contract.seals.claims import CODE_SIGNS
from ui.bench.key_pad import PadKey


@pytest.mark.parametrize("key", list(PadKey))
def test_a_key_goes_down_and_comes_up_as_the_visitor_presses_it(
    qtbot: QtBot, open_bench: OpenBench, key: PadKey
) -> None:
    bench = open_bench()
    pressed = bench.window.key_pad.keys[key]
    qtbot.mousePress(pressed, Qt.MouseButton.LeftButton)
    assert bench.said() == [f'{{"do":"key","key":"{key}","down":true}}']
    qtbot.mouseRelease(pressed, Qt.MouseButton.LeftButton)
    assert bench.said() == [f'{{"do":"key","key":"{key}","down":false}}']


WINDOW = """
import sys
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def keyPressEvent(self, event):
        print("down", Qt.Key(event.key()).name, flush=True)
    def keyReleaseEvent(self, event):
        print("up", Qt.Key(event.key()).name, flush=True)
    def paintEvent(self, event):
        print("there", flush=True)

application = QApplication(sys.argv)
window = Window()
window.show()
application.exec()
"""
"""A terminal's window and another one over it, which has the focus."""


@pytest.fixture
def windows() -> Iterator[tuple[dict[str, str], subprocess.Popen[str], subprocess.Popen[str]]]:
    with XServer(800, 600) as screen:
        environment = os.environ | {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        made: list[subprocess.Popen[str]] = []
        for _ in range(2):
            window = subprocess.Popen(
                [sys.executable, "-c", WINDOW], env=environment, stdout=subprocess.PIPE, text=True
            )
            made.append(window)
            assert window.stdout is not None
            assert window.stdout.readline() == "there\n"
        yield environment, made[0], made[1]
        for window in made:
            window.kill()
            window.wait()
            if window.stdout is not None:
                window.stdout.close()


def test_the_pads_keys_go_to_the_terminals_window(
    windows: tuple[dict[str, str], subprocess.Popen[str], subprocess.Popen[str]],
) -> None:
    environment, terminal, other = windows
    pad = TactilePad(environment, lambda: terminal.pid)
    pad.press("Down")
    pad.release("Down")
    pad.press("Return")
    pad.release("Return")
    assert terminal.stdout is not None
    seen = []
    while len(seen) < 4:
        line = terminal.stdout.readline().strip()
        if line != "there":
            seen.append(line)
    assert seen == ["down Key_Down", "up Key_Down", "down Key_Return", "up Key_Return"]
    other.kill()
    assert other.stdout is not None
    assert "Key" not in other.stdout.read()


def test_a_key_that_the_pad_has_not_is_pressed_for_nobody() -> None:
    with pytest.raises(ValueError, match="no key of the pad"):
        TactilePad({}, lambda: None).release("Delete")


def paper(papers: Path, number: int, *codes: str) -> None:
    """A paper with these codes, one below the other."""
    picture = Image.new("L", (400, 20 + 400 * len(codes)), 255)
    for place, code in enumerate(codes):
        file = papers / "code.png"
        segno.make_qr(code).save(str(file), scale=6)
        with Image.open(file) as drawn:
            picture.paste(drawn.convert("L"), (20, 20 + 400 * place))
        file.unlink()
    picture.save(papers / f"{number:04}.png")


def test_a_paper_that_is_held_again_shows_its_next_code(tmp_path: Path) -> None:
    paper(tmp_path, 1, "HTTP://EXAMPLE/P/1", "BM1:TWO")
    paper(tmp_path, 2)
    held = HeldPapers(tmp_path)
    first, second = Read("HTTP://EXAMPLE/P/1", 1, 2), Read("BM1:TWO", 2, 2)
    assert [held.hold(1), held.hold(1), held.hold(1)] == [first, second, first]
    assert held.hold(2) is None
    assert held.hold(3) is None


@given(st.text(CODE_SIGNS, min_size=3, max_size=40))
def test_an_altered_code_differs_by_one_sign_and_is_still_written_in_its_signs(code: str) -> None:
    forged = altered(code)
    assert len(forged) == len(code)
    assert sum(one != other for one, other in zip(code, forged, strict=True)) == 1
    assert set(forged) <= set(CODE_SIGNS)


@pytest.fixture
def hung(qtbot: QtBot, open_bench: OpenBench) -> Bench:
    """A bench where the papers 1 and 2 hang; 2 came last."""
    bench = open_bench()
    bench.papers.mkdir()
    for number in (1, 2):
        (bench.papers / f"{number:04}.png").write_bytes(b"no picture")
    qtbot.waitUntil(lambda: len(bench.window.printer.strip.sheets) == 2, timeout=SOON_MS)
    return bench


def test_the_uppermost_paper_is_held_before_the_scanner(qtbot: QtBot, hung: Bench) -> None:
    scanner = hung.window.printer.scanner
    qtbot.mouseClick(scanner.scan, Qt.MouseButton.LeftButton)
    assert hung.said() == ['{"do":"scan","paper":2,"altered":false}']
    qtbot.mouseClick(scanner.forge, Qt.MouseButton.LeftButton)
    assert hung.said() == ['{"do":"scan","paper":2,"altered":true}']


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ('{"code":0,"codes":0,"altered":false}', "这张纸上没有码"),
        ('{"code":2,"codes":3,"altered":false}', "读到第 2 个码"),
        ('{"code":1,"codes":1,"altered":true}', "读到改过的码"),
    ],
)
def test_the_scanner_says_what_it_read(qtbot: QtBot, hung: Bench, told: str, words: str) -> None:
    hung.tell(f'{{"scanned":{told}}}')
    qtbot.waitUntil(lambda: hung.window.printer.scanner.words.words == words, timeout=SOON_MS)


def test_without_a_paper_there_is_nothing_to_scan(qtbot: QtBot, hung: Bench) -> None:
    scanner = hung.window.printer.scanner
    assert scanner.isVisibleTo(hung.window.printer)
    qtbot.mouseClick(hung.window.printer.take, Qt.MouseButton.LeftButton)
    assert not scanner.isVisibleTo(hung.window.printer)
