"""All the parts of a terminal and its centre, each a process of its own, on this machine.

The stage owns the processes: it starts them in the order in which they need each other, knows how to cut the
centre or the power, and takes everything down at the end, however that comes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.virtual.pcsc_service import PrivatePcscd
from kiosk.clock import with_shared_start
from kiosk.front_pipe import FirstPage
from offline_cache.key_source import KeyBackend, KeySource
from offline_cache.keys import create_key

HERE = Path(__file__).parent
REGION = HERE.parent / "central" / "regions" / "demo.toml"
DEMO_NOW = "2026-11-20T09:30+08:00"
TERMINAL = "T001"
PLACE = "示例村服务站"
START_LIMIT_S = 30.0
STOP_LIMIT_S = 8.0


class StageError(Exception):
    """A part did not start; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """A screen in pixels and millimetres."""

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float


LANDSCAPE = ScreenSize(1280, 1024, 338, 270)
PORTRAIT = ScreenSize(1080, 1920, 268, 476)


class Stage:
    """A context manager; `directory` is emptied first and keeps logs, papers and the vault."""

    def __init__(
        self,
        directory: Path,
        *,
        screen: ScreenSize = LANDSCAPE,
        region: Path = REGION,
        virtual_screen: bool = True,
        settings: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """`virtual_screen`: an X server of its own; False: that of DISPLAY. `settings` adds to the file."""
        self.directory = directory.resolve()
        self.screen = screen
        self._region = region
        self._virtual_screen = virtual_screen
        self._more_settings = settings or {}
        self._parts = ExitStack()
        self._environment = with_shared_start(os.environ, os.environ.get("BIANMIN_NOW", DEMO_NOW))
        self._centre: subprocess.Popen[str] | None = None
        self._centre_port = 0
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.slot_ports: tuple[int, ...] = ()
        self.printer_port = 0
        self.printer_control = 0

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the stage runs with: clock, PC/SC service, display."""
        return dict(self._environment)

    @property
    def run_dir(self) -> Path:
        return self.directory / "run"

    @property
    def papers(self) -> Path:
        return self.directory / "printer"

    @property
    def config(self) -> Path:
        return self.directory / "terminal.toml"

    @property
    def centre_url(self) -> str:
        return f"http://127.0.0.1:{self._centre_port}"

    def __enter__(self) -> Self:
        try:
            self._set_up()
        except BaseException:
            self._parts.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    def start_terminal(self) -> None:
        """The supervisor, which starts the front."""
        self.supervisor = subprocess.Popen(
            [sys.executable, "-m", "kiosk.supervisor", "--config", str(self.config)],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stderr=self._log("terminal"),
        )
        self._parts.callback(_stop, self.supervisor)

    def cut_centre(self) -> None:
        """The centre is gone from one moment to the next, as when a line is cut."""
        if self._centre is not None:
            self._centre.kill()
            self._centre.wait(STOP_LIMIT_S)
            self._centre = None

    def restore_centre(self) -> None:
        """The same centre, with what it knew, at the same address."""
        if self._centre is not None:
            return
        arguments = ["--region", str(self._region), "--county", "demo", "--database-url", self._database]
        served = ["--port", str(self._centre_port), "--with-parent", "--allow-faults"]
        self._centre, line = self._start("centre", "central.cli", "serve", *arguments, *served)
        self._centre_port = int(line.rstrip("/").rpartition(":")[2])

    @property
    def centre_is_there(self) -> bool:
        return self._centre is not None and self._centre.poll() is None

    def _set_up(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)
        for made in (self.directory, self.run_dir, self.papers):
            made.mkdir(mode=0o700, parents=True)
        pcscd = self._parts.enter_context(PrivatePcscd(readers=1))
        self._environment |= pcscd.environment
        self.slot_ports = pcscd.ports
        if self._virtual_screen:
            self._environment["DISPLAY"] = self._parts.enter_context(_XServer(self.screen)).display
        self._environment["QT_QPA_PLATFORM"] = "xcb"
        _, line = self._start(
            "printer",
            "drivers.virtual.printer",
            *("--port", "0", "--control", "0", "--out", str(self.papers), "--with-parent"),
            *("--mm-per-s", "250"),
        )
        ports = json.loads(line)
        self.printer_port, self.printer_control = ports["port"], ports["control"]
        self._enrol()
        self._parts.callback(self.cut_centre)
        self.restore_centre()
        self._configure()
        if self._virtual_screen:
            self._paint_root_window()

    def _paint_root_window(self) -> None:
        """As on a terminal: between two fronts the attract picture is seen, not a black screen."""
        picture = self.directory / "attract.png"
        size = self.screen
        page = FirstPage(PLACE, size.width_px, size.height_px, size.width_mm, size.height_mm)
        for command in (
            [sys.executable, "-m", "ui.attract_picture", str(picture), "--first-page", page.to_argument()],
            ["hsetroot", "-cover", str(picture)],
        ):
            try:
                subprocess.run(
                    command,
                    env=self._environment,
                    stdout=subprocess.DEVNULL,
                    check=True,
                    timeout=START_LIMIT_S,
                )
            except (OSError, subprocess.CalledProcessError) as error:
                raise StageError(f"the root window was not painted: {error}; apt install hsetroot") from error

    @property
    def _database(self) -> str:
        return f"sqlite:///{self.directory / 'central.sqlite3'}"

    def _enrol(self) -> None:
        enrolled = subprocess.run(
            [
                *(sys.executable, "-m", "central.cli", "demo-enrol", "--terminal", TERMINAL),
                *("--key-out", str(self.directory / "device-key.pem"), "--database-url", self._database),
            ],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=START_LIMIT_S,
            check=False,
        )
        if enrolled.returncode != 0:
            raise StageError(f"the terminal was not enrolled: {enrolled.stderr}")

    def _configure(self) -> None:
        key = KeySource(KeyBackend.DEMO_KEY_FILE, "vault-key", self.directory / "vault-key")
        create_key(key, demo=True)
        told: dict[str, dict[str, object]] = {
            "terminal": {"id": TERMINAL, "place": PLACE, "run_dir": str(self.run_dir)},
            "screen": {name: getattr(self.screen, name) for name in ScreenSize.__slots__},
            "centre": {"url": self.centre_url, "device_key": str(self.directory / "device-key.pem")},
            "vault": {
                "path": str(self.directory / "vault" / "vault.db"),
                "key_backend": key.backend.value,
                "key_name": key.name,
                "key_file": str(key.file),
            },
            "printer": {"address": f"tcp://127.0.0.1:{self.printer_port}"},
        }
        for table, more in self._more_settings.items():
            told.setdefault(table, {}).update(more)
        self.config.write_text(f"demo = true\n{_toml(told)}", encoding="utf-8")

    def _start(self, name: str, module: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
        """A part that says in one line on stdout when it is ready, and ends when its stdin does."""
        part = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log(name),
            text=True,
        )
        self._parts.callback(_close, part)
        assert part.stdout is not None  # noqa: S101 opened as a pipe
        overdue = threading.Timer(START_LIMIT_S, part.kill)
        overdue.start()
        try:
            line = part.stdout.readline().strip()
        finally:
            overdue.cancel()
        if not line:
            raise StageError(f"{module} did not start; see {self.directory / f'{name}.log'}")
        return part, line

    def _log(self, name: str) -> int:
        """A log file's descriptor; children keep it, this process closes its own at the end."""
        opened = (self.directory / f"{name}.log").open("ab")
        self._parts.callback(opened.close)
        return opened.fileno()


class _XServer:
    """Xvfb on a display that it picks itself."""

    def __init__(self, screen: ScreenSize) -> None:
        self._screen = screen
        self.display = ""

    def __enter__(self) -> Self:
        if shutil.which("Xvfb") is None:
            raise StageError("Xvfb is missing: apt install xvfb")
        reading, writing = os.pipe()
        size = f"{self._screen.width_px}x{self._screen.height_px}x24"
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise StageError("Xvfb did not start")
        self.display = f":{number}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _stop(self._server)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close(part: subprocess.Popen[str]) -> None:
    for pipe in (part.stdin, part.stdout):
        if pipe is not None:
            pipe.close()
    try:
        part.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        part.kill()
        part.wait()


def wait_for(condition: Callable[[], bool], limit_s: float, what: str) -> None:
    """Looks until `condition` holds; raises `StageError` naming `what` after `limit_s`."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise StageError(f"waited {limit_s:g} s for {what}")
        time.sleep(0.01)


def _toml(tables: Mapping[str, Mapping[str, object]]) -> str:
    """Strings, numbers and booleans in tables: all that the settings hold."""
    lines = []
    for table, values in tables.items():
        lines.append(f"\n[{table}]")
        lines.extend(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return "\n".join(lines) + "\n"
