"""What the vault's tests share: a key, an instant, a way to start other processes and to look at them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offline_cache.entries import Caps, Draft
from offline_cache.secret import VaultKey

KEY_HEX = "5c" * 32
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AMPLE = Caps(max_waiting=100_000, max_sum=10**12, max_age=timedelta(days=400))

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

Start = Callable[..., "subprocess.Popen[str]"]


def vault_key() -> VaultKey:
    """The tests' key, fresh: opening wipes it."""
    return VaultKey(bytearray.fromhex(KEY_HEX))


def draft(number: int, payload: bytes = b"payload", amount: int = 40_000) -> Draft:
    """The draft of key `key {number}`."""
    return Draft("T-1", f"key {number}", "sale", payload, amount)


def injecting(fault: str, calls: str = "fsync,fdatasync") -> tuple[str, ...]:
    """The wrapper under which a child's `calls` meet `fault`, both in the words of strace(1)."""
    return ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={calls}:{fault}")


def tracing(trace: Path) -> tuple[str, ...]:
    """The wrapper under which a child's syncs and what it says are written to `trace`."""
    calls = ("-e", "trace=fsync,fdatasync,sync_file_range,write", "-e", "signal=none")
    return ("strace", "-f", "-y", "-qq", *calls, "-o", str(trace))


def syncs(trace: Path) -> list[list[str]]:
    """The names of the files synced before the child's first word, between that and the next, and so on."""
    files: list[list[str]] = [[]]
    for line in trace.read_text().splitlines():
        if re.search(r"write\(1<", line):
            files.append([])
        elif synced := re.search(r"sync\w*\(\d+<([^>]*)>", line):
            files[-1].append(Path(synced[1]).name)
    return files
