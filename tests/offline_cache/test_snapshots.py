"""Snapshots: found and opened by what put them, by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vault_helpers import NOON, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.secret import VaultKey
from offline_cache.snapshots import (
    MOST_OCTETS,
    SealBroken,
    Snapshot,
    Snapshots,
    SnapshotTooLarge,
)
from offline_cache.vault import Vault

LATER = NOON + timedelta(days=30)
subjects = st.binary(min_size=1, max_size=40)
instants = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
)

snapshots = st.builds(
    lambda payload, taken_at, lasts: Snapshot(payload, taken_at, taken_at + lasts),
    st.binary(max_size=2000),
    instants,
    st.timedeltas(timedelta(microseconds=1), timedelta(days=400)),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfflineCache]:
    cache = OfflineCache.open(tmp_path_factory.mktemp("snapshots") / "private" / "vault.db", vault_key())
    yield cache
    cache.close()


def count(cache: OfflineCache) -> tuple[int, int]:
    return (
        cache.vault.rows("SELECT count(*) FROM snapshot")[0][0],
        cache.vault.rows("SELECT count(*) FROM snapshot_opening")[0][0],
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=st.lists(subjects, min_size=1, max_size=8),
    name=st.text(max_size=20),
    snapshot=snapshots,
)
def test_each_subject_alone_gets_back_exactly_what_was_put(
    shared: OfflineCache, who: list[bytes], name: str, snapshot: Snapshot
) -> None:
    taken_at, expires_at = snapshot.taken_at, snapshot.expires_at
    shared.snapshots.put(who, name, taken_at, expires_at, snapshot.payload)
    for subject in who:
        assert shared.snapshots.get([subject], name, taken_at) == snapshot
        assert shared.snapshots.get([subject], name, expires_at) is None
        assert shared.snapshots.get([subject], name + "other", taken_at) is None
        assert shared.snapshots.get([subject + b"."], name, taken_at) is None


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    puts=st.lists(
        st.tuples(st.sets(st.sampled_from([b"a", b"b", b"c"]), min_size=1), st.sampled_from(["x", "y"])),
        max_size=12,
    )
)
def test_the_last_put_counts_and_no_row_is_left_that_nobody_opens(
    shared: OfflineCache, puts: list[tuple[set[bytes], str]]
) -> None:
    with shared.vault.write() as transaction:
        transaction.change("DELETE FROM snapshot")
    model: dict[tuple[bytes, str], int] = {}
    for number, (who, name) in enumerate(puts):
        shared.snapshots.put(sorted(who), name, NOON, LATER, b"%d" % number)
        model |= {(subject, name): number for subject in who}
    for subject in (b"a", b"b", b"c"):
        for name in ("x", "y"):
            found = shared.snapshots.get([subject], name, NOON)
            expected = model.get((subject, name))
            assert (found.payload if found else None) == (None if expected is None else b"%d" % expected)
    assert count(shared) == (len(set(model.values())), len(model))


def test_of_several_subjects_the_latest_snapshot_is_given(cache: OfflineCache) -> None:
    cache.snapshots.put([b"id", b"number"], "page", NOON, LATER, b"old")
    cache.snapshots.put([b"number"], "page", NOON + timedelta(days=1), LATER, b"new")
    newest = cache.snapshots.get([b"id", b"number"], "page", NOON)
    assert newest is not None
    assert newest.payload == b"new"
    older = cache.snapshots.get([b"id"], "page", NOON)
    assert older is not None
    assert older.payload == b"old"
    assert cache.snapshots.get([], "page", NOON) is None


def test_the_vaults_key_alone_opens_no_snapshot(cache: OfflineCache) -> None:
    payload = b"a document of a telling length, said twice: a document of a telling length"
    cache.snapshots.put([b"what the card gives"], "page-name", NOON, LATER, payload)
    rows = cache.vault.rows("SELECT * FROM snapshot") + cache.vault.rows("SELECT * FROM snapshot_opening")
    stored = b"".join(value for row in rows for value in row if isinstance(value, bytes))
    for secret in (b"document", b"card", b"page-name"):
        assert secret not in stored


def test_the_root_is_needed_too(cache: OfflineCache) -> None:
    cache.snapshots.put([b"subject"], "page", NOON, LATER, b"payload")
    assert Snapshots(cache.vault, bytes(32)).get([b"subject"], "page", NOON) is None
    with pytest.raises(ValueError, match="32 octets"):
        Snapshots(cache.vault, bytes(16))


def test_one_snapshot_put_twice_looks_different(cache: OfflineCache) -> None:
    seen = set()
    for _ in range(5):
        cache.snapshots.put([b"subject"], "page", NOON, LATER, b"payload")
        seen.add(cache.vault.rows("SELECT sealed, wrapped_key FROM snapshot, snapshot_opening")[0])
    assert len({sealed for sealed, _ in seen}) == len({key for _, key in seen}) == 5


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE snapshot SET expires_at = expires_at + 1",
        "UPDATE snapshot SET taken_at = taken_at + 1",
        "UPDATE snapshot SET sealed = (SELECT sealed FROM snapshot ORDER BY id DESC LIMIT 1)",
        "UPDATE snapshot SET nonce = zeroblob(12)",
        "UPDATE snapshot SET sealed = substr(sealed, 2)",
        "UPDATE snapshot_opening SET nonce = zeroblob(12)",
        "UPDATE snapshot_opening SET wrapped_key = zeroblob(48)",
        "UPDATE snapshot_opening SET snapshot = (SELECT max(id) FROM snapshot)",
        """UPDATE snapshot_opening SET (nonce, wrapped_key) =
           (SELECT nonce, wrapped_key FROM snapshot_opening AS other WHERE other.snapshot =
            (SELECT max(id) FROM snapshot))""",
    ],
)
def test_a_snapshot_changed_inside_the_vault_is_refused(cache: OfflineCache, forgery: str) -> None:
    cache.snapshots.put([b"first"], "page", NOON, LATER, b"payload")
    cache.snapshots.put([b"second"], "page", NOON, LATER, b"another")
    with cache.vault.write() as transaction:
        transaction.change(forgery)
    with pytest.raises(SealBroken, match="page"):
        cache.snapshots.get([b"first"], "page", NOON)


def test_expired_snapshots_are_purged_and_the_others_stay(cache: OfflineCache) -> None:
    for day in range(5):
        cache.snapshots.put([b"s%d" % day], "page", NOON, NOON + timedelta(days=day), b"x")
    assert cache.snapshots.purge(NOON + timedelta(days=2)) == 3
    assert count(cache) == (2, 2)
    assert cache.snapshots.purge(NOON + timedelta(days=2)) == 0


def test_at_the_bound_the_one_put_longest_ago_goes(vault_path: Path) -> None:
    with Vault.open(vault_path, vault_key()) as vault:
        bounded = Snapshots(vault, bytes(32), most=3)
        for number in range(5):
            bounded.put([b"s%d" % number, b"t%d" % number], "page", NOON, LATER, b"x")
        there = [bounded.get([b"s%d" % number], "page", NOON) is not None for number in range(5)]
        assert there == [False, False, True, True, True]
        assert vault.rows("SELECT count(*) FROM snapshot_opening") == [(6,)]


def test_what_cannot_be_a_snapshot_is_refused(cache: OfflineCache) -> None:
    with pytest.raises(SnapshotTooLarge):
        cache.snapshots.put([b"s"], "page", NOON, LATER, bytes(MOST_OCTETS + 1))
    for who in ([], [b""], [b"x"] * 9):
        with pytest.raises(ValueError, match="subjects"):
            cache.snapshots.put(who, "page", NOON, LATER, b"")
    with pytest.raises(ValueError, match="zone"):
        cache.snapshots.put([b"s"], "page", NOON.replace(tzinfo=None), LATER, b"")
    assert count(cache) == (0, 0)


def test_another_vault_key_finds_nothing_even_in_the_same_rows(cache: OfflineCache) -> None:
    cache.snapshots.put([b"subject"], "page", NOON, LATER, b"payload")
    with VaultKey.random() as other:
        assert Snapshots(cache.vault, other.subkey("snapshots")).get([b"subject"], "page", NOON) is None


def test_what_is_forgotten_opens_for_none_of_its_subjects(cache: OfflineCache) -> None:
    kept = cache.snapshots
    kept.put([b"card", b"number"], "overview", NOON, LATER, b"one")
    kept.put([b"card"], "changes", NOON, LATER, b"two")
    kept.put([b"another"], "overview", NOON, LATER, b"three")
    assert kept.forget([b"card"], ["overview", "changes", "never-kept"]) == 2
    assert kept.get([b"card", b"number"], "overview", NOON) is None
    assert kept.get([b"card"], "changes", NOON) is None
    assert kept.get([b"another"], "overview", NOON) == Snapshot(b"three", NOON, LATER)
