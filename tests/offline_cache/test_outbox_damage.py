"""Entries that are not what was written: refused where asked for, passed over where all are listed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from vault_helpers import AMPLE, NOON, draft

from offline_cache.cache import OfflineCache
from offline_cache.entries import Applied, Entry, EntryDamaged, Rejected
from offline_cache.outbox import append_within

APPLIED = Applied("C-1", b"answer", NOON)


def filled(cache: OfflineCache, count: int) -> None:
    with cache.vault.write() as transaction:
        for number in range(1, count + 1):
            append_within(transaction, replace(draft(number), about="bill"), NOON, None)


def damage(cache: OfflineCache, *numbers: int) -> None:
    with cache.vault.write() as transaction:
        for number in numbers:
            transaction.change("UPDATE outbox_entry SET amount = 1 WHERE number = ?", (number,))


def numbers(entries: list[Entry]) -> list[int]:
    return [entry.number for entry in entries]


def test_a_row_changed_from_outside_is_no_entry_any_more(cache: OfflineCache) -> None:
    cache.outbox.append(replace(draft(1, b"x" * 9000), about="bill"), NOON, AMPLE)
    for change in ("amount = 1", "payload = zeroblob(9000)", "state = 'REJECTED', ended_at = 0, reason = ''"):
        with cache.vault.write() as transaction:
            saved = transaction.rows("SELECT amount, payload FROM outbox_entry")[0]
            transaction.change(f"UPDATE outbox_entry SET {change}")  # noqa: S608
        for asking in (
            lambda: cache.outbox.get(1),
            lambda: cache.outbox.find("key 1"),
            lambda: cache.outbox.about("bill", 1),
            lambda: cache.outbox.finish(1, APPLIED),
        ):
            with pytest.raises(EntryDamaged, match="entry 1"):
                asking()
        assert cache.outbox.damaged(9) == [1]
        with cache.vault.write() as transaction:
            transaction.change(
                """UPDATE outbox_entry SET amount = ?, payload = ?, state = 'PENDING', ended_at = NULL,
                   reason = NULL""",
                saved,
            )
        assert cache.outbox.get(1).payload == b"x" * 9000
        assert cache.outbox.damaged(9) == []


def test_a_list_passes_damaged_entries_over_and_is_as_long_as_it_may_be(cache: OfflineCache) -> None:
    filled(cache, 8)
    damage(cache, 1, 2, 5, 8)
    outbox = cache.outbox
    assert {limit: numbers(outbox.recent(limit)) for limit in (1, 3, 9)} == {
        1: [7],
        3: [7, 6, 4],
        9: [7, 6, 4, 3],
    }
    assert {limit: numbers(outbox.waiting(limit)) for limit in (1, 3, 9)} == {
        1: [3],
        3: [3, 4, 6],
        9: [3, 4, 6, 7],
    }


def test_a_damaged_rejected_entry_hides_no_other_from_who_takes_charge(cache: OfflineCache) -> None:
    filled(cache, 4)
    for number in (1, 2, 4):
        cache.outbox.finish(number, Rejected("no such bill", NOON))
    damage(cache, 1)
    assert numbers(cache.outbox.unacknowledged(1)) == [2]
    assert numbers(cache.outbox.unacknowledged(9)) == [2, 4]


def test_where_all_are_damaged_the_lists_are_empty(cache: OfflineCache) -> None:
    filled(cache, 3)
    damage(cache, 1, 2, 3)
    assert cache.outbox.recent(2) == cache.outbox.waiting(2) == []
    assert cache.outbox.damaged(9) == [1, 2, 3]


def test_who_asks_about_a_bill_is_told_of_a_damaged_entry_and_of_no_other_bills(cache: OfflineCache) -> None:
    filled(cache, 2)
    cache.outbox.append(replace(draft(3), about="another bill"), NOON, AMPLE)
    damage(cache, 1, 3)
    with pytest.raises(EntryDamaged, match="entry 1"):
        cache.outbox.about("bill", 9)
    assert numbers(cache.outbox.about("bill", 1)) == [2], "the latest one is sound"


def test_damaged_entries_are_named_whatever_became_of_them(cache: OfflineCache) -> None:
    filled(cache, 450)
    cache.outbox.finish_all([(number, APPLIED) for number in range(1, 300)])
    cache.outbox.shrink(NOON.replace(year=2027))
    assert cache.outbox.damaged(9) == []
    damage(cache, 1, 200, 201, 299, 400, 450)
    assert cache.outbox.damaged(500) == [1, 200, 201, 299, 400, 450]
    assert cache.outbox.damaged(2) == [1, 200]
    assert {finding.first for finding in cache.outbox.verify().findings} >= set(cache.outbox.damaged(9))
    for limit in (0, 501):
        with pytest.raises(ValueError, match="limit"):
            cache.outbox.damaged(limit)
