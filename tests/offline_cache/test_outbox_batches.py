"""The ends of many entries at once: one commit, and no entry that stands in another's way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_helpers import AMPLE, NOON, draft, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.entries import (
    Applied,
    End,
    Entry,
    EntryDamaged,
    EntryEnded,
    EntryError,
    EntryLeased,
    EntryState,
    FinishedBatch,
    NoSuchEntry,
    Rejected,
    Reversed,
)
from offline_cache.outbox import MOST_AT_ONCE

APPLIED = Applied("C-1", b"answer", NOON)
REJECTED = Rejected("no such bill", NOON)
COUNT = 4


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OfflineCache, OfflineCache]]:
    """Two vaults in which the same is done."""
    paths = [tmp_path_factory.mktemp("twin") / "private" / "vault.db" for _ in range(2)]
    first, second = (OfflineCache.open(path, vault_key()) for path in paths)
    yield first, second
    first.close()
    second.close()


def filled(cache: OfflineCache, count: int) -> None:
    for number in range(1, count + 1):
        cache.outbox.append(draft(number), NOON, AMPLE)


def test_all_ends_of_a_batch_are_there_after_reopening(vault_path: Path) -> None:
    cache = OfflineCache.open(vault_path, vault_key())
    filled(cache, 3)
    held = cache.outbox.lease("agent", 9, NOON, 60)
    done = cache.outbox.finish_all([(3, REJECTED), (1, APPLIED), (2, replace(APPLIED, far_number="C-2"))])
    assert [(entry.number, entry.state) for entry in done.entries] == [
        (3, EntryState.REJECTED),
        (1, EntryState.APPLIED),
        (2, EntryState.APPLIED),
    ]
    assert done.refused == {}
    assert cache.outbox.release(held.lease.holder) == frozenset()
    cache.close()
    cache = OfflineCache.open(vault_path, vault_key())
    assert {cache.outbox.get(entry.number) for entry in done.entries} == set(done.entries)
    assert cache.outbox.verify().whole
    cache.close()


def test_what_is_refused_for_one_entry_is_said_by_number_and_undoes_no_other(cache: OfflineCache) -> None:
    filled(cache, 6)
    first = cache.outbox.finish(2, APPLIED)
    held = cache.outbox.lease("agent", 1, NOON, 60)
    with cache.vault.write() as transaction:
        transaction.change("UPDATE outbox_entry SET amount = 1 WHERE number = 4")
    done = cache.outbox.finish_all(
        [
            (99, APPLIED),
            (1, Reversed("undone", NOON)),
            (2, REJECTED),
            (3, replace(APPLIED, far_number="C-3")),
            (4, APPLIED),
            (5, REJECTED),
        ]
    )
    assert [entry.number for entry in done.entries] == [3, 5]
    assert {number: type(error) for number, error in done.refused.items()} == {
        99: NoSuchEntry,
        1: EntryLeased,
        2: EntryEnded,
        4: EntryDamaged,
    }
    assert all(error.number == number for number, error in done.refused.items())
    assert cache.outbox.get(2) == first
    assert cache.outbox.get(1).lease == held.lease
    assert [entry.number for entry in cache.outbox.waiting(9)] == [1, 6]


def test_ends_that_were_written_before_are_given_back_as_they_were(cache: OfflineCache) -> None:
    filled(cache, 2)
    ends = [(1, APPLIED), (2, REJECTED)]
    done = cache.outbox.finish_all(ends)
    again = [(number, replace(end, at=NOON + timedelta(days=1))) for number, end in ends]
    assert cache.outbox.finish_all(again) == done
    assert cache.outbox.finish_all([]) == FinishedBatch((), {})


def test_a_batch_has_its_bound(cache: OfflineCache) -> None:
    filled(cache, 2)
    with pytest.raises(ValueError, match=f"{MOST_AT_ONCE + 1} ends"):
        cache.outbox.finish_all([(1, APPLIED)] * (MOST_AT_ONCE + 1))
    done = cache.outbox.finish_all([(1, APPLIED), *[(number, APPLIED) for number in range(3, 502)]])
    assert (len(done.entries), len(done.refused)) == (1, MOST_AT_ONCE - 1)


def one_by_one(cache: OfflineCache, ends: list[tuple[int, End]]) -> tuple[list[Entry], dict[int, str]]:
    """What `finish` says to the same ends."""
    entries, refused = [], {}
    for number, end in ends:
        try:
            entries.append(cache.outbox.finish(number, end))
        except EntryError as error:
            refused[number] = str(error)
    return entries, refused


ENDS = st.lists(
    st.tuples(
        st.integers(1, COUNT + 1),
        st.sampled_from([APPLIED, replace(APPLIED, far_number="C-2"), REJECTED, Reversed("undone", NOON)]),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=50)
@given(ends=ENDS)
def test_a_batch_comes_to_what_its_ends_come_to_one_by_one(
    twins: tuple[OfflineCache, OfflineCache], ends: list[tuple[int, End]]
) -> None:
    earlier = max((entry.number for entry in twins[0].outbox.recent(1)), default=0)
    for cache in twins:
        for number in range(earlier + 1, earlier + COUNT + 1):
            cache.outbox.append(draft(number), NOON, AMPLE)
    ends = [(earlier + number, end) for number, end in ends]
    entries, refused = one_by_one(twins[0], ends)
    done = twins[1].outbox.finish_all(ends)
    assert list(done.entries) == entries
    assert {number: str(error) for number, error in done.refused.items()} == refused
    assert twins[0].outbox.recent(COUNT) == twins[1].outbox.recent(COUNT)
