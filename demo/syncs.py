"""Counting a process's syncs from outside, and what it said to whom between them."""

from __future__ import annotations

import re
import subprocess
import time
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from demo.parts import StageError

_ATTACH_S = 5.0
_SYNC = re.compile(r"\b(?:fsync|fdatasync)\(\d+<(?P<file>[^>]*)>")
_SENT = re.compile(
    r"\b(?:sendto|sendmsg|write)\(\d+<TCP:\[[^\]]*->[^\]]*:(?P<port>\d+)\]>.*\)\s*=\s*(?P<bytes>\d+)"
)


class Traced(StrEnum):
    """What a traced process did."""

    SYNC = "sync"
    """A sync of the vault."""
    PAD = "pad"
    CENTRE = "centre"
    PAPER = "paper"
    """Bytes of a paper to the printer; its status questions are shorter."""


class SyncTrace:
    """A context manager: strace on a running process, all its threads."""

    def __init__(self, pid: int, file: Path, ports: dict[int, Traced]) -> None:
        self._pid = pid
        self._file = file
        self._ports = ports

    def __enter__(self) -> Self:
        self._strace = subprocess.Popen(
            [
                *("strace", "-f", "-yy", "-s", "0", "-e", "trace=fsync,fdatasync,sendto,sendmsg,write"),
                *("-o", str(self._file), "-p", str(self._pid)),
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        if self._strace.stderr is None or "attached" not in self._strace.stderr.readline():
            raise StageError("strace does not attach to the front: apt install strace, and allow ptrace")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._strace.terminate()
        try:
            self._strace.communicate(timeout=_ATTACH_S)
        except subprocess.TimeoutExpired:
            self._strace.kill()
            self._strace.communicate()

    def done(self) -> list[Traced]:
        """What it did so far, in its order; neighbours that are alike, but syncs, count once."""
        time.sleep(0.2)  # strace writes a line when the call is over
        done: list[Traced] = []
        for line in self._file.read_text("utf-8", errors="replace").splitlines():
            one = self._one(line)
            if one is not None and (one is Traced.SYNC or done[-1:] != [one]):
                done.append(one)
        return done

    def _one(self, line: str) -> Traced | None:
        sync = _SYNC.search(line)
        if sync is not None:
            return Traced.SYNC if "vault" in sync["file"] else None
        sent = _SENT.search(line)
        if sent is None:
            return None
        whom = self._ports.get(int(sent["port"]))
        if whom is Traced.PAPER and int(sent["bytes"]) < 64:
            return None
        return whom
