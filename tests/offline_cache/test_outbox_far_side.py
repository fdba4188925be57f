"""The outbox against a far side that is reached through a line which loses, repeats and breaks off."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from vault_helpers import AMPLE, NOON, draft, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.entries import PARKED, Applied, Batch, Draft, End, Entry, EntryThere, Lease, Rejected
from offline_cache.intents import Outcome, StillUnsettled
from offline_cache.outbox import append_within

LEASE_SECONDS = 60.0
UNREADABLE = b"unreadable"
"""A payload that the far side cannot read before it is renewed."""


class PowerCut(Exception):
    """What was being written is not there afterwards."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an intent asks for: sales of these keys, all of `payload`, about `bill`."""

    keys: tuple[str, ...]
    payload: bytes
    bill: str


class FarSide:
    """Takes each key once, for ever; what it took it answers again. It refuses every payload `b"bad"`."""

    def __init__(self) -> None:
        self.answers: dict[str, End] = {}
        self.renewed = False

    def told(self, key: str, payload: bytes) -> End | None:
        """The end of the entry; None where it cannot be read, and nothing is kept of it."""
        if payload == UNREADABLE and not self.renewed:
            return None
        if key not in self.answers:
            number = f"C-{len(self.answers) + 1}"
            self.answers[key] = (
                Rejected("bad", NOON) if payload == b"bad" else Applied(number, number.encode(), NOON)
            )
        return self.answers[key]


