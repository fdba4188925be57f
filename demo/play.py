"""With a screen: the terminal's real window, and the bench beside it where there is room for both.

The bench asks for what the world does to a terminal: the centre cut off, the power gone, keys pressed, papers
held before the scanner. This process owns the parts, so it does these things, and tells the bench how they
are.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from demo.held_papers import HeldPapers, altered
from demo.stage import HERE, ScreenSize, Stage
from demo.tactile_pad import KEYS, TactilePad
from ui.bench.room import terminal_width

TELL_EVERY_S = 0.5
INCH_MM = 25.4
USUAL_DPI = 96
LEAST_MM = (338.0, 270.0)
"""A window beside the bench is drawn as a screen of at least this size: smaller, but whole."""


def run(output: Path) -> int:
    """Until the bench is closed."""
    screen = _screen()
    with Stage(output / "stage", screen=screen, virtual_screen=False, sound_pace=1.0) as stage:
        stage.start_terminal()
        bench = subprocess.Popen(
            [
                *(sys.executable, "-m", "ui.bench", "--tray", str(HERE / "tray.toml")),
                *("--slots", ",".join(map(str, stage.slot_ports))),
                *("--printer-control", f"127.0.0.1:{stage.printer_control}"),
                *("--pad-control", f"127.0.0.1:{stage.pad_control}"),
                *("--gateway-control", f"127.0.0.1:{stage.gateway_control}"),
                *("--id-control", f"127.0.0.1:{stage.id_control}"),
                *("--voice-control", f"127.0.0.1:{stage.voice_control}"),
                *("--papers", str(stage.papers)),
                *("--sounds", str(stage.sounds)),
            ],
            env=stage.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        world = World(stage, bench)
        threading.Thread(target=world.tell, daemon=True).start()
        try:
            world.listen()
        finally:
            bench.terminate()
            bench.wait(5)
    return 0


class World:
    """Does what the bench asks for, and tells it how things are."""

    def __init__(self, stage: Stage, bench: subprocess.Popen[str]) -> None:
        self._stage, self._bench = stage, bench
        self._papers = HeldPapers(stage.papers)
        self._pad = TactilePad(stage.environment, lambda: _front_pid(stage))
        self._telling = threading.Lock()

    def listen(self) -> None:
        """Until the bench asks to end, or is gone."""
        assert self._bench.stdout is not None  # noqa: S101 opened as a pipe
        for line in self._bench.stdout:
            asked = json.loads(line)
            match asked:
                case {"do": "quit"}:
                    return
                case {"do": "centre", "on": bool() as on}:
                    if on:
                        self._stage.restore_centre()
                    else:
                        self._stage.cut_centre()
                case {"do": "power-cut"}:
                    self._cut_power()
                case {"do": "key", "key": str() as key, "down": bool() as down} if key in KEYS:
                    if down:
                        self._pad.press(key)
                    else:
                        self._pad.release(key)
                case {"do": "scan", "paper": int() as paper, "altered": bool() as forged}:
                    self._scan(paper, forged=forged)
                case _:
                    print(f"demo: the bench asks for {line.strip()!r}, which is not known", file=sys.stderr)

    def tell(self) -> None:
        """How things are, again and again, until the bench is gone."""
        while self._bench.poll() is None:
            self._say({"centre": self._stage.centre_is_there, "front_pid": _front_pid(self._stage)})
            time.sleep(TELL_EVERY_S)

    def _say(self, told: Mapping[str, object]) -> None:
        assert self._bench.stdin is not None  # noqa: S101 opened as a pipe
        try:
            with self._telling:
                self._bench.stdin.write(json.dumps(told) + "\n")
                self._bench.stdin.flush()
        except (BrokenPipeError, ValueError):
            return  # the bench was closed between the look and the word

    def _cut_power(self) -> None:
        pid = _front_pid(self._stage)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def _scan(self, paper: int, *, forged: bool) -> None:
        read = self._papers.hold(paper)
        if read is None:
            self._say({"scanned": {"code": 0, "codes": 0, "altered": False}})
            return
        self._stage.scan(altered(read.text) if forged else read.text)
        self._say({"scanned": {"code": read.code, "codes": read.codes, "altered": forged}})


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
