"""Leases: who alone sends an entry, until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from vault_helpers import AMPLE, NOON, draft

from offline_cache.cache import OfflineCache
from offline_cache.entries import (
    MOST_LEASE,
    PARKED,
    Applied,
    Batch,
    EntryLeased,
    EntryState,
    Lease,
    NoSuchEntry,
    Rejected,
    Reversed,
)

MINUTE = timedelta(minutes=1)


def filled(cache: OfflineCache, count: int) -> None:
    for number in range(1, count + 1):
        cache.outbox.append(draft(number), NOON, AMPLE)


def numbers(batch: Batch) -> list[int]:
    return [entry.number for entry in batch.entries]


def test_the_oldest_that_nobody_holds_are_leased(cache: OfflineCache) -> None:
    filled(cache, 5)
    cache.outbox.finish(2, Rejected("no", NOON))
    agent = cache.outbox.lease("agent", 2, NOON, 60)
    other = cache.outbox.lease("kioskctl", 9, NOON, 60)
    assert (numbers(agent), numbers(other)) == ([1, 3], [4, 5])
    assert agent.lease.holder != other.lease.holder
    assert agent.lease.until == NOON + MINUTE
    assert {cache.outbox.get(number).lease for number in (1, 3)} == {agent.lease}
    assert agent.entries[0] == cache.outbox.get(1)
    assert numbers(cache.outbox.lease("late", 9, NOON, 60)) == []


def test_two_leases_of_one_owner_are_two_holders(cache: OfflineCache) -> None:
    filled(cache, 2)
    first, second = (cache.outbox.lease("agent", 1, NOON, 60) for _ in range(2))
    assert cache.outbox.release(first.lease.holder) == {1}
    assert cache.outbox.get(2).lease == second.lease


def test_a_lease_runs_out_at_its_end_and_not_before(cache: OfflineCache) -> None:
    filled(cache, 1)
    cache.outbox.lease("crashed", 1, NOON, 60)
    assert numbers(cache.outbox.lease("agent", 1, NOON + MINUTE - timedelta(microseconds=1), 60)) == []
    assert numbers(cache.outbox.lease("agent", 1, NOON + MINUTE, 60)) == [1]


def test_a_lease_from_before_a_clock_that_was_set_back_holds_nobody_up(cache: OfflineCache) -> None:
    filled(cache, 2)
    cache.outbox.lease("a year ahead", 2, NOON + timedelta(days=365), 60)
    assert numbers(cache.outbox.lease("agent", 1, NOON, 60)) == [1]
    assert cache.outbox.finish(2, Reversed("undone", NOON)).lease is None


def test_an_entry_may_be_born_with_its_lease(cache: OfflineCache) -> None:
    own = Lease.begin("front", NOON, 60)
    entry = cache.outbox.append(draft(1), NOON, AMPLE, lease=own)
    assert entry.lease == own
    assert numbers(cache.outbox.lease("agent", 9, NOON, 60)) == []
    assert cache.outbox.finish(1, Applied("C-1", b"", NOON)).lease is None


def test_a_lease_is_extended_for_what_its_holder_still_has(cache: OfflineCache) -> None:
    filled(cache, 4)
    agent = cache.outbox.lease("agent", 3, NOON, 60)
    cache.outbox.finish(1, Applied("C-1", b"", NOON))
    assert numbers(cache.outbox.lease("other", 1, NOON + MINUTE, 60)) == [2]
    assert cache.outbox.extend(agent.lease.holder, NOON + MINUTE, 60) == {3}
    assert cache.outbox.get(3).lease == Lease(agent.lease.holder, NOON + 2 * MINUTE)
    assert numbers(cache.outbox.lease("other", 9, NOON + MINUTE, 60)) == [4]
    assert cache.outbox.extend("nobody", NOON, 60) == frozenset()


def test_what_is_released_is_free_at_once(cache: OfflineCache) -> None:
    filled(cache, 2)
    agent = cache.outbox.lease("agent", 2, NOON, 60)
    assert cache.outbox.release(agent.lease.holder) == {1, 2}
    assert cache.outbox.release(agent.lease.holder) == frozenset()
    assert numbers(cache.outbox.lease("other", 2, NOON, 60)) == [1, 2]


def test_the_end_of_an_entry_needs_no_lease_but_a_reversal_waits_for_it(cache: OfflineCache) -> None:
    filled(cache, 2)
    held = cache.outbox.lease("agent", 2, NOON, 60)
    with pytest.raises(EntryLeased) as raised:
        cache.outbox.finish(1, Reversed("undone", NOON))
    assert (raised.value.number, raised.value.lease) == (1, held.lease)
    cache.outbox.finish(2, Applied("C-2", b"", NOON))
    cache.outbox.release(held.lease.holder)
    cache.outbox.finish(1, Reversed("undone", NOON))
    assert numbers(cache.outbox.lease("agent", 2, NOON, 60)) == []


def test_a_parked_entry_stays_pending_and_those_behind_it_go_on(cache: OfflineCache) -> None:
    filled(cache, 4)
    batch = cache.outbox.lease("agent", 2, NOON, 60)
    parked = cache.outbox.park(1, NOON, 3600)
    assert (parked.state, parked.lease) == (EntryState.PENDING, Lease(PARKED, NOON + MOST_LEASE))
    assert parked == cache.outbox.get(1)
    cache.outbox.finish(2, Applied("C-2", b"", NOON))
    assert cache.outbox.release(batch.lease.holder) == frozenset(), "the holder has it no more"
    assert numbers(cache.outbox.lease("agent", 9, NOON + MINUTE, 60)) == [3, 4]
    assert cache.outbox.standing().waiting == 3
    assert numbers(cache.outbox.lease("agent", 9, NOON + MOST_LEASE - MINUTE, 60)) == [3, 4]
    assert numbers(cache.outbox.lease("agent", 9, NOON + MOST_LEASE, 60)) == [1, 3, 4]


def test_what_is_parked_goes_before_its_time_when_a_person_says_so(cache: OfflineCache) -> None:
    filled(cache, 3)
    for number in (1, 2):
        cache.outbox.park(number, NOON, 3600)
    with pytest.raises(EntryLeased, match="parked"):
        cache.outbox.finish(2, Reversed("undone", NOON))
    assert cache.outbox.release(PARKED) == {1, 2}
    assert numbers(cache.outbox.lease("agent", 9, NOON, 60)) == [1, 2, 3]


def test_an_entry_that_ended_is_not_parked(cache: OfflineCache) -> None:
    filled(cache, 2)
    applied = cache.outbox.finish(1, Applied("C-1", b"", NOON))
    assert cache.outbox.park(1, NOON, 60) == applied == cache.outbox.get(1)
    cache.outbox.park(2, NOON, 60)
    assert cache.outbox.finish(2, Rejected("no", NOON)).lease is None
    with pytest.raises(NoSuchEntry, match="3"):
        cache.outbox.park(3, NOON, 60)


def test_a_damaged_entry_is_passed_over_named_and_blocks_nobody(cache: OfflineCache) -> None:
    filled(cache, 5)
    with cache.vault.write() as transaction:
        transaction.change("UPDATE outbox_entry SET amount = 1 WHERE number IN (1, 2, 4)")
    batch = cache.outbox.lease("agent", 2, NOON, 60)
    assert (numbers(batch), batch.damaged) == ([3, 5], (1, 2, 4))


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_a_lease_has_an_end_within_bounds(cache: OfflineCache, seconds: float) -> None:
    with pytest.raises(ValueError, match="lease"):
        cache.outbox.lease("agent", 1, NOON, seconds)
    with pytest.raises(ValueError, match="lease"):
        cache.outbox.extend("holder", NOON, seconds)
    with pytest.raises(ValueError, match="lease"):
        cache.outbox.park(1, NOON, seconds)
    with pytest.raises(ValueError, match="limit"):
        cache.outbox.lease("agent", 501, NOON, 60)
