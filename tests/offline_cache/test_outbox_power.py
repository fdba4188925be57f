"""What a sale promises where a disk fails or a process ends, sync by sync, seen from outside."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from vault_helpers import AMPLE, NOON, Start, draft, injecting, needs_strace, syncs, tracing, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.intents import Outcome

SALES = 4


def promised(said: str) -> tuple[set[str], dict[str, int]]:
    """The intents said to be open, and the numbers of the sales."""
    lines = [line.split() for line in said.splitlines()]
    return (
        {line[1] for line in lines if line[0] == "opened"},
        {line[1]: int(line[2]) for line in lines if line[0] == "sold"},
    )


def require_kept(cache: OfflineCache, said: str, before: int) -> int:
    """Whatever was said is there, at most one thing more, all of it whole; the number of entries.

    `before` entries were there when the process began.
    """
    opened, sold = promised(said)
    entries = {entry.key: entry.number for entry in cache.outbox.recent(500)[::-1]}
    assert list(entries.values()) == list(range(1, len(entries) + 1)), "receipt numbers have no gap"
    assert entries.items() >= sold.items()
    assert len(entries) - before - len(sold) in {0, 1}, "what was being written, no more"
    assert cache.outbox.verify().whole
    intents = {intent.intent_id: intent.outcome for intent in cache.intents.recent(500)}
    assert intents.keys() >= opened
    for intent_id, outcome in intents.items():
        assert outcome is (Outcome.CHARGED if intent_id in entries else None), "both or neither"
    return len(entries)


@needs_strace
def test_each_call_that_writes_is_one_sync_of_the_wal(vault_path: Path, start: Start, tmp_path: Path) -> None:
    OfflineCache.open(vault_path, vault_key()).close()
    trace = tmp_path / "trace"
    said, errors = start("writes", vault_path, wrapper=tracing(trace)).communicate(timeout=60)
    assert errors == ""
    names = said.splitlines()[2:]
    _opening, _warming_up, *rest, _closing = syncs(trace)
    assert len(names) == 18
    assert dict(zip(names, rest, strict=True)) == {name: ["vault.db-wal"] for name in names}


@needs_strace
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("sync", [4, 5, 6, 8, 9])
def test_a_sale_whose_sync_fails_is_not_acknowledged_and_is_there_whole_or_not_at_all(
    vault_path: Path, start: Start, error: str, sync: int
) -> None:
    OfflineCache.open(vault_path, vault_key()).close()
    child = start("sales", vault_path, "a", 9, wrapper=injecting(f"error={error}:when={sync}"))
    said, errors = child.communicate(timeout=60)
    assert errors == ""
    assert said.splitlines()[-2:] == ["failed", "closed"]
    cache = OfflineCache.open(vault_path, vault_key())
    count = require_kept(cache, said, 0)
    assert count < 9
    assert cache.outbox.append(draft(1), NOON, AMPLE).number == count + 1
    assert cache.outbox.verify().whole
    cache.close()


@needs_strace
@pytest.mark.parametrize("write", [20, 40, 60])
def test_a_sale_for_which_the_disk_has_no_room_is_not_there(
    vault_path: Path, start: Start, write: int
) -> None:
    OfflineCache.open(vault_path, vault_key()).close()
    full = injecting(f"error=ENOSPC:when={write}", "pwrite64")
    said, errors = start("sales", vault_path, "a", 9, wrapper=full).communicate(timeout=60)
    assert errors == ""
    assert said.splitlines()[-1] == "failed", "and the vault stays open for when there is room again"
    cache = OfflineCache.open(vault_path, vault_key())
    assert require_kept(cache, said, 0) == len(promised(said)[1])
    cache.close()


@needs_strace
def test_a_process_killed_at_any_of_its_syncs_has_kept_what_it_acknowledged(
    vault_path: Path, start: Start
) -> None:
    OfflineCache.open(vault_path, vault_key()).close()
    count, acknowledged, complete = 0, [], False
    for sync in range(1, 40):
        child = start(
            "sales", vault_path, f"life{sync}", SALES, wrapper=injecting(f"signal=KILL:when={sync}")
        )
        said, errors = child.communicate(timeout=60)
        assert errors == ""
        cache = OfflineCache.open(vault_path, vault_key())
        count = require_kept(cache, said, count)
        cache.close()
        acknowledged.append(len(promised(said)[1]))
        complete = said.endswith("done\n")
        if child.returncode == 0:
            break
        assert child.returncode in {-signal.SIGKILL, 128 + signal.SIGKILL}
    assert complete, "there are not more than 40 syncs"
    assert set(acknowledged) == set(range(SALES + 1)), "killed before the first, between them, after the last"
