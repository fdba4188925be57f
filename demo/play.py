"""With a screen: the terminal's real window, and the bench beside it where there is room for both.

The bench asks for what the world does to a terminal: the centre cut off, the power gone. This process owns
the parts, so it does these things, and tells the bench how they are.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from demo.stage import HERE, ScreenSize, Stage
from ui.bench.room import terminal_width

TELL_EVERY_S = 0.5
INCH_MM = 25.4
USUAL_DPI = 96
LEAST_MM = (300.0, 270.0)
"""A window beside the bench is drawn as a screen of at least this size: smaller, but whole."""


def run(output: Path) -> int:
    """Until the bench is closed."""
    with Stage(output / "stage", screen=_screen(), virtual_screen=False) as stage:
        stage.start_terminal()
        bench = subprocess.Popen(
            [
                *(sys.executable, "-m", "ui.bench", "--tray", str(HERE / "tray.toml")),
                *("--slots", ",".join(map(str, stage.slot_ports))),
                *("--printer-control", f"127.0.0.1:{stage.printer_control}"),
                *("--pad-control", f"127.0.0.1:{stage.pad_control}"),
                *("--gateway-control", f"127.0.0.1:{stage.gateway_control}"),
                *("--id-control", f"127.0.0.1:{stage.id_control}"),
                *("--papers", str(stage.papers)),
            ],
            env=stage.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        telling = threading.Thread(target=_tell, args=(bench, stage), daemon=True)
        telling.start()
        try:
            _listen(bench, stage)
        finally:
            bench.terminate()
            bench.wait(5)
    return 0


def _listen(bench: subprocess.Popen[str], stage: Stage) -> None:
    assert bench.stdout is not None  # noqa: S101 opened as a pipe
    for line in bench.stdout:
        asked = json.loads(line)
        match asked:
            case {"do": "centre", "on": True}:
                stage.restore_centre()
            case {"do": "centre", "on": False}:
                stage.cut_centre()
            case {"do": "power-cut"}:
                pid = _front_pid(stage)
                if pid is not None:
                    os.kill(pid, signal.SIGKILL)
            case {"do": "quit"}:
                return
            case _:
                print(f"demo: the bench asks for {line.strip()!r}, which is not known", file=sys.stderr)


def _tell(bench: subprocess.Popen[str], stage: Stage) -> None:
    assert bench.stdin is not None  # noqa: S101 opened as a pipe
    try:
        while bench.poll() is None:
            state = {"centre": stage.centre_is_there, "front_pid": _front_pid(stage)}
            bench.stdin.write(json.dumps(state) + "\n")
            bench.stdin.flush()
            time.sleep(TELL_EVERY_S)
    except (BrokenPipeError, ValueError):
        return  # the bench was closed between the look and the word


def _front_pid(stage: Stage) -> int | None:
    try:
        seen = json.loads((stage.run_dir / "glass.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    pid: int = seen["front_pid"]
    return pid


def _screen() -> ScreenSize:
    """What the bench leaves of the primary screen."""
    whole = _primary_screen()
    width_px = terminal_width(whole.width_px)
    if width_px == whole.width_px:
        return whole
    px_per_mm = min(width_px / LEAST_MM[0], whole.height_px / LEAST_MM[1])
    width_mm, height_mm = width_px / px_per_mm, whole.height_px / px_per_mm
    return ScreenSize(width_px, whole.height_px, round(width_mm, 1), round(height_mm, 1))


def _primary_screen() -> ScreenSize:
    """Asked of Qt in a process of its own: only `ui` knows Qt."""
    asked = subprocess.run(
        [sys.executable, "-m", "ui.screen_size"], capture_output=True, text=True, timeout=20, check=True
    )
    size = json.loads(asked.stdout)
    mm = INCH_MM / USUAL_DPI
    width_mm = size["width_mm"] if size["width_mm"] >= 150 else size["width_px"] * mm
    height_mm = size["height_mm"] if size["height_mm"] >= 150 else size["height_px"] * mm
    return ScreenSize(size["width_px"], size["height_px"], round(width_mm, 1), round(height_mm, 1))
