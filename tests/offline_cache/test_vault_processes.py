"""Two processes on one vault, and processes that end without warning."""

from __future__ import annotations

import random
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from vault_helpers import NOON, Start, injecting, needs_strace, syncs, tracing, vault_key

from offline_cache.cache import OfflineCache


def promised(said: str) -> tuple[set[str], set[str]]:
    """The jobs said to be begun and to be finished."""
    lines = [line.split() for line in said.splitlines()]
    return (
        {line[1] for line in lines if line[0] == "begun"},
        {line[1] for line in lines if line[0] == "finished"},
    )


def held(path: Path) -> tuple[set[str], set[str]]:
    """The jobs the vault holds, and those of them that ended."""
    cache = OfflineCache.open(path, vault_key())
    jobs = cache.journal.recent(1_000_000)
    assert cache.vault.damage() == ()
    cache.close()
    return {job.job_id for job in jobs}, {job.job_id for job in jobs if job.end is not None}


def killed(child: subprocess.Popen[str], promises: int, then: float = 0.0) -> str:
    """Kill the child `then` seconds after it said that it kept `promises` of them; all it said."""
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    said = [child.stdout.readline() for _ in range(promises)]
    time.sleep(then)
    child.kill()
    # Not `communicate`: it would leave out what was read ahead of the lines above.
    assert child.stderr is not None
    said.append(child.stdout.read())
    assert child.stderr.read() == ""
    return "".join(said)


def test_several_processes_may_create_one_vault_at_once(vault_path: Path, start: Start) -> None:
    children = [start("jobs", vault_path, f"p{number}-", 20) for number in range(4)]
    for child in children:
        assert child.communicate(timeout=60)[1] == ""
    everything = {f"p{number}-{job}" for number in range(4) for job in range(20)}
    assert held(vault_path) == (everything, everything)


def test_two_processes_write_while_one_is_killed_and_nothing_acknowledged_is_lost(
    vault_path: Path, start: Start
) -> None:
    front, agent = start("jobs", vault_path, "front", "forever"), start("jobs", vault_path, "agent", 200)
    front_begun, front_finished = promised(killed(front, 30))
    agent_said, errors = agent.communicate(timeout=60)
    assert errors == ""
    agent_begun, agent_finished = promised(agent_said)
    assert len(front_finished) >= 15
    assert len(agent_finished) == 200
    begun, finished = held(vault_path)
    assert begun >= front_begun | agent_begun
    assert finished >= front_finished | agent_finished
    assert len(begun - front_begun - agent_begun) <= 1, "what was being written when the kill came, no more"


def test_a_process_killed_at_any_moment_has_kept_what_it_acknowledged(vault_path: Path, start: Start) -> None:
    moments = random.Random(20261120)  # noqa: S311 - moments, not secrets
    begun_before: set[str] = set()
    for life in range(12):
        begun, finished = promised(
            killed(start("jobs", vault_path, f"life{life}-", "forever"), life, moments.uniform(0, 0.004))
        )
        kept_begun, kept_finished = held(vault_path)
        assert kept_begun >= begun | begun_before
        assert kept_finished >= finished
        assert len(kept_begun - begun - begun_before) <= 1
        begun_before = kept_begun
    assert len(begun_before) >= sum(range(12)) // 2


def test_a_kill_while_a_snapshot_is_replaced_leaves_the_old_or_the_new(
    vault_path: Path, start: Start
) -> None:
    for promises, then in ((1, 0), (5, 0.001), (9, 0.002)):
        kept = [
            int(line.split()[1])
            for line in killed(start("snapshots", vault_path, "forever"), promises, then).splitlines()
        ]
        cache = OfflineCache.open(vault_path, vault_key())
        found = {
            snapshot.payload
            for subject in (b"id", b"number")
            if (snapshot := cache.snapshots.get([subject], "ledger", NOON + timedelta(hours=1))) is not None
        }
        [(rows,)] = cache.vault.rows("SELECT count(*) FROM snapshot")
        cache.close()
        assert found in ({b"%d" % kept[-1]}, {b"%d" % (kept[-1] + 1)})
        assert rows == 1


def test_of_two_processes_that_ask_about_one_bill_at_once_one_may(vault_path: Path, start: Start) -> None:
    count = 100
    children = [start("claims", vault_path, name, count) for name in ("front", "other")]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = [line.split() for child in children for line in child.communicate(timeout=60)[0].splitlines()]
    claimed = {line[1] for line in said if line[0] == "claimed"}
    refused = {line[1]: line[2] for line in said if line[0] == "refused"}
    assert (len(claimed), len(refused), len(said)) == (count, count, 2 * count)
    assert set(refused.values()) == claimed, "who is refused is told who was first"
    assert {claim.split("-")[1] for claim in claimed} == {str(number) for number in range(count)}
    cache = OfflineCache.open(vault_path, vault_key())
    assert {intent.intent_id for intent in cache.intents.unsettled()} == claimed
    cache.close()


@needs_strace
def test_a_promise_is_one_sync(vault_path: Path, start: Start, tmp_path: Path) -> None:
    OfflineCache.open(vault_path, vault_key()).close()
    trace = tmp_path / "trace"
    child = start("jobs", vault_path, "j", 30, wrapper=tracing(trace))
    said, errors = child.communicate(timeout=60)
    assert (errors, len(said.splitlines())) == ("", 61)
    opening, first, *rest, _closing = syncs(trace)
    assert rest == [["vault.db-wal"]] * 59, "one commit, one sync: begin and finish alike"
    assert len(first) <= 3, "the first commit makes the WAL: its directory and its header are synced too"
    assert len(opening) <= 1, "opening an existing vault promises nothing"


@needs_strace
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_sync_that_fails_acknowledges_nothing_and_closes_the_vault(
    vault_path: Path, start: Start, error: str
) -> None:
    OfflineCache.open(vault_path, vault_key()).close()
    child = start("failing-disk", vault_path, wrapper=injecting(f"error={error}:when=5"))
    said, errors = child.communicate(timeout=60)
    assert errors == ""
    *begun, failed, then = said.splitlines()[1:]
    assert failed == f"failed {len(begun)} VaultFailed"
    assert then == "then VaultClosed"
    kept, _ = held(vault_path)
    assert kept >= {f"j{number}" for number in range(len(begun))}
