"""Counting a process's syncs from outside, and what it said to whom between them."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from demo.parts import StageError

_ATTACH_S = 5.0
CALLS = "fsync,fdatasync,sendto,write"
"""What has to be traced, by `strace -f -yy -s 0`."""
_LINE = re.compile(r"(?P<thread>\d+) +(?P<rest>.*)")
_SYNC = re.compile(r"f(?:data)?sync\(\d+<(?P<file>[^>]*)>")
_SYNC_OVER = re.compile(r"<\.\.\. f(?:data)?sync resumed>")
_SENT = re.compile(r'(?:sendto|write)\(\d+<TCP:\[[^\]]*->[^\]]*:(?P<port>\d+)\]>, ""\.\.\., (?P<bytes>\d+)')
_VAULT = "vault.db"
"""Stands in the name of each of its files."""
_UNFINISHED = "<unfinished ...>"
"""Ends a line where another thread's call came between: the call's end has a line of its own."""
_STATUS_BYTES = 64
"""A printer is asked for its status in fewer; a paper is more."""


class Traced(StrEnum):
    """What a traced process did."""

    SYNC = "sync"
    """The vault is on the disk."""
    PAD = "pad"
    CENTRE = "centre"
    PAPER = "paper"
    """Bytes of a paper to the printer; its status questions are shorter."""


def done_by(lines: Iterable[str], ports: Mapping[int, Traced]) -> list[Traced]:
    """What the lines of a strace tell, in its order; the same done to the same one again counts once, but
    syncs each count.

    Bytes count when they begin to be sent, a sync when it is over. A process's first commit syncs the vault's
    directory too, which promises nothing and does not count.
    """
    did: list[Traced] = []
    for one in _each(lines, ports):
        if one is Traced.SYNC or did[-1:] != [one]:
            did.append(one)
    return did


def _each(lines: Iterable[str], ports: Mapping[int, Traced]) -> Iterator[Traced]:
    syncing: set[str] = set()
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        thread, rest = found["thread"], found["rest"]
        sync, sent = _SYNC.match(rest), _SENT.match(rest)
        if sync is not None and _VAULT in sync["file"]:
            if rest.endswith(_UNFINISHED):
                syncing.add(thread)
            else:
                yield Traced.SYNC
        elif _SYNC_OVER.match(rest) and thread in syncing:
            syncing.remove(thread)
            yield Traced.SYNC
        elif sent is not None:
            whom = ports.get(int(sent["port"]))
            if whom is not None and (whom is not Traced.PAPER or int(sent["bytes"]) >= _STATUS_BYTES):
                yield whom


class SyncTrace:
    """A context manager: strace on a running process, all its threads."""

    def __init__(self, pid: int, file: Path, ports: dict[int, Traced]) -> None:
        self._pid = pid
        self._file = file
        self._ports = ports

    def __enter__(self) -> Self:
        self._strace = subprocess.Popen(
            [
                *("strace", "-f", "-yy", "-s", "0", "-e", f"trace={CALLS}"),
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
        """What it did so far, as `done_by` tells it."""
        time.sleep(0.2)  # strace writes a line when the call is over
        return done_by(self._file.read_text("utf-8", errors="replace").splitlines(), self._ports)
