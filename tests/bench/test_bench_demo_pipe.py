"""What bench and demo say to each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from bench_stage import ROOT, SOON_MS, TRAY, OpenBench
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.bench.demo_pipe import BadLine, Scanned, Told, read_line


def test_the_centre_switch_asks_and_turns_only_when_it_is_told(qtbot: QtBot, open_bench: OpenBench) -> None:
    bench = open_bench()
    switch = bench.window.switches.centre
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert bench.said() == []
    bench.tell('{"centre":true}')
    qtbot.waitUntil(lambda: switch.on is True, timeout=SOON_MS)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert bench.said() == ['{"do":"centre","on":false}']
    assert switch.on is True
    bench.tell('{"centre":false}')
    qtbot.waitUntil(lambda: switch.on is False, timeout=SOON_MS)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert bench.said() == ['{"do":"centre","on":true}']


def test_a_power_cut_can_be_asked_once_for_each_front(qtbot: QtBot, open_bench: OpenBench) -> None:
    bench = open_bench()
    switches = bench.window.switches
    assert not switches.power_cut.isEnabled()
    bench.tell('{"centre":true,"front_pid":1234}')
    qtbot.waitUntil(switches.power_cut.isEnabled, timeout=SOON_MS)
    assert switches.words.text() == "终端进程 1234"
    for _ in range(2):
        qtbot.mouseClick(switches.power_cut, Qt.MouseButton.LeftButton)
    assert bench.said() == ['{"do":"power-cut"}']
    bench.tell('{"front_pid":1235}')
    qtbot.waitUntil(switches.power_cut.isEnabled, timeout=SOON_MS)
    assert switches.words.text() == "终端进程 1235"


def test_a_line_that_is_not_understood_is_left_and_the_next_is_heard(
    qtbot: QtBot, open_bench: OpenBench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = open_bench()
    bench.tell("no json")
    bench.tell('{"centre":true}')
    qtbot.waitUntil(lambda: bench.window.switches.centre.on is True, timeout=SOON_MS)
    assert "not understood: b'no json'" in capsys.readouterr().err


def test_closing_the_window_asks_the_demo_to_quit(qtbot: QtBot, open_bench: OpenBench) -> None:
    bench = open_bench()
    qtbot.mouseClick(bench.window.switches.quit, Qt.MouseButton.LeftButton)
    assert bench.said() == ['{"do":"quit"}']
    assert not bench.window.isVisible()


def bench_process(tray: Path, papers: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ui.bench", "--tray", str(tray), "--slots", "1,2"]
    return subprocess.Popen(
        [*command, "--printer-control", "127.0.0.1:1", "--papers", str(papers), *options],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "more",
    [
        (),
        tuple(
            word
            for device in ("pad", "gateway", "id", "voice")
            for word in (f"--{device}-control", "127.0.0.1:1")
        ),
    ],
    ids=["few", "all"],
)
def test_the_process_ends_when_its_stdin_does(tmp_path: Path, more: tuple[str, ...]) -> None:
    with bench_process(TRAY, tmp_path, *more) as process:
        out, _ = process.communicate('{"centre":true}\n', timeout=30)
    assert process.returncode == 0
    assert out in ("", '{"do":"quit"}\n')


def test_a_tray_that_is_none_is_told_and_the_process_does_not_start(tmp_path: Path) -> None:
    tray = tmp_path / "tray.toml"
    tray.write_text("[[card]]\nfile = 3\n")
    with bench_process(tray, tmp_path) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert f"{tray}: card.1.file" in errors


@pytest.mark.parametrize(
    "line",
    [
        *("", "{}", "[]", "7", '{"centre":1}', '{"front_pid":true}', '{"front_pid":"7"}', '{"power":true}'),
        *('{"scanned":1}', '{"scanned":{}}', '{"scanned":{"code":2,"codes":1,"altered":false}}'),
        *('{"scanned":{"code":true,"codes":1,"altered":false}}', '{"scanned":{"code":1,"codes":1}}'),
        '{"scanned":{"code":1,"codes":1,"altered":false,"text":"BM1:"}}',
    ],
)
def test_a_line_of_another_kind_is_not_understood(line: str) -> None:
    with pytest.raises(BadLine):
        read_line(line.encode())


@given(st.none() | st.booleans(), st.none() | st.integers(1, 2**22))
def test_every_line_that_the_demo_may_write_is_read(centre: bool | None, pid: int | None) -> None:
    said = {key: value for key, value in (("centre", centre), ("front_pid", pid)) if value is not None}
    if said:
        assert read_line(json.dumps(said).encode()) == Told(centre, pid)


@given(st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_a_scan_of_a_paper_is_read(before: int, after: int, altered: bool) -> None:
    told = {"scanned": {"code": before, "codes": before + after, "altered": altered}}
    scanned = Scanned(before, before + after, altered)
    assert read_line(json.dumps(told).encode()) == Told(scanned=scanned)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("centre", "front_pid", "scanned", "code", "do")), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.binary(max_size=200) | JSON.map(lambda content: json.dumps(content).encode()))
def test_any_other_line_is_a_bad_line_and_nothing_else(line: bytes) -> None:
    with suppress(BadLine):
        told = read_line(line)
        assert type(told.centre) in (bool, type(None))
        assert type(told.front_pid) in (int, type(None))
        assert type(told.scanned) in (Scanned, type(None))