class Sending(RuleBasedStateMachine):
    """What may happen to an outbox and its line, in any order."""

    batches = Bundle("batches")
    payloads = st.sampled_from([b"good", b"good " * 900, b"bad", UNREADABLE])
    bills = st.sampled_from(["bill 1", "bill 2"])

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.cache = self.opened()
        self.far = FarSide()
        self.sales: dict[str, bytes] = {}  # key and payload of each entry, in their order
        self.born = 0
        self.asked: dict[str, Asked] = {}  # by intent, those whose truth is not written down
        self.denied: dict[str, Asked] = {}  # those of which it is written that nothing was charged
        self.now = NOON

    def opened(self) -> OfflineCache:
        return OfflineCache.open(self.directory / "private" / "vault.db", vault_key())

    def drafted(self, payload: bytes) -> Draft:
        """A sale with a key of its own."""
        self.born += 1
        return draft(self.born, payload)

    def sent(self, entry: Entry) -> End | None:
        """What the far side says to `entry`."""
        assert entry.payload is not None
        return self.far.told(entry.key, entry.payload)

    @initialize()
    def first_sale(self) -> None:
        self.sale(payload=b"good", own=True)

    @rule(payload=payloads, own=st.booleans())
    def sale(self, payload: bytes, own: bool) -> None:
        lease = Lease.begin("front", self.now, LEASE_SECONDS) if own else None
        entry = self.cache.outbox.append(self.drafted(payload), self.now, AMPLE, lease=lease)
        self.sales[entry.key] = payload
        assert entry.number == len(self.sales)

    @rule(data=st.data())
    def sale_said_twice(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(list(self.sales)))
        with pytest.raises(EntryThere):
            self.cache.outbox.append(replace(draft(1), key=key), self.now, AMPLE)

    @rule()
    def crash_within_a_sale(self) -> None:
        with pytest.raises(PowerCut):
            self.sale_until_power_goes()
        self.crash()

    def sale_until_power_goes(self) -> None:
        with self.cache.vault.write() as transaction:
            append_within(transaction, self.drafted(b"good"), self.now, None)
            raise PowerCut

    @rule(payload=payloads, bill=bills, several=st.integers(1, 2))
    def ask(self, payload: bytes, bill: str, several: int) -> None:
        asked = Asked(tuple(self.drafted(payload).key for _ in range(several)), payload, bill)
        name = f"intent {asked.keys[0]}"
        [blocking] = [other for other, one in self.asked.items() if one.bill == bill] or [None]
        if blocking is None:
            self.cache.intents.open(name, "card", payload, self.now, about=[bill])
            self.asked[name] = asked
            return
        with pytest.raises(StillUnsettled) as raised:
            self.cache.intents.open(name, "card", payload, self.now, about=["another", bill])
        assert (raised.value.intent_id, raised.value.about) == (blocking, bill)

    @precondition(lambda self: self.asked)
    @rule(own=st.booleans())
    def settle(self, own: bool) -> None:
        self.charge(next(iter(self.asked)), self.asked, own=own)

    @precondition(lambda self: self.asked)
    @rule()
    def deny(self) -> None:
        name = next(iter(self.asked))
        self.cache.intents.settle(name, Outcome.NOT_CHARGED, "a person says so", self.now)
        self.denied[name] = self.asked.pop(name)

    @precondition(lambda self: self.denied)
    @rule(own=st.booleans())
    def charged_after_all(self, own: bool) -> None:
        name = next(iter(self.denied))
        self.charge(name, self.denied, own=own)
        history = [one.outcome for one in self.cache.intents.get(name).history]
        assert history == [Outcome.NOT_CHARGED, Outcome.CHARGED]

    def charge(self, name: str, group: dict[str, Asked], *, own: bool) -> None:
        lease = Lease.begin("front", self.now, LEASE_SECONDS) if own else None
        asked = group.pop(name)
        sold = [replace(draft(1, asked.payload), key=key, about=asked.bill) for key in asked.keys]
        entries = self.cache.intents.settle_with_entries(
            name, Outcome.CHARGED, "", sold, self.now, lease=lease
        )
        self.sales |= dict.fromkeys(asked.keys, asked.payload)
        assert [entry.number for entry in entries][-1] == len(self.sales)

    @rule(target=batches, limit=st.integers(1, 3))
    def lease(self, limit: int) -> Batch:
        batch = self.cache.outbox.lease("agent", limit, self.now, LEASE_SECONDS)
        assert batch.damaged == ()
        assert all(entry.end is None for entry in batch.entries)
        return batch

    @rule(batch=batches, asked_twice=st.booleans())
    def send(self, batch: Batch, asked_twice: bool) -> None:
        """Sending may be late: another holder may have sent the same entries meanwhile."""
        ends: list[tuple[int, End]] = []
        for entry in batch.entries:
            if asked_twice:
                self.sent(entry)
            end = self.sent(entry)
            if end is None:
                self.cache.outbox.park(entry.number, self.now, 2 * LEASE_SECONDS)
            else:
                ends.append((entry.number, end))
        done = self.cache.outbox.finish_all(ends)
        assert ([entry.number for entry in done.entries], done.refused) == ([n for n, _ in ends], {})
        for number, end in ends[:1]:
            self.cache.outbox.finish(number, replace(end, at=self.now))

    @rule(batch=batches)
    def request_lost(self, batch: Batch) -> None:
        """Nothing reached the far side: the lease stays until it is released or runs out."""

    @rule(batch=batches)
    def answer_lost(self, batch: Batch) -> None:
        for entry in batch.entries:
            self.sent(entry)

    @rule(batch=batches)
    def release(self, batch: Batch) -> None:
        self.cache.outbox.release(batch.lease.holder)

    @rule(batch=batches)
    def extend(self, batch: Batch) -> None:
        held = self.cache.outbox.extend(batch.lease.holder, self.now, LEASE_SECONDS)
        assert held <= {entry.number for entry in batch.entries}

    @rule()
    def leases_run_out(self) -> None:
        self.now += timedelta(seconds=LEASE_SECONDS)

    @rule()
    def crash(self) -> None:
        """What was not committed is gone, what was is there: the tests over processes kill for real."""
        self.cache.close()
        self.cache = self.opened()

    @rule()
    def far_side_renewed(self) -> None:
        self.far.renewed = True
        self.cache.outbox.release(PARKED)

    @rule()
    def acknowledge(self) -> None:
        for entry in self.cache.outbox.unacknowledged(1):
            self.cache.outbox.acknowledge(entry.number, "clerk", self.now)

    @rule()
    def shrink(self) -> None:
        self.cache.outbox.shrink(self.now + timedelta(days=1), limit=2)

    @invariant()
    def nothing_is_lost(self) -> None:
        entries = self.cache.outbox.recent(500)[::-1]
        assert [entry.key for entry in entries] == list(self.sales)
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1)), "without a gap"
        for entry in entries:
            told = self.far.answers.get(entry.key)
            match entry.end:
                case None:
                    assert entry.payload == self.sales[entry.key]
                case Applied(far_number):
                    assert isinstance(told, Applied)
                    assert far_number == told.far_number
                case Rejected():
                    assert isinstance(told, Rejected)
                    assert entry.acknowledged is not None or entry.payload == self.sales[entry.key]
                case _:
                    raise AssertionError(entry)
        assert {intent.intent_id for intent in self.cache.intents.unsettled()} == self.asked.keys()
        denied = [one for one in self.cache.intents.recent(500) if one.outcome is Outcome.NOT_CHARGED]
        assert {intent.intent_id for intent in denied} == self.denied.keys()

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        assert self.far.answers.keys() <= self.sales.keys(), "a key that no sale was born with"

    @invariant()
    def the_chain_is_whole(self) -> None:
        report = self.cache.outbox.verify()
        assert (report.whole, report.entries) == (True, len(self.sales))

    def teardown(self) -> None:
        """Whatever happened, once the line holds everything arrives."""
        try:
            self.far_side_renewed()
            self.now += timedelta(seconds=LEASE_SECONDS)
            while self.asked:
                self.settle(own=False)
            while (batch := self.cache.outbox.lease("agent", 3, self.now, LEASE_SECONDS)).entries:
                self.send(batch, asked_twice=False)
            self.nothing_is_lost()
            self.nothing_is_taken_twice()
            assert self.cache.outbox.standing().waiting == 0
            assert len(self.far.answers) == len(self.sales)
        finally:
            self.cache.close()
            shutil.rmtree(self.directory)


class SendingUnderNewKeys(Sending):
    """The control: a sender that makes the key again each time."""

    def __init__(self) -> None:
        super().__init__()
        self.sendings = 0

    def sent(self, entry: Entry) -> End | None:
        self.sendings += 1
        return super().sent(replace(entry, key=f"{entry.key} try {self.sendings}"))

    @invariant()
    def nothing_is_lost(self) -> None:
        """The far side knows none of these keys: what it said is not what is asked here."""

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        sold = [key.split(" try ")[0] for key in self.far.answers]
        assert len(sold) == len(set(sold)), "taken twice"


@pytest.mark.parametrize(
    "examples", [30, pytest.param(300, marks=[pytest.mark.prove, pytest.mark.timeout(900)])]
)
def test_every_sale_arrives_once_whatever_breaks_in_between(examples: int) -> None:
    run_state_machine_as_test(
        Sending, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None)
    )


def test_the_control_that_makes_new_keys_is_caught() -> None:
    quick = settings(
        max_examples=150, deadline=None, database=None, phases=[Phase.generate], derandomize=True
    )
    with pytest.raises(AssertionError, match="taken twice"):
        run_state_machine_as_test(SendingUnderNewKeys, settings=quick)
