"""The agent as the service manager starts it; only its libraries are loaded already."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from pathlib import Path

from fixtures.forks import Forked
from paying_bench import sooner_or_later

AGENT = "kiosk.agent.__main__"


class AgentProcess:
    """`python -m kiosk.agent`, with what it wrote to stderr."""

    def __init__(self, config: Path, environment: Mapping[str, str]) -> None:
        self._log = config.with_name("agent.log")
        with self._log.open("w") as log:
            self.process = Forked(AGENT, "--config", config, environment=environment, stderr=log)

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    def wait_for_start(self) -> None:
        sooner_or_later(lambda: "agent started" in self.log or self.process.poll() is not None)
        assert self.process.poll() is None, self.log

    def stop(self) -> float:
        """Told to; the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        assert self.process.returncode == 0, self.log
        return time.monotonic() - began

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)
