"""Intents: durable before asking, settled once, with their entries or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from vault_helpers import AMPLE, NOON, draft, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.entries import MOST_OCTETS, EntryThere, Lease, OutboxFull
from offline_cache.errors import VaultUnreadable
from offline_cache.intents import (
    MOST_AT_ONCE,
    Intent,
    IntentOpenedBefore,
    IntentSettled,
    NoSuchIntent,
    Outcome,
    Room,
    Settlement,
)

LATER = NOON + timedelta(minutes=2)
TRUTHS = (Outcome.CHARGED, Outcome.NOT_CHARGED)


def test_an_intent_is_there_from_its_opening_and_has_its_outcome_after_reopening(vault_path: Path) -> None:
    cache = OfflineCache.open(vault_path, vault_key())
    cache.intents.open("i-1", "card", b"bills", NOON)
    cache.intents.open("i-2", "qr", b"", NOON)
    cache.intents.settle("i-1", Outcome.NOT_CHARGED, "cancelled", LATER)
    cache.close()
    cache = OfflineCache.open(vault_path, vault_key())
    settled = Intent("i-1", "card", b"bills", NOON, (Settlement(Outcome.NOT_CHARGED, "cancelled", LATER),))
    asked = Intent("i-2", "qr", b"", NOON, ())
    assert cache.intents.recent(9) == [asked, settled]
    assert cache.intents.recent(1) == [asked]
    assert cache.intents.get("i-1") == settled
    assert (settled.outcome, asked.outcome) == (Outcome.NOT_CHARGED, None)
    assert cache.intents.unsettled() == cache.intents.unsettled("qr") == [asked]
    assert cache.intents.unsettled("card") == []
    cache.close()


def test_nobody_is_asked_twice_under_one_id(cache: OfflineCache) -> None:
    cache.intents.open("i-1", "card", b"bills", NOON)
    with pytest.raises(IntentOpenedBefore, match="i-1"):
        cache.intents.open("i-1", "card", b"others", NOON)
    assert cache.intents.get("i-1").payload == b"bills"


@pytest.mark.parametrize("truth", TRUTHS)
def test_unknown_becomes_the_truth_exactly_once_and_both_stay(cache: OfflineCache, truth: Outcome) -> None:
    cache.intents.open("i-1", "card", b"bills", NOON)
    unknown = cache.intents.settle("i-1", Outcome.UNKNOWN, "the pad is silent", NOON)
    assert cache.intents.settle("i-1", Outcome.UNKNOWN, "still", LATER) == unknown
    assert cache.intents.unsettled("card") == [unknown]
    known = cache.intents.settle("i-1", truth, "the pad says so", LATER)
    assert known.history == (
        Settlement(Outcome.UNKNOWN, "the pad is silent", NOON),
        Settlement(truth, "the pad says so", LATER),
    )
    assert cache.intents.settle("i-1", truth, "again", LATER) == known
    for other in {*TRUTHS, Outcome.UNKNOWN} - {truth}:
        with pytest.raises(IntentSettled) as raised:
            cache.intents.settle("i-1", other, "", LATER)
        assert (raised.value.found, raised.value.refused) == (known, other)
    assert cache.intents.get("i-1") == known
    assert cache.intents.unsettled() == []


@pytest.mark.parametrize("was_unknown", [False, True])
def test_an_outcome_and_its_entries_are_written_together(cache: OfflineCache, was_unknown: bool) -> None:
    cache.intents.open("i-1", "card", b"bills", NOON)
    if was_unknown:
        cache.intents.settle("i-1", Outcome.UNKNOWN, "", NOON)
    own = Lease.begin("front", LATER, 5)
    entries = cache.intents.settle_with_entries(
        "i-1", Outcome.CHARGED, "ref 7", [draft(1), draft(2)], LATER, lease=own
    )
    assert [entry.number for entry in entries] == [1, 2]
    assert {entry.lease for entry in entries} == {own}
    assert tuple(cache.outbox.waiting(9)) == entries
    assert cache.intents.get("i-1").history[-1] == Settlement(Outcome.CHARGED, "ref 7", LATER)
    with pytest.raises(IntentSettled):
        cache.intents.settle_with_entries("i-1", Outcome.CHARGED, "", [draft(3)], LATER)
    assert cache.outbox.find("key 3") is None


def test_where_an_entry_cannot_be_written_the_outcome_is_not_either(cache: OfflineCache) -> None:
    cache.outbox.append(draft(2), NOON, AMPLE)
    cache.intents.open("i-1", "card", b"bills", NOON)
    with pytest.raises(EntryThere):
        cache.intents.settle_with_entries("i-1", Outcome.CHARGED, "", [draft(1), draft(2)], LATER)
    assert cache.intents.get("i-1").outcome is None
    assert cache.outbox.find("key 1") is None
    for outcome, drafts in ((Outcome.UNKNOWN, [draft(1)]), (Outcome.CHARGED, [])):
        with pytest.raises(ValueError, match="do not follow"):
            cache.intents.settle_with_entries("i-1", outcome, "", drafts, LATER)
    assert cache.outbox.verify().whole


def test_a_cap_refuses_the_asking_but_never_the_record_of_money_taken(cache: OfflineCache) -> None:
    full = replace(AMPLE, max_waiting=1)
    cache.intents.open("i-1", "card", b"", NOON, room=Room(40_000, full))
    cache.outbox.append(draft(9), NOON, full)
    with pytest.raises(OutboxFull):
        cache.intents.open("i-2", "card", b"", NOON, room=Room(40_000, full))
    with pytest.raises(NoSuchIntent):
        cache.intents.get("i-2")
    cache.intents.settle_with_entries("i-1", Outcome.CHARGED, "", [draft(1)], LATER)
    assert cache.outbox.standing().waiting == 2


def test_purging_leaves_what_is_not_known(cache: OfflineCache) -> None:
    for intent_id in ("open", "unknown", "old", "new"):
        cache.intents.open(intent_id, "card", b"", NOON)
    cache.intents.settle("unknown", Outcome.UNKNOWN, "", NOON)
    cache.intents.settle("old", Outcome.CHARGED, "", NOON)
    cache.intents.settle("new", Outcome.CHARGED, "", LATER)
    assert cache.intents.purge(LATER) == 1
    assert {intent.intent_id for intent in cache.intents.recent(9)} == {"open", "unknown", "new"}


def test_one_purging_removes_no_more_than_others_can_wait_for(cache: OfflineCache) -> None:
    cache.intents.open("open", "card", b"", NOON)
    for number in range(MOST_AT_ONCE + 1):
        cache.intents.open(f"i-{number}", "card", b"", NOON)
        cache.intents.settle(f"i-{number}", Outcome.CHARGED, "", NOON)
    assert [cache.intents.purge(LATER) for _ in range(3)] == [MOST_AT_ONCE, 1, 0]
    assert [intent.intent_id for intent in cache.intents.recent(9)] == ["open"]


def test_an_intent_that_is_not_there_or_beyond_the_bounds_is_refused(cache: OfflineCache) -> None:
    with pytest.raises(NoSuchIntent, match="i-1"):
        cache.intents.settle("i-1", Outcome.CHARGED, "", NOON)
    with pytest.raises(NoSuchIntent, match="i-1"):
        cache.intents.settle_with_entries("i-1", Outcome.CHARGED, "", [draft(1)], NOON)
    assert cache.outbox.find("key 1") is None
    cache.intents.open("i-1", "card", b"", NOON)
    with pytest.raises(ValueError, match="500"):
        cache.intents.settle("i-1", Outcome.CHARGED, "x" * 501, NOON)
    with pytest.raises(ValueError, match="octets"):
        cache.intents.open("i-2", "card", bytes(MOST_OCTETS + 1), NOON)
    with pytest.raises(ValueError, match="characters"):
        cache.intents.open("", "card", b"", NOON)
    with pytest.raises(ValueError, match="limit"):
        cache.intents.recent(0)


def test_an_intent_changed_from_outside_is_refused_and_hides_no_other(cache: OfflineCache) -> None:
    cache.intents.open("i-1", "card", b"x" * 9000, NOON, about=["bill-1"])
    cache.intents.open("i-2", "card", b"y", NOON, about=["bill-2"])
    with cache.vault.write() as transaction:
        transaction.change("UPDATE intent SET payload = zeroblob(9000) WHERE intent_id = 'i-1'")
    for asked in (
        lambda: cache.intents.get("i-1"),
        lambda: cache.intents.about("bill-1", 5),
        lambda: cache.intents.recent(5),
    ):
        with pytest.raises(VaultUnreadable, match="i-1"):
            asked()
    assert [intent.intent_id for intent in cache.intents.unsettled()] == ["i-2"]
    assert cache.intents.damaged() == ["i-1"]
    assert [intent.intent_id for intent in cache.intents.about("bill-2", 5)] == ["i-2"]


def test_intents_are_found_by_what_they_are_about(cache: OfflineCache) -> None:
    cache.intents.open("family", "card", b"", NOON, about=["bill-1", "bill-2", "bill-1"])
    cache.intents.open("again", "card", b"", NOON, about=["bill-2"])
    found = {bill: [one.intent_id for one in cache.intents.about(bill, 5)] for bill in ("bill-1", "bill-2")}
    assert found == {"bill-1": ["family"], "bill-2": ["again", "family"]}
    assert [one.intent_id for one in cache.intents.about("bill-2", 1)] == ["again"]
    assert cache.intents.about("bill-3", 5) == []
    with pytest.raises(ValueError, match="100"):
        cache.intents.open("too-many", "card", b"", NOON, about=[f"bill-{n}" for n in range(101)])


def test_what_a_purged_intent_was_about_goes_with_it(cache: OfflineCache) -> None:
    for name in ("old", "new"):
        cache.intents.open(name, "card", b"", NOON, about=["bill"])
    cache.intents.settle("old", Outcome.NOT_CHARGED, "", NOON)
    assert cache.intents.purge(NOON + timedelta(days=1)) == 1
    assert [one.intent_id for one in cache.intents.about("bill", 5)] == ["new"]
    assert cache.vault.rows("SELECT count(*) FROM intent_about") == [(1,)]


def test_unsettled_intents_are_found_by_their_own_index(cache: OfflineCache) -> None:
    plan = cache.vault.rows(
        "EXPLAIN QUERY PLAN SELECT * FROM intent WHERE outcome IS NULL AND ('x' IS NULL OR kind = 'x') "
        "ORDER BY sequence"
    )
    assert "intent_unsettled" in str(plan)
