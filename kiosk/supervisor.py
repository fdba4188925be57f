"""`kiosk`: starts the front, and the next when it ends. Shows nothing itself and knows no resident.

One front is one resident's session: what the process knew goes with it. A front that hangs or dies is
replaced; start-up is recovery, after a good evening as after a power cut.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import structlog

from kiosk.clock import with_shared_start
from kiosk.front_pipe import BEAT_EVERY_S, EX_CONFIG, FrontExit
from kiosk.logs import configure_logs
from kiosk.service_manager import beat, notify
from kiosk.settings import DEFAULT_FILE, SettingsError, load_settings, made_run_dir
from offline_cache.locks import LockHeld, ProcessLock


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a front is waited for, in seconds."""

    start_s: float = 30.0
    beat_s: float = 4 * BEAT_EVERY_S
    """A front paints and says so every few seconds; longer silence is a hang."""
    stop_s: float = 5.0
    longest_pause_s: float = 4.0
    """Between fronts that die at once; a killed front is back within 5 s."""
    steady_after_s: float = 5.0


class Supervisor:
    """Runs one front after another until it is told to stop."""

    def __init__(
        self, front: Sequence[str], environment: dict[str, str], patience: Patience = Patience()
    ) -> None:
        self._front = tuple(front)
        self._environment = environment
        self._patience = patience
        self._stopping = False
        self._wake_read, self._wake_write = os.pipe()
        self._log = structlog.get_logger()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Asks the loop to end; safe in a signal handler."""
        self._stopping = True
        os.write(self._wake_write, b"x")

    def run(self) -> int:
        """Until stopped; gives the exit code of the supervisor itself."""
        pause, card_forgotten = 0.0, False
        while not self._stopping:
            began = time.monotonic()
            code = self._one_front(card_forgotten=card_forgotten)
            if code == FrontExit.CONFIGURATION:
                return EX_CONFIG
            died = code not in set(FrontExit)
            # A front that died cannot say whether the forgotten card was taken: it still counts as forgotten.
            card_forgotten = code == FrontExit.CARD_FORGOTTEN or (card_forgotten and died)
            at_once = time.monotonic() - began < self._patience.steady_after_s
            pause = min(self._patience.longest_pause_s, max(0.1, pause * 2)) if died and at_once else 0.0
            if pause and not self._stopping:
                self._wait(pause)
        return 0

    def _one_front(self, *, card_forgotten: bool) -> int:
        arguments = [*self._front, *(["--card-forgotten"] if card_forgotten else [])]
        front = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            # What it started, a sound that plays, goes with it however it ends.
            start_new_session=True,
        )
        self._log.info("front started", pid=front.pid)
        notify(f"READY=1\nSTATUS=front {front.pid}")
        try:
            self._watch(front)
        finally:
            code = self._end(front)
        self._log.info("front ended", pid=front.pid, status=code)
        return code

    def _watch(self, front: subprocess.Popen[bytes]) -> None:
        """Until the front closes its pipe, hangs, or this process is told to stop."""
        assert front.stdout is not None  # noqa: S101 it was opened as a pipe
        limit = self._patience.start_s
        with selectors.DefaultSelector() as ready:
            ready.register(front.stdout, selectors.EVENT_READ)
            ready.register(self._wake_read, selectors.EVENT_READ)
            while not self._stopping:
                spoke = {key.fileobj for key, _ in ready.select(timeout=limit)}
                if not spoke:
                    self._log.error("front hangs", pid=front.pid)
                    front.kill()
                    return
                # The signal to stop wakes this too, and then there is nothing to read.
                if front.stdout not in spoke:
                    continue
                if not os.read(front.stdout.fileno(), 4096):
                    return
                beat()
                limit = self._patience.beat_s

    def _end(self, front: subprocess.Popen[bytes]) -> int:
        """The front goes when its stdin closes; it is killed where it does not."""
        assert front.stdin is not None and front.stdout is not None  # noqa: S101, PT018 opened as pipes
        front.stdin.close()
        try:
            code = front.wait(self._patience.stop_s)
        except subprocess.TimeoutExpired:
            front.kill()
            code = front.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(front.pid, signal.SIGKILL)
        front.stdout.close()
        return code

    def _wait(self, seconds: float) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(self._wake_read, selectors.EVENT_READ)
            ready.select(timeout=seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="kiosk", description="便民: runs the terminal.")
    parser.add_argument("--config", type=Path, default=DEFAULT_FILE, help="the settings (%(default)s)")
    given = parser.parse_args(arguments)
    configure_logs("supervisor")
    try:
        settings = load_settings(given.config)
        with ProcessLock(made_run_dir(settings) / "supervisor.lock"):
            front = [
                *(sys.executable, "-m", "ui.main", "--config", str(given.config)),
                *("--first-page", settings.first_page.to_argument()),
            ]
            supervisor = Supervisor(front, with_shared_start(os.environ))
            signal.signal(signal.SIGTERM, supervisor.stop)
            signal.signal(signal.SIGINT, supervisor.stop)
            return supervisor.run()
    except (SettingsError, LockHeld) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return EX_CONFIG


if __name__ == "__main__":
    sys.exit(main())
