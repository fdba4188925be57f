"""Programs over a vault, for tests that need another process. Usage: vault_child.py KEY PROGRAM PATH …"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from vault_helpers import AMPLE, NOON, draft

from offline_cache.cache import OfflineCache
from offline_cache.entries import Applied, Lease, Rejected
from offline_cache.errors import VaultClosed, VaultFailed
from offline_cache.intents import Outcome, Room, StillUnsettled
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


def sales(cache: OfflineCache, prefix: str, count: str) -> None:
    """Sell by intents and appends; say each promise once it is kept, and what a failing disk made of it."""
    try:
        for number in range(int(count)):
            key = f"{prefix}-{number}"
            sold, own = replace(draft(1), key=key), Lease.begin("front", NOON, 60)
            if number % 3 == 2:
                entry = cache.outbox.append(sold, NOON, AMPLE, lease=own)
            else:
                cache.intents.open(key, "card", b"bills", NOON, room=Room(40_000, AMPLE))
                say(f"opened {key}")
                [entry] = cache.intents.settle_with_entries(
                    key, Outcome.CHARGED, "approved", [sold], NOON, lease=own
                )
            say(f"sold {key} {entry.number}")
        say("done")
    except VaultFailed:
        say("failed")
        try:
            cache.outbox.standing()
        except VaultClosed:
            say("closed")


def claims(cache: OfflineCache, prefix: str, count: str) -> None:
    """Once a line comes in, open an intent about each of `count` bills; say which, and who was first else."""
    sys.stdin.readline()
    for number in range(int(count)):
        claim = f"{prefix}-{number}"
        try:
            cache.intents.open(claim, "card", b"bills", NOON, about=[f"bill-{number}"])
        except StillUnsettled as other:
            say(f"refused {claim} {other.intent_id}")
        else:
            say(f"claimed {claim}")


def writes(cache: OfflineCache) -> None:
    """Everything that writes to outbox and intents, once; say its name when it returned."""
    intents, outbox, room = cache.intents, cache.outbox, Room(40_000, AMPLE)
    own, both = Lease.begin("front", NOON, 60), [draft(1), replace(draft(2), about="bill 7")]

    def charged() -> None:
        intents.settle_with_entries("i-1", Outcome.CHARGED, "", both, NOON, lease=own)

    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("warm up", lambda: cache.journal.begin("job", "print", b"hash", 1, NOON)),
        ("open", lambda: intents.open("i-1", "card", b"bills", NOON, room=room)),
        ("settle unknown", lambda: intents.settle("i-1", Outcome.UNKNOWN, "", NOON)),
        ("settle_with_entries", charged),
        ("open another", lambda: intents.open("i-2", "card", b"bills", NOON)),
        ("settle", lambda: intents.settle("i-2", Outcome.NOT_CHARGED, "", NOON)),
        ("overrule", lambda: intents.settle("i-2", Outcome.CHARGED, "", NOON)),
        ("append", lambda: outbox.append(draft(3), NOON, AMPLE, lease=own)),
        ("append without a lease", lambda: outbox.append(draft(4), NOON, AMPLE)),
        ("extend", lambda: outbox.extend(own.holder, NOON, 120)),
        ("release", lambda: outbox.release(own.holder)),
        ("lease", lambda: outbox.lease("agent", 2, NOON, 60)),
        ("park", lambda: outbox.park(4, NOON, 60)),
        ("finish", lambda: outbox.finish(1, Applied("C-1", b"answer", NOON))),
        ("reject", lambda: outbox.finish(2, Rejected("no such bill", NOON))),
        ("finish_all", lambda: outbox.finish_all([(n, Applied(f"C-{n}", b"", NOON)) for n in (2, 3, 4)])),
        ("acknowledge", lambda: outbox.acknowledge(2, "clerk", NOON)),
        ("shrink", lambda: outbox.shrink(NOON + timedelta(days=1))),
        ("purge", lambda: intents.purge(NOON + timedelta(days=1))),
    )
    for name, step in steps:
        step()
        say(name)


def hold_write(cache: OfflineCache) -> None:
    """Hold the writer's place until a line comes in."""
    with cache.vault.write():
        say("holding")
        sys.stdin.readline()


def hold_lock(path: Path, *program: str) -> None:
    """Hold a lock until a line comes in; with `program`, start that and say its process id."""
    with ProcessLock(path):
        pids = [_started(program).pid] if program else []
        say(" ".join(map(str, ["locked", *pids])))
        sys.stdin.readline()


def _started(program: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """`program`, with nothing of this process but what it did not close itself."""
    nothing = subprocess.DEVNULL
    return subprocess.Popen(program, stdin=nothing, stdout=nothing, stderr=nothing, close_fds=False)


def main() -> None:
    key_hex, program, path, *arguments = sys.argv[1:]
    if program == "lock":
        hold_lock(Path(path), *arguments)
        return
    cache = OfflineCache.open(Path(path), VaultKey(bytearray.fromhex(key_hex)))
    say("open")
    programs: dict[str, Callable[..., None]] = {
        "jobs": jobs,
        "snapshots": snapshots,
        "failing-disk": failing_disk,
        "hold-write": hold_write,
        "sales": sales,
        "claims": claims,
        "writes": writes,
    }
    programs[program](cache, *arguments)
    cache.close()


if __name__ == "__main__":
    main()
