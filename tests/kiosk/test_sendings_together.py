"""Any mix of answers, losses, crashes and senders ends every entry once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from scripted_centre import Reply, ScriptedCentre, ScriptedTill, Wire, answered, applied, problem

from kiosk.central_client import CentreAway
from kiosk.vault_jobs import in_vault
from offline_cache.entries import Applied, Entry, EntryState

PENDING, APPLIED, REJECTED = EntryState.PENDING, EntryState.APPLIED, EntryState.REJECTED
LEASE_S = 30.0

FATES = ("applied", "rejected", "reused", "unreadable", "failed", "poison")


class Sendings(RuleBasedStateMachine):
    """Sales and sendings in any order, with any answers, lost ones, crashes, and the hand of a technician."""

    centre: ScriptedCentre
    new_directory: Callable[[], Path]

    def __init__(self) -> None:
        super().__init__()
        self.till = ScriptedTill(self.new_directory(), self.centre)
        self.books: dict[str, Wire] = {}
        """What the centre has decided, by key: it never decides again."""
        self.fates: dict[str, str] = {}
        self.lines_break = False
        self.ends: dict[int, object] = {}
        self.centre.script = self.hear

    def hear(self, entries: Sequence[Wire]) -> Reply:
        """The centre's side."""
        fates = [self.fates[str(one["key"])] for one in entries]
        if "poison" in fates:
            reply = problem("invalid-request")
        elif fates == ["reused"]:
            reply = problem("key-reused")
        else:
            reply = answered(*(self.decide(one) for one in entries))
        return None if self.lines_break else reply

    def decide(self, wire: Wire) -> Wire:
        key = str(wire["key"])
        if key in self.books:
            return {"key": key, "result": "duplicate", "first": self.books[key]}
        match self.fates[key]:
            case "applied":
                self.books[key] = applied(wire)
                return self.books[key]
            case "rejected":
                self.books[key] = {"key": key, "result": "rejected", "reason": "already-paid"}
                return self.books[key]
            case "reused":
                return {"key": key, "result": "key-reused"}
            case fate:
                return {"key": key, "result": fate}

    @initialize()
    def first_sale(self) -> None:
        self.sale(2)

    @rule(count=st.integers(1, 3))
    def sale(self, count: int) -> None:
        self.till.sell(count)

    @rule(data=st.data(), limit=st.integers(1, 5), breaks=st.booleans())
    def send(self, data: st.DataObject, limit: int, *, breaks: bool) -> None:
        batch = self.till.sender.lease("agent", 60.0, limit)
        self.draw_fates(data, batch.entries)
        assert not self.ends.keys() & {one.number for one in batch.entries}, "nothing that ended is sent"
        self.lines_break = breaks
        try:
            sent = self.till.sender.send(batch.entries, batch.lease)
        except CentreAway:
            assert breaks
            held = [one.lease for one in self.till.entries() if one in batch.entries]
            assert held == [None] * len(held)
        else:
            told = (*sent.applied, *sent.rejected, *sent.parked, *sent.failed)
            assert sorted(told) == [one.number for one in batch.entries], "each is accounted for once"

    def draw_fates(self, data: st.DataObject, entries: Sequence[Entry]) -> None:
        for one in entries:
            # A key that was reused stays so, and what the centre has booked it does not forget.
            if one.key not in self.books and self.fates.get(one.key) != "reused":
                self.fates[one.key] = data.draw(st.sampled_from(FATES), label=f"entry {one.number}")

    @rule(data=st.data())
    def send_by_hand(self, data: st.DataObject) -> None:
        """Any entry, also one that ended."""
        one = data.draw(st.sampled_from(self.till.entries()))
        self.draw_fates(data, [one])
        self.lines_break = False
        batch = self.till.sender.lease("kioskctl", 60.0, 1)
        self.till.sender.send((one,), batch.lease)
        in_vault(self.till.vault, lambda cache: cache.outbox.release(batch.lease.holder))

    @rule()
    def die_with_a_lease(self) -> None:
        self.till.sender.lease("agent", 60.0)

    @rule(seconds=st.sampled_from([61, 3601]))
    def time_passes(self, seconds: int) -> None:
        self.till.clock.advance(timedelta(seconds=seconds))

    @invariant()
    def every_entry_is_in_one_state_and_as_the_centre_said(self) -> None:
        for one in self.till.entries():
            if one.end is None:
                assert one.number not in self.ends, "what ended stays ended"
                continue
            assert self.ends.setdefault(one.number, one.end) == one.end
            booked = self.books.get(one.key, {"result": "rejected"})
            assert one.state.value == str(booked["result"]).upper()
            if isinstance(one.end, Applied):
                assert one.end.far_number == booked["number"]

    def teardown(self) -> None:
        """The line is good again: nothing is left over."""
        self.lines_break = False
        for key, fate in self.fates.items():
            if key not in self.books and fate != "reused":
                self.fates[key] = "applied"
        self.fates |= {one.key: "applied" for one in self.till.entries() if one.key not in self.fates}
        self.till.clock.advance(timedelta(hours=2))
        batch = self.till.sender.lease("agent", 60.0)
        self.till.sender.send(batch.entries, batch.lease)
        assert all(one.end is not None for one in self.till.entries())
        self.every_entry_is_in_one_state_and_as_the_centre_said()
        assert in_vault(self.till.vault, lambda cache: cache.outbox.verify()).whole
        self.till.close()


def test_any_mix_of_answers_ends_every_entry_once(
    scripted: ScriptedCentre, tmp_path_factory: pytest.TempPathFactory
) -> None:
    class Here(Sendings):
        centre = scripted
        new_directory = staticmethod(lambda: tmp_path_factory.mktemp("till"))

    case = Here.TestCase
    case.settings = settings(
        max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case("runTest").runTest()
