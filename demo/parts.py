"""The processes of the stage, one by one: started, killed, started again, and put away at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

START_LIMIT_S = 30.0
STOP_LIMIT_S = 8.0


class StageError(Exception):
    """A part did not start, or something did not come in time; the message says what."""


class Part:
    """A Python module run as a process of its own, at most one at a time. What it complains of is kept in
    `NAME.log`."""

    def __init__(self, name: str, module: str, directory: Path, environment: Mapping[str, str]) -> None:
        """`directory` is for the log; `environment` is read at every start."""
        self._log = directory / f"{name}.log"
        self._module = module
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """None where it is not running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self, *arguments: str) -> None:
        """Start it where it is not running. It ends at SIGTERM, and with the thread that started it."""
        if self.pid is None:
            self._start(arguments, heard=False)

    def start_and_hear(self, *arguments: str) -> str:
        """Start it; the one line that it says when it is ready. It ends when its stdin does.

        Raises:
            StageError: it ended, or said nothing within 30 s.
        """
        started = self._start(arguments, heard=True)
        assert started.stdout is not None  # noqa: S101 opened as a pipe
        overdue = threading.Timer(START_LIMIT_S, started.kill)
        overdue.start()
        try:
            line = started.stdout.readline().strip()
        finally:
            overdue.cancel()
        if not line:
            raise StageError(f"{self._module} did not start; see {self._log}")
        return line

    def say(self, line: str) -> None:
        """A line on the stdin of a part that was heard.

        Raises:
            StageError: it is not running.
        """
        process = self._process
        if process is None or process.stdin is None or process.poll() is not None:
            raise StageError(f"{self._module} is not running; see {self._log}")
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
        except BrokenPipeError as error:
            raise StageError(f"{self._module} has gone; see {self._log}") from error

    def kill(self) -> None:
        """It is gone from one moment to the next, with SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._wait(self._process)

    def close(self) -> None:
        """End it as it is meant to end, or with SIGKILL where it does not within 8 s."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        else:
            self._process.terminate()
        self._wait(self._process)

    def _start(self, arguments: tuple[str, ...], *, heard: bool) -> subprocess.Popen[str]:
        if self.pid is not None:
            raise StageError(f"{self._module} is running already")
        self.close()
        # What does not hang on our stdin ends when the thread that starts it ends, however that comes.
        hangs_on_us = () if heard else ("setpriv", "--pdeathsig", "TERM")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*hangs_on_us, sys.executable, "-m", self._module, *arguments],
                env=dict(self._environment),
                stdin=subprocess.PIPE if heard else subprocess.DEVNULL,
                stdout=subprocess.PIPE if heard else None,
                stderr=log,
                text=True,
            )
        return self._process

    def _wait(self, process: subprocess.Popen[str]) -> None:
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None


class XServer:
    """Xvfb on a display that it picks itself. A context manager."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self._size = f"{width_px}x{height_px}x24"
        self.display = ""

    def __enter__(self) -> Self:
        if shutil.which("Xvfb") is None:
            raise StageError("Xvfb is missing: apt install xvfb")
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-nolisten", "tcp", "-noreset"],
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
        self._server.terminate()
        try:
            self._server.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
