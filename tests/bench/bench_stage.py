"""The bench with all that it touches: a real PC/SC service, the printer's process, the demo's two pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drivers.printers.transport import TcpAddress
from drivers.virtual.printer_control import PrinterControl
from drivers.virtual.sam_v_control import IdModuleControl
from ui.bench.window import BenchWindow

ROOT = Path(__file__).resolve().parents[2]
TRAY = ROOT / "demo" / "tray.toml"
SOON_MS = 5000
"""Anything on this machine happens within it; a test that waits longer fails."""


class PcscClient:
    """A PC/SC client in a process of its own: libpcsclite finds one service in a process's life, and this
    process may be using another."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("pcsc_client.py"))],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def slots(self) -> list[str]:
        """What is in each reader."""
        return self._ask("look")

    def holder(self) -> str:
        """The name on the social-security card in the first reader."""
        return self._ask("read")[0]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(SOON_MS / 1000)
        self._process.stdout.close()

    def _ask(self, what: str) -> list[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        answer: list[str] = json.loads(self._process.stdout.readline())
        return answer


@dataclass
class PrinterProcess:
    """`python -m drivers.virtual.printer` on free ports; ends when its stdin does."""

    out: Path
    process: subprocess.Popen[str] = field(init=False)
    address: TcpAddress = field(init=False)
    control: int = field(init=False)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "drivers.virtual.printer", "--port", "0", "--control", "0"]
        self.process = subprocess.Popen(
            [*command, "--out", str(self.out), "--with-parent"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ports = json.loads(self.process.stdout.readline())
        self.address, self.control = TcpAddress("127.0.0.1", ports["port"]), ports["control"]

    def hand(self) -> PrinterControl:
        return PrinterControl("127.0.0.1", self.control)

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(SOON_MS / 1000)
        self.process.stdout.close()


@dataclass
class IdModuleProcess:
    """`python -m drivers.virtual.sam_v_pty`; ends when its stdin does."""

    link: Path
    process: subprocess.Popen[str] = field(init=False)
    control: int = field(init=False)

    def __post_init__(self) -> None:
        self.start(0)

    def start(self, control: int) -> None:
        """Anew, with its control port there; 0: on a free one."""
        command = [sys.executable, "-m", "drivers.virtual.sam_v_pty", "--link", str(self.link)]
        self.process = subprocess.Popen(
            [*command, "--control", str(control), "--with-parent"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.control = json.loads(self.process.stdout.readline())["control"]

    def hand(self) -> IdModuleControl:
        return IdModuleControl("127.0.0.1", self.control)

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(SOON_MS / 1000)
        self.process.stdout.close()


@dataclass
class Bench:
    """A bench's window, and the other ends of its pipes."""

    window: BenchWindow
    papers: Path
    to_bench: int
    from_bench: int

    def tell(self, line: str) -> None:
        os.write(self.to_bench, line.encode() + b"\n")

    def said(self) -> list[str]:
        """The lines that the bench has written since the last time."""
        os.set_blocking(self.from_bench, False)
        try:
            return os.read(self.from_bench, 65536).decode().splitlines()
        except BlockingIOError:
            return []


OpenBench = Callable[..., Bench]
"""`(ports of slots, control port of a printer, pad=control port, gateway=gateway, id_module=control port,
voice=control port, motion=…, wide=…)`; where nothing listens, nothing is harmed. Without a pad, a gateway, an
ID module or a sound box the bench has no panel for it."""
