"""Entries of the outbox: numbers, keys, ends, caps, shrinking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vault_helpers import AMPLE, NOON, draft, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.entries import (
    MOST_AMOUNT,
    MOST_OCTETS,
    Acknowledgement,
    Applied,
    Cap,
    Caps,
    ChainEndAstray,
    Draft,
    End,
    Entry,
    EntryEnded,
    EntryState,
    EntryThere,
    NoSuchEntry,
    NothingToAcknowledge,
    OutboxFull,
    Rejected,
    Reversed,
    Standing,
)
from offline_cache.outbox import _END_OF_CHAIN, _OVER, _PENDING, _STANDING, _UNACKNOWLEDGED

CHINA = timezone(timedelta(hours=8))
LATER = NOON + timedelta(days=1)
APPLIED = Applied("C-1", b'{"first": "answer"}', LATER)
REJECTED = Rejected("no such bill", LATER)
REVERSED = Reversed("the charge was undone", LATER)


def test_an_entry_is_as_it_was_appended_after_reopening(vault_path: Path) -> None:
    cache = OfflineCache.open(vault_path, vault_key())
    written = cache.outbox.append(replace(draft(1), about="bill 7"), NOON.astimezone(CHINA), AMPLE)
    cache.close()
    cache = OfflineCache.open(vault_path, vault_key())
    entry = cache.outbox.get(1)
    assert entry == written == cache.outbox.find("key 1")
    assert (entry.number, entry.receipt_number, entry.state) == (1, "T-1-00000001", EntryState.PENDING)
    assert (entry.kind, entry.payload, entry.amount, entry.about) == ("sale", b"payload", 40_000, "bill 7")
    assert (entry.payload_hash, entry.appended_at) == (sha256(b"payload").digest(), NOON)
    assert (entry.end, entry.acknowledged, entry.lease) == (None, None, None)
    cache.close()


def test_numbers_have_no_gap_where_appends_were_refused(cache: OfflineCache) -> None:
    cache.outbox.append(draft(1), NOON, AMPLE)
    with pytest.raises(EntryThere):
        cache.outbox.append(draft(1, b"another payload"), NOON, AMPLE)
    with pytest.raises(OutboxFull):
        cache.outbox.append(draft(2), NOON, replace(AMPLE, max_waiting=1))
    assert cache.outbox.append(draft(3), NOON, AMPLE).number == 2
    assert cache.outbox.get(1).payload == b"payload"
    assert cache.outbox.find("key 2") is None
    assert cache.outbox.verify().whole


def test_a_key_is_of_one_entry_for_ever(cache: OfflineCache) -> None:
    for number in (1, 2, 3):
        cache.outbox.append(draft(number), NOON, AMPLE)
    cache.outbox.finish(2, APPLIED)
    cache.outbox.shrink(LATER + timedelta(days=1))
    with pytest.raises(EntryThere, match="'key 2' is of entry 2") as raised:
        cache.outbox.append(replace(draft(2, b"another payload"), about="bill 7"), NOON, AMPLE)
    assert (raised.value.number, raised.value.key) == (2, "key 2")


def test_what_was_written_about_something_is_found_latest_first(cache: OfflineCache) -> None:
    for number, subject in enumerate(["bill 7", "bill 8", None, "bill 7", "bill 7"], start=1):
        cache.outbox.append(replace(draft(number), about=subject), NOON, AMPLE)
    cache.outbox.finish(1, APPLIED)
    cache.outbox.finish(4, REVERSED)
    assert cache.outbox.shrink(LATER + timedelta(days=1)) == 2
    assert [entry.number for entry in cache.outbox.about("bill 7", 9)] == [5, 4, 1]
    assert [entry.number for entry in cache.outbox.about("bill 7", 1)] == [5]
    assert [entry.number for entry in cache.outbox.about("bill 8", 9)] == [2]
    assert cache.outbox.about("bill", 9) == []
    assert {entry.about for entry in cache.outbox.about("bill 7", 9)} == {"bill 7"}


@pytest.mark.parametrize("end", [APPLIED, REJECTED, REVERSED])
def test_the_same_end_again_changes_nothing_and_another_is_refused(cache: OfflineCache, end: End) -> None:
    cache.outbox.append(draft(1), NOON, AMPLE)
    first = cache.outbox.finish(1, end)
    assert (first.end, first.state) == (end, EntryState.of(end))
    again = replace(end, at=LATER + timedelta(days=1))
    if isinstance(again, Applied):
        again = replace(again, answer=b"a second answer")
    assert cache.outbox.finish(1, again) == first == cache.outbox.get(1)
    others: set[End] = {APPLIED, REJECTED, REVERSED, replace(APPLIED, far_number="C-2")}
    for other in others - {end}:
        with pytest.raises(EntryEnded) as raised:
            cache.outbox.finish(1, other)
        assert (raised.value.number, raised.value.found, raised.value.refused) == (1, end, other)
    assert cache.outbox.get(1) == first


def test_a_rejected_entry_stays_whole_until_a_person_acknowledges_it(cache: OfflineCache) -> None:
    cache.outbox.append(draft(1), NOON, AMPLE)
    with pytest.raises(NothingToAcknowledge, match="PENDING"):
        cache.outbox.acknowledge(1, "clerk 7", LATER)
    cache.outbox.finish(1, Rejected("因" * 5000, LATER))
    never = LATER + timedelta(days=9000)
    assert cache.outbox.shrink(never) == 0
    [parked] = cache.outbox.unacknowledged(10)
    assert (parked.end, parked.payload) == (Rejected("因" * 200, LATER), b"payload")
    taken = cache.outbox.acknowledge(1, "clerk 7", LATER)
    assert taken.acknowledged == Acknowledgement("clerk 7", LATER)
    with pytest.raises(NothingToAcknowledge, match="REJECTED"):
        cache.outbox.acknowledge(1, "clerk 8", LATER)
    assert cache.outbox.unacknowledged(10) == []
    assert cache.outbox.shrink(never) == 1
    shrunk = cache.outbox.get(1)
    assert shrunk == replace(taken, payload=None)


def test_what_ended_shrinks_to_hash_and_sum_and_the_chain_stays_whole(cache: OfflineCache) -> None:
    long = bytes(range(256)) * 40
    for number in range(1, 6):
        cache.outbox.append(draft(number, long), NOON, AMPLE)
    cache.outbox.finish(1, APPLIED)
    cache.outbox.finish(2, REJECTED)
    cache.outbox.finish(3, REVERSED)
    cache.outbox.finish(4, replace(APPLIED, at=LATER + timedelta(days=1)))
    before = cache.outbox.verify()
    assert [cache.outbox.shrink(LATER + timedelta(hours=1), limit) for limit in (1, 9, 9)] == [1, 1, 0]
    entries = {entry.number: entry for entry in cache.outbox.recent(9)}
    assert [number for number, entry in entries.items() if entry.payload is None] == [3, 1]
    assert {entry.payload for entry in entries.values() if entry.payload is not None} == {long}
    assert entries[1].end == replace(APPLIED, answer=None)
    assert (entries[1].payload_hash, entries[1].amount) == (sha256(long).digest(), 40_000)
    assert cache.outbox.verify() == before
    assert before.whole


def test_what_waits_is_counted_summed_and_dated(cache: OfflineCache) -> None:
    assert cache.outbox.standing() == Standing(0, 0, None, 0)
    for number in range(1, 6):
        at = NOON + timedelta(hours=number)
        cache.outbox.append(draft(number, amount=10**number), at, AMPLE)
    for number, end in ((1, APPLIED), (3, REJECTED), (4, REVERSED)):
        cache.outbox.finish(number, end)
    assert cache.outbox.standing() == Standing(2, 100_100, NOON + timedelta(hours=2), 1)
    assert [entry.number for entry in cache.outbox.waiting(9)] == [2, 5]
    assert [entry.number for entry in cache.outbox.recent(2)] == [5, 4]
    cache.outbox.acknowledge(3, "clerk", LATER)
    assert cache.outbox.standing().unacknowledged == 0


@pytest.mark.parametrize(
    ("caps", "at", "cap"),
    [
        (Caps(2, 999, timedelta(days=9)), NOON, Cap.COUNT),
        (Caps(3, 299, timedelta(days=9)), NOON, Cap.SUM),
        (Caps(3, 300, timedelta(days=1)), LATER + timedelta(microseconds=1), Cap.AGE),
        (Caps(3, 300, timedelta(days=1)), LATER, None),
    ],
)
def test_an_entry_beyond_a_cap_is_refused_and_the_cap_named(
    cache: OfflineCache, caps: Caps, at: datetime, cap: Cap | None
) -> None:
    for number in (1, 2):
        cache.outbox.append(draft(number, amount=100), NOON, AMPLE)
    if cap is None:
        assert cache.outbox.append(draft(3, amount=100), at, caps).number == 3
        return
    with pytest.raises(OutboxFull, match=cap) as raised:
        cache.outbox.append(draft(3, amount=100), at, caps)
    assert (raised.value.cap, raised.value.standing) == (cap, Standing(2, 200, NOON, 0))
    cache.outbox.finish(1, APPLIED)
    cache.outbox.finish(2, REJECTED)
    assert cache.outbox.append(draft(3, amount=100), at, caps).number == 3, "what ended waits no more"


@given(
    waiting=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6),
    caps=st.builds(Caps, st.integers(0, 9), st.integers(0, 200), st.timedeltas(timedelta(0), timedelta(50))),
    amount=st.integers(0, 100),
    entries=st.integers(1, 4),
)
def test_no_cap_is_ever_exceeded(
    waiting: list[tuple[int, int]], caps: Caps, amount: int, entries: int
) -> None:
    now = NOON + timedelta(days=50)
    instants = [NOON + timedelta(days=day) for _, day in waiting]
    standing = Standing(len(waiting), sum(sum_ for sum_, _ in waiting), min(instants, default=None), 0)
    fits = (
        len(waiting) + entries <= caps.max_waiting
        and standing.amount + amount <= caps.max_sum
        and all(now - instant <= caps.max_age for instant in instants)
    )
    assert (caps.reached(standing, amount, now, entries) is None) is fits
    assert caps.reached(standing, amount, now) == caps.reached(standing, amount, now, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "k" * 201},
        {"kind": ""},
        {"terminal": "t" * 201},
        {"about": ""},
        {"about": "长" * 201},
        {"payload": bytes(MOST_OCTETS + 1)},
        {"amount": -1},
        {"amount": MOST_AMOUNT + 1},
    ],
)
def test_a_draft_beyond_the_bounds_is_refused(wrong: dict[str, str | bytes | int]) -> None:
    fine: dict[str, str | bytes | int] = {
        "terminal": "t",
        "key": "k",
        "kind": "s",
        "payload": b"",
        "amount": 0,
    }
    Draft(**fine)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"200 characters|octets|amount"):
        Draft(**fine | wrong)  # type: ignore[arg-type]


def test_an_end_or_a_limit_beyond_the_bounds_is_refused(cache: OfflineCache) -> None:
    with pytest.raises(ValueError, match="octets"):
        Applied("C-1", bytes(MOST_OCTETS + 1), NOON)
    with pytest.raises(ValueError, match="characters"):
        Applied("", b"", NOON)
    for limit in (0, 501):
        with pytest.raises(ValueError, match="limit"):
            cache.outbox.recent(limit)
        with pytest.raises(ValueError, match="limit"):
            cache.outbox.about("bill 7", limit)
        with pytest.raises(ValueError, match="limit"):
            cache.outbox.shrink(NOON, limit)
    with pytest.raises(ValueError, match="zone"):
        cache.outbox.append(draft(1), datetime(2026, 1, 1), AMPLE)  # noqa: DTZ001


def test_an_entry_that_is_not_there_is_said_so(cache: OfflineCache) -> None:
    questions: tuple[Callable[[], Entry], ...] = (
        lambda: cache.outbox.get(1),
        lambda: cache.outbox.finish(1, APPLIED),
        lambda: cache.outbox.acknowledge(1, "clerk", NOON),
    )
    for asking in questions:
        with pytest.raises(NoSuchEntry, match="1"):
            asking()


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM outbox_entry WHERE number = 3",
        "DELETE FROM outbox_entry",
        "DELETE FROM outbox_head",
        "UPDATE outbox_head SET link = zeroblob(32)",
    ],
)
def test_nothing_is_appended_to_a_chain_that_lost_its_end(cache: OfflineCache, loss: str) -> None:
    for number in (1, 2, 3):
        cache.outbox.append(draft(number), NOON, AMPLE)
    with cache.vault.write() as transaction:
        transaction.change(loss)
    with pytest.raises(ChainEndAstray):
        cache.outbox.append(draft(4), NOON, AMPLE)


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (f"{_PENDING} AND lease_until <= 3 AND number > 7", "outbox_entry_whole (state=? AND number>?)"),
        (f"{_OVER} AND number > 7", "outbox_entry_whole (state=? AND number>?)"),
        (_UNACKNOWLEDGED, "outbox_entry_whole (state=?)"),
        ("about = ?", "outbox_entry_about (about=?)"),
    ],
)
def test_what_is_listed_often_is_found_by_an_index(cache: OfflineCache, condition: str, index: str) -> None:
    listing = f"SELECT payload FROM outbox_entry WHERE {condition} ORDER BY number LIMIT 5"  # noqa: S608
    require_index(cache, listing, index)


def test_what_each_sale_asks_is_answered_by_an_index(cache: OfflineCache) -> None:
    require_index(cache, _STANDING, "outbox_entry_whole (state=?)")
    require_index(cache, _END_OF_CHAIN, "PRIMARY KEY (rowid>?)")


def require_index(cache: OfflineCache, statement: str, index: str) -> None:
    values = ("x",) * statement.count("?")
    plan = str(cache.vault.rows(f"EXPLAIN QUERY PLAN {statement}", values))
    assert index in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
