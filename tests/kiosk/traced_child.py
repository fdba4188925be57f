"""`front_child.py` as a child: heard, traced, killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from fixtures.forks import ROOT, Forked

PROGRAM = Path(__file__).with_name("front_child.py")
PATH = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
SYNCS = "fsync,fdatasync"
WRITES = "pwrite64"
SENDS = "sendto"
CHILD_LIMIT_S = 90.0

Told = Mapping[str, object]


@dataclass
class Run:
    """A child that has ended: what it told, how it ended (negative: by that signal)."""

    told: list[Told] = field(default_factory=list)
    code: int = 0

    @property
    def shown(self) -> set[str]:
        """The receipt numbers that were to be seen."""
        return {number for one in self.told for number in one.get("receipts", ())}  # type: ignore[attr-defined]

    @property
    def killed(self) -> bool:
        """False: it came to its own end, which was a good one."""
        assert self.code in (0, -signal.SIGKILL), f"it ended with {self.code}; its log says why"
        return self.code != 0


def killing(calls: str, when: int) -> tuple[str, ...]:
    """SIGKILL from outside as a thread enters its `when`-th of these calls: what it was to do is not done."""
    # Not with --seccomp-bpf: strace 6.1 then counts wrongly.
    trace = ("-e", f"trace={calls}", "-e", f"inject={calls}:signal=KILL:when={when}")
    return ("strace", "-f", "-o", "/dev/null", *trace)


def tracing(file: Path, calls: str) -> tuple[str, ...]:
    """Writes these calls down, with what the descriptors are."""
    return ("strace", "-f", "-yy", "-s", "0", "-o", str(file), "-e", "signal=none", "-e", f"trace={calls}")


def _started(
    arguments: tuple[str, ...], environment: Mapping[str, str], errors: IO[bytes], under: tuple[str, ...]
) -> subprocess.Popen[str] | Forked:
    """What is traced from its start begins from nothing."""
    pipe = subprocess.PIPE
    if not under:
        return Forked(
            PROGRAM.stem,
            *arguments,
            environment=environment,
            directory=PROGRAM.parent,
            loaded_with=PATH,
            stdin=pipe,
            stdout=pipe,
            stderr=errors,
        )
    # With -D the tracer is a grandchild: what is started and killed here is the traced program itself.
    command = [*under[:1], "-D", *under[1:], sys.executable, str(PROGRAM), *arguments]
    return subprocess.Popen(command, env=dict(environment), stdin=pipe, stdout=pipe, stderr=errors, text=True)


class Child:
    """`front_child.py`. It can be traced from its start (`under`) or from any moment on, and killed."""

    def __init__(
        self,
        log: Path,
        environment: Mapping[str, str],
        arguments: tuple[str, ...],
        under: tuple[str, ...] = (),
    ) -> None:
        self._tracer: subprocess.Popen[str] | None = None
        environment = {**environment, "PYTHONPATH": PATH}
        with log.open("ab") as errors:
            self.process = _started(arguments, environment, errors, under)

    def attach(self, tracer: tuple[str, ...]) -> None:
        """Traces all its threads from now on."""
        assert self._tracer is None
        self._tracer = subprocess.Popen(
            [*tracer, "-p", str(self.process.pid)], stderr=subprocess.PIPE, text=True
        )
        assert self._tracer.stderr is not None
        assert "attached" in self._tracer.stderr.readline(), "strace cannot attach: is ptrace allowed?"

    def run_to_end(self, react: Callable[[Told], None]) -> Run:
        """Hears all that it tells; where it waits for a word, it goes on after `react`."""
        run = Run()
        overdue = threading.Timer(CHILD_LIMIT_S, self.process.kill)
        overdue.start()
        try:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                told: Told = json.loads(line)
                run.told.append(told)
                react(told)
                if told.get("now") == "confirms":
                    self._say_go_on()
            run.code = self.process.wait(CHILD_LIMIT_S)
        finally:
            overdue.cancel()
            self.end()
        return run

    def end(self) -> None:
        """It is gone, and so is whoever traced it."""
        self.process.kill()
        self.process.communicate()
        if self._tracer is not None:
            self._tracer.communicate(timeout=CHILD_LIMIT_S)

    def _say_go_on(self) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # killed at just this moment
            self.process.stdin.write("\n")
            self.process.stdin.flush()
