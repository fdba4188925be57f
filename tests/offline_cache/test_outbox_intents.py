"""Intents: durable before asking, one about one thing, settled once, with their entries or not at all."""

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
from offline_cache.entries import MOST_OCTETS, Cap, Draft, EntryThere, Lease, OutboxFull
from offline_cache.errors import VaultUnreadable
from offline_cache.intents import (
    _UNSETTLED_ABOUT,
    MOST_AT_ONCE,
    Intent,
    IntentOpenedBefore,
    IntentSettled,
    NoSuchIntent,
    Outcome,
    Room,
    Settlement,
    StillUnsettled,
)

LATER = NOON + timedelta(minutes=2)
TRUTHS = (Outcome.CHARGED, Outcome.NOT_CHARGED)
RANKS = {None: 0, Outcome.UNKNOWN: 1, Outcome.NOT_CHARGED: 2, Outcome.CHARGED: 3}
"""What is known never sinks: a word of a lower rank is refused, the same word changes nothing."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfflineCache]:
    """One vault for many examples; each takes an id that no other has."""
    cache = OfflineCache.open(tmp_path_factory.mktemp("intents") / "private" / "vault.db", vault_key())
    yield cache
    cache.close()


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
    for other in (one for one, rank in RANKS.items() if one is not None and rank < RANKS[truth]):
        with pytest.raises(IntentSettled) as raised:
            cache.intents.settle("i-1", other, "", LATER)
        assert (raised.value.found, raised.value.refused) == (known, other)
    assert cache.intents.get("i-1") == known
    assert cache.intents.unsettled() == []


@pytest.mark.parametrize("with_entries", [False, True])
@pytest.mark.parametrize("was_unknown", [False, True])
def test_money_that_did_move_is_written_down_over_the_word_that_it_did_not(
    cache: OfflineCache, with_entries: bool, was_unknown: bool
) -> None:
    cache.intents.open("i-1", "card", b"bills", NOON, about=["bill"])
    if was_unknown:
        cache.intents.settle("i-1", Outcome.UNKNOWN, "the pad is silent", NOON)
    hasty = cache.intents.settle("i-1", Outcome.NOT_CHARGED, "clerk 7: the bank says so", NOON)
    if with_entries:
        [entry] = cache.intents.settle_with_entries("i-1", Outcome.CHARGED, "ref 7", [draft(1)], LATER)
        assert cache.outbox.waiting(9) == [entry]
        with pytest.raises(IntentSettled):
            cache.intents.settle_with_entries("i-1", Outcome.CHARGED, "ref 8", [draft(2)], LATER)
    else:
        cache.intents.settle("i-1", Outcome.CHARGED, "ref 7", LATER)
    charged = cache.intents.get("i-1")
    assert charged.outcome is Outcome.CHARGED
    assert charged.history == (*hasty.history, Settlement(Outcome.CHARGED, "ref 7", LATER))
    assert cache.intents.settle("i-1", Outcome.CHARGED, "ref 9", LATER) == charged
    for other in (Outcome.NOT_CHARGED, Outcome.UNKNOWN):
        with pytest.raises(IntentSettled, match="is CHARGED"):
            cache.intents.settle("i-1", other, "", LATER)
    assert cache.intents.about("bill", 9) == cache.intents.recent(9) == [charged]


def test_where_its_entry_cannot_be_written_a_charge_overrules_nothing_either(cache: OfflineCache) -> None:
    cache.outbox.append(draft(1), NOON, AMPLE)
    cache.intents.open("i-1", "card", b"bills", NOON)
    hasty = cache.intents.settle("i-1", Outcome.NOT_CHARGED, "", NOON)
    with pytest.raises(EntryThere):
        cache.intents.settle_with_entries("i-1", Outcome.CHARGED, "", [draft(1)], LATER)
    assert cache.intents.get("i-1") == hasty


def tell(cache: OfflineCache, intent_id: str, word: Settlement, drafts: list[Draft]) -> None:
    """Write `word` down, and what follows from it."""
    if drafts:
        cache.intents.settle_with_entries(intent_id, word.outcome, word.detail, drafts, word.at)
    else:
        cache.intents.settle(intent_id, word.outcome, word.detail, word.at)


@settings(deadline=None, max_examples=60)
@given(said=st.lists(st.tuples(st.sampled_from(Outcome), st.booleans()), max_size=6))
def test_in_whatever_order_it_is_heard_what_is_known_never_sinks(
    shared: OfflineCache, said: list[tuple[Outcome, bool]]
) -> None:
    [(earlier,)] = shared.vault.rows("SELECT count(*) FROM intent")
    intent_id = f"i-{earlier}"
    shared.intents.open(intent_id, "card", b"bills", NOON)
    history: list[Settlement] = []
    for step, (outcome, with_entries) in enumerate(said):
        word = Settlement(outcome, f"{step}", NOON + timedelta(minutes=step))
        known = history[-1].outcome if history else None
        rises = RANKS[outcome] > RANKS[known]
        sold = replace(draft(1), key=f"{intent_id} {step}")
        drafts = [sold] if with_entries and outcome is not Outcome.UNKNOWN else []
        if rises or (outcome is known and not drafts):
            tell(shared, intent_id, word, drafts)
        else:
            with pytest.raises(IntentSettled) as raised:
                tell(shared, intent_id, word, drafts)
            assert (raised.value.found.outcome, raised.value.refused) == (known, outcome)
        history += [word] if rises else []
        assert (shared.outbox.find(sold.key) is not None) is (rises and bool(drafts))
    found = shared.intents.get(intent_id)
    assert found.history == tuple(history)
    assert (found in shared.intents.unsettled()) is (RANKS[found.outcome] < RANKS[Outcome.NOT_CHARGED])


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


def test_a_family_needs_room_for_all_of_its_entries(cache: OfflineCache) -> None:
    caps = replace(AMPLE, max_waiting=3)
    cache.outbox.append(draft(9), NOON, caps)
    with pytest.raises(OutboxFull) as raised:
        cache.intents.open("i-1", "card", b"", NOON, room=Room(120_000, caps, entries=3))
    assert raised.value.cap is Cap.COUNT
    cache.intents.open("i-1", "card", b"", NOON, room=Room(80_000, caps, entries=2))
    for wrong in ({"entries": 0}, {"amount": -1}):
        with pytest.raises(ValueError, match=r"entries|amount"):
            replace(Room(80_000, caps), **wrong)


@pytest.mark.parametrize("was_unknown", [False, True])
@pytest.mark.parametrize("about", [["bill-2"], ["bill-3", "bill-2", "bill-4"]])
def test_while_nobody_knows_what_became_of_it_nobody_is_asked_about_it_again(
    cache: OfflineCache, was_unknown: bool, about: list[str]
) -> None:
    cache.intents.open("other", "card", b"", NOON, about=["bill-9"])
    cache.intents.open("first", "card", b"", NOON, about=["bill-1", "bill-2"])
    if was_unknown:
        cache.intents.settle("first", Outcome.UNKNOWN, "", NOON)
    rows = "SELECT (SELECT count(*) FROM intent), (SELECT count(*) FROM intent_about)"
    before = cache.vault.rows(rows)
    with pytest.raises(StillUnsettled, match="first") as raised:
        cache.intents.open("second", "qr", b"", LATER, about=about, room=Room(1, replace(AMPLE, max_sum=0)))
    assert (raised.value.intent_id, raised.value.about) == ("first", "bill-2")
    assert cache.vault.rows(rows) == before, "nothing was written"
    with pytest.raises(IntentOpenedBefore):
        cache.intents.open("first", "card", b"", LATER, about=about)
    cache.intents.settle("first", Outcome.NOT_CHARGED, "", LATER)
    cache.intents.open("second", "qr", b"", LATER, about=about)
    assert [intent.intent_id for intent in cache.intents.unsettled()] == ["other", "second"]


def test_a_charge_found_out_late_hides_no_later_one_about_the_same(cache: OfflineCache) -> None:
    for number, name in enumerate(["first", "second"], start=1):
        cache.intents.open(name, "card", b"", NOON, about=["bill"])
        cache.intents.settle(name, Outcome.NOT_CHARGED, "", NOON)
        cache.intents.settle_with_entries(name, Outcome.CHARGED, "", [draft(number)], LATER)
    cache.intents.open("third", "card", b"", NOON, about=["bill"])
    cache.intents.settle("first", Outcome.CHARGED, "again", LATER)
    with pytest.raises(StillUnsettled, match="third"):
        cache.intents.open("fourth", "card", b"", NOON, about=["bill"])
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
    for number in range(1, 6):
        cache.intents.open(f"i-{number}", "card", b"x" * 9000, NOON, about=[f"bill-{number}"])
    with cache.vault.write() as transaction:
        transaction.change("UPDATE intent SET payload = zeroblob(9000) WHERE intent_id IN ('i-3', 'i-4')")
    for asked in (lambda: cache.intents.get("i-3"), lambda: cache.intents.about("bill-3", 5)):
        with pytest.raises(VaultUnreadable, match="i-3"):
            asked()
    assert [intent.intent_id for intent in cache.intents.unsettled()] == ["i-1", "i-2", "i-5"]
    assert cache.intents.damaged() == ["i-3", "i-4"]
    assert [intent.intent_id for intent in cache.intents.about("bill-2", 5)] == ["i-2"]
    recent = {limit: [one.intent_id for one in cache.intents.recent(limit)] for limit in (1, 2, 5)}
    assert recent == {1: ["i-5"], 2: ["i-5", "i-2"], 5: ["i-5", "i-2", "i-1"]}
    with pytest.raises(StillUnsettled, match="i-3"):
        cache.intents.open("again", "card", b"", NOON, about=["bill-3"])


def test_intents_are_found_by_what_they_are_about(cache: OfflineCache) -> None:
    cache.intents.open("family", "card", b"", NOON, about=["bill-1", "bill-2", "bill-1"])
    cache.intents.settle("family", Outcome.NOT_CHARGED, "", NOON)
    cache.intents.open("again", "card", b"", NOON, about=["bill-2"])
    found = {bill: [one.intent_id for one in cache.intents.about(bill, 5)] for bill in ("bill-1", "bill-2")}
    assert found == {"bill-1": ["family"], "bill-2": ["again", "family"]}
    assert [one.intent_id for one in cache.intents.about("bill-2", 1)] == ["again"]
    assert cache.intents.about("bill-3", 5) == []
    with pytest.raises(ValueError, match="100"):
        cache.intents.open("too-many", "card", b"", NOON, about=[f"bill-{n}" for n in range(101)])


def test_intents_are_found_by_who_wants_them_asked(cache: OfflineCache) -> None:
    for number, who in enumerate(["payer 1", "payer 2", None, "payer 1", "payer 1"], start=1):
        cache.intents.open(f"i-{number}", "card", b"x", NOON, by=who)
    with cache.vault.write() as transaction:
        transaction.change("UPDATE intent SET payload = zeroblob(1) WHERE intent_id = 'i-4'")
    assert [one.intent_id for one in cache.intents.asked_by("payer 1", 9)] == ["i-5", "i-1"]
    assert [one.intent_id for one in cache.intents.asked_by("payer 1", 1)] == ["i-5"]
    assert cache.intents.asked_by("payer 3", 9) == []
    with pytest.raises(ValueError, match="200 characters"):
        cache.intents.open("i-6", "card", b"", NOON, by="")
    plan = str(
        cache.vault.rows(
            "EXPLAIN QUERY PLAN SELECT sequence FROM intent WHERE asked_by = ? "
            "ORDER BY sequence DESC LIMIT 9",
            ("payer 1",),
        )
    )
    assert "intent_asked_by (asked_by=?)" in plan
    assert "TEMP B-TREE" not in plan


def test_what_a_purged_intent_was_about_goes_with_it(cache: OfflineCache) -> None:
    for name, at in (("old", NOON), ("new", NOON + timedelta(days=1))):
        cache.intents.open(name, "card", b"", at, about=["bill"])
        cache.intents.settle(name, Outcome.NOT_CHARGED, "", at)
    assert cache.intents.purge(NOON + timedelta(days=1)) == 1
    assert [one.intent_id for one in cache.intents.about("bill", 5)] == ["new"]
    assert cache.vault.rows("SELECT count(*) FROM intent_about") == [(1,)]


def test_unsettled_intents_are_found_by_their_own_index(cache: OfflineCache) -> None:
    plan = cache.vault.rows(
        "EXPLAIN QUERY PLAN SELECT * FROM intent WHERE outcome IS NULL AND ('x' IS NULL OR kind = 'x') "
        "ORDER BY sequence"
    )
    assert "intent_unsettled" in str(plan)


def test_before_an_intent_is_opened_only_those_about_the_same_are_looked_at(cache: OfflineCache) -> None:
    plan = str(cache.vault.rows(f"EXPLAIN QUERY PLAN {_UNSETTLED_ABOUT}", ("bill",)))
    assert "SEARCH intent_about USING PRIMARY KEY (about=?)" in plan
    assert "SEARCH intent USING INTEGER PRIMARY KEY (rowid=?)" in plan
    assert "TEMP B-TREE" not in plan
