"""Programs over a vault, for tests that need another process. Usage: vault_child.py KEY PROGRAM PATH …"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from vault_helpers import NOON

from offline_cache.cache import OfflineCache
from offline_cache.errors import VaultClosed, VaultFailed
from offline_cache.locks import ProcessLock
from offline_cache.secret import VaultKey


def say(word: str) -> None:
    """One write call: what a killed process said before is whole."""
    os.write(1, f"{word}\n".encode())


def jobs(cache: OfflineCache, prefix: str, count: str) -> None:
    """Begin and finish `count` jobs, or without end for "forever"; say each promise once it is kept."""
    number = 0
    while count == "forever" or number < int(count):
        job = f"{prefix}{number}"
        cache.journal.begin(job, "print", b"hash", 1, NOON)
        say(f"begun {job}")
        cache.journal.finish(job, "PRINTED", "", NOON)
        say(f"finished {job}")
        number += 1


def snapshots(cache: OfflineCache, count: str) -> None:
    """Replace one subject's snapshot again and again; say which was kept."""
    number = 0
    while count == "forever" or number < int(count):
        cache.snapshots.put([b"id", b"number"], "ledger", NOON, NOON + timedelta(days=1), b"%d" % number)
        say(f"kept {number}")
        number += 1


def failing_disk(cache: OfflineCache) -> None:
    """Begin jobs until the disk fails; say the error, and what the same vault answers afterwards."""
    for number in range(10):
        try:
            cache.journal.begin(f"j{number}", "print", b"hash", 1, NOON)
        except VaultFailed as error:
            say(f"failed {number} {type(error).__name__}")
            try:
                cache.journal.begin("again", "print", b"hash", 1, NOON)
            except VaultClosed as after:
                say(f"then {type(after).__name__}")
            return
        say(f"begun {number}")


def hold_write(cache: OfflineCache) -> None:
    """Hold the writer's place until a line comes in."""
    with cache.vault.write():
        say("holding")
        sys.stdin.readline()


def main() -> None:
    key_hex, program, path, *arguments = sys.argv[1:]
    if program == "lock":
        with ProcessLock(Path(path)):
            say("locked")
            sys.stdin.readline()
        return
    cache = OfflineCache.open(Path(path), VaultKey(bytearray.fromhex(key_hex)))
    say("open")
    programs: dict[str, Callable[..., None]] = {
        "jobs": jobs,
        "snapshots": snapshots,
        "failing-disk": failing_disk,
        "hold-write": hold_write,
    }
    programs[program](cache, *arguments)
    cache.close()


if __name__ == "__main__":
    main()
