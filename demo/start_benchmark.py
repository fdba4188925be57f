"""The front's start beside Chromium's, as a kiosk has it: both on one screen, in turn, with the same page.

Both are seen by the same eye: the first moment at which rows of the screen's pixels are those of the page.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from demo.first_page_html import first_page_html
from demo.stage import Stage, StageError, wait_for
from demo.x_screen import XScreen
from kiosk.front_pipe import FirstPage
from kiosk.settings import load_settings

ROUNDS = 9
LOOK_S = 0.002
"""Between two looks at the screen."""
SETTLED_S = 2.0
LIMIT_S = 30.0
_END_S = 5.0
_AT_REST = 0.01
"""Of its memory, what a program at rest takes or gives within `SETTLED_S`."""
_FIRST_ROW, _LAST_ROW, _ROWS = 0.15, 0.85, 24
"""Of the height: between the status line, which has a clock, and the footer."""


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds from the process's start until its page stood on the screen, and MB (PSS, all its
    processes) once it has settled, `SETTLED_S` later or more."""

    ms: float
    mb: float


@dataclass(frozen=True, slots=True)
class Starts:
    """`chromium` is None where it is not installed: nothing was measured."""

    front: Start
    """Medians."""
    chromium: Start | None
    runs: tuple[tuple[Start, ...], ...]
    """Each round by itself, in that order."""

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Program:
    """What is started, and how one sees of the first run that its page stands."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    stands: Callable[[subprocess.Popen[bytes]], None]


def starts(stage: Stage, rounds: int = ROUNDS) -> Starts:
    page: FirstPage = load_settings(stage.config).first_page
    programs = [_front(stage, page)]
    if shutil.which("chromium") is not None:
        programs.append(_chromium(stage, page))
    with XScreen(stage.environment["DISPLAY"], page.width_px) as screen:
        eye = _Eye(screen, page.height_px)
        pages = [_page_of(program, eye) for program in programs]
        runs = tuple(
            tuple(_run(program, eye, wanted) for program, wanted in zip(programs, pages, strict=True))
            for _ in range(rounds)
        )
    own, *others = (
        Start(median(run.ms for run in of_one), median(run.mb for run in of_one))
        for of_one in zip(*runs, strict=True)
    )
    return Starts(own, others[0] if others else None, runs)


def _front(stage: Stage, page: FirstPage) -> _Program:
    """As the supervisor starts it; its first line on stdout says that it has painted."""

    def stands(process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None or not process.stdout.readline():
            raise StageError("the front painted nothing")
        time.sleep(0.05)  # until the X server has what was sent to it

    told = ("--config", str(stage.config), "--first-page", page.to_argument())
    return _Program((sys.executable, "-m", "ui.main", *told), stage.environment, stands)


def _chromium(stage: Stage, page: FirstPage) -> _Program:
    """With what makes it start sooner and smaller, where there is no graphics card either. Its profile is the
    same in all runs: the first one makes it."""
    file = stage.directory / "first-page.html"
    file.write_text(first_page_html(page), encoding="utf-8")
    quiet = ("no-first-run", "no-default-browser-check", "disable-extensions", "disable-sync")
    more = ("disable-component-update", "disable-background-networking", "hide-crash-restore-bubble")
    command = (
        *("chromium", "--kiosk", "--disable-gpu", "--password-store=basic"),
        *(f"--{flag}" for flag in (*quiet, *more)),
        # Its sandbox refuses root. Without it, it is if anything quicker.
        *(("--no-sandbox",) if os.geteuid() == 0 else ()),
        f"--user-data-dir={stage.directory / 'chromium'}",
        *(f"--window-size={page.width_px},{page.height_px}", "--window-position=0,0"),
        file.as_uri(),
    )
    return _Program(command, stage.environment, lambda _: time.sleep(3 * SETTLED_S))


class _Eye:
    """Sees rows of the screen, from edge to edge."""

    def __init__(self, screen: XScreen, height_px: int) -> None:
        self._screen = screen
        span = _LAST_ROW - _FIRST_ROW
        self._heights = tuple(int(height_px * (_FIRST_ROW + span * row / _ROWS)) for row in range(_ROWS))

    def look(self) -> bytes:
        return self._screen.rows(self._heights)

    def wait_for(self, page: bytes) -> None:
        """Raises `StageError` where it does not come to stand on the screen."""
        deadline = time.perf_counter() + LIMIT_S
        while self.look() != page:
            if time.perf_counter() > deadline:
                raise StageError(f"the first page did not stand on the screen within {LIMIT_S:g} s")
            time.sleep(LOOK_S)


def _page_of(program: _Program, eye: _Eye) -> bytes:
    """How its page looks on the screen; this first run is not measured."""
    empty = eye.look()
    with _running(program) as process:
        program.stands(process)
        page = eye.look()
    wait_for(lambda: eye.look() == empty, LIMIT_S, "an empty screen")
    if page == empty:
        raise StageError(f"{program.command[0]} showed nothing")
    return page


def _run(program: _Program, eye: _Eye, page: bytes) -> Start:
    if eye.look() == page:
        raise StageError("the page stands on the screen before its program was started")
    began = time.perf_counter()
    with _running(program) as process:
        eye.wait_for(page)
        took_ms = (time.perf_counter() - began) * 1000
        memory = _settled_mb(process.pid)
    wait_for(lambda: eye.look() != page, LIMIT_S, "an empty screen")
    return Start(took_ms, memory)


def _settled_mb(pid: int) -> float:
    """Of all its processes, when they have come to rest: a busy machine may still be loading after 2 s."""
    deadline = time.perf_counter() + LIMIT_S
    time.sleep(SETTLED_S)
    before, now = 0.0, _family_mb(pid)
    while abs(now - before) > now * _AT_REST:
        if time.perf_counter() > deadline:
            raise StageError(f"the memory of process {pid} still changes after {LIMIT_S:g} s")
        time.sleep(SETTLED_S)
        before, now = now, _family_mb(pid)
    return now


def _family_mb(pid: int) -> float:
    return sum(pss_mb(one) for one in _family(pid))


@contextmanager
def _running(program: _Program) -> Iterator[subprocess.Popen[bytes]]:
    """Ended at the end, with its children."""
    process = subprocess.Popen(
        program.command,
        env=dict(program.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        family = _family(process.pid)
        process.terminate()
        try:
            process.communicate(timeout=_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        wait_for(lambda: not any(map(_is_there, family)), LIMIT_S, f"the end of {program.command[0]}")


def pss_mb(pid: int) -> float:
    """Its own memory and its share of what it shares (proc(5), smaps_rollup)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) / 1024
    raise StageError(f"no Pss of process {pid}")


def _family(pid: int) -> list[int]:
    """A process and all that came of it (proc(5), task/…/children)."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found.extend(map(int, children.read_text(encoding="ascii").split()))
    return found


def _is_there(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
