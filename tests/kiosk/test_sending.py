"""Sending what waits: each entry ends once, as the centre said, whatever the line does; none stops others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fixtures.local_centre import NOW
from fixtures.premiums import body_of, entry, paid_rows
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from paying_bench import BackOffice, states
from scripted_centre import Reply, ScriptedCentre, ScriptedTill, Wire, answered, applied, problem

from central import transactions as taking
from central.faults import FaultKind, FaultRequest
from central.store import alarms
from central.store import bills as stored_bills
from kiosk.central_client import CentreAway, CentreFaulty, CentreRefused
from kiosk.clock import CHINA
from kiosk.contract.transactions import EntryWire
from kiosk.domain.bills import Bill
from kiosk.domain.money import Money
from kiosk.domain.postings import Applied as Posted
from kiosk.domain.postings import Rejected as Refused
from kiosk.domain.postings import RejectionReason
from kiosk.payments.sending import FAILED_PAUSE_S, KEY_REUSED, Sent, posting_of
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import PARKED, Applied, Entry, EntryState, Rejected

PENDING, APPLIED, REJECTED = EntryState.PENDING, EntryState.APPLIED, EntryState.REJECTED
LEASE_S = 30.0


def send_all(office: BackOffice) -> Sent:
    """One batch of everything that nobody holds."""
    with office.sender() as sender:
        batch = sender.lease("test", LEASE_S)
        return sender.send(batch.entries, batch.lease)


def oldest_first(office: BackOffice) -> list[Entry]:
    return office.entries()[::-1]


def test_what_waits_is_applied_under_the_centres_number(office: BackOffice) -> None:
    bills = office.bills(3)
    sold = office.sell(*bills)
    assert send_all(office) == Sent(applied=tuple(one.number for one in sold))
    assert sorted(office.posted()) == sorted(bill.reference for bill in bills)
    for one in office.entries():
        posting = posting_of(one)
        assert isinstance(posting, Posted)
        assert posting.number.startswith("20261120-")
        assert one.lease is None
    with office.centre.state.database.reading() as connection:
        child = stored_bills.find(connection, bills[0].reference)
    assert child is not None
    rows = paid_rows(office.centre.state, child.person)
    assert (len(rows), sum(row.personal.fen for row in rows)) == (12, bills[0].amount.fen)


def test_an_answer_that_was_lost_is_heard_when_the_entry_is_sent_again(office: BackOffice) -> None:
    office.sell(*office.bills(2))
    office.wire.lose_answers(2)
    with pytest.raises(CentreAway):
        send_all(office)
    assert len(office.posted()) == 2, "the centre had it all the same"
    assert states(office.entries()) == [PENDING] * 2
    assert send_all(office) == Sent(applied=(1, 2)), "the lease was given back: nobody waits for it"
    assert office.wire.lost == 2
    with office.centre.state.database.reading() as connection:
        assert not alarms.raised(connection)


def sold_outside(office: BackOffice, bill: Bill) -> None:
    office.sell(bill, paid_at=datetime(2026, 6, 1, 12, tzinfo=CHINA))


def sold_too_cheap(office: BackOffice, bill: Bill) -> None:
    office.sell(bill, amount=Money(bill.amount.fen - 1))


def sold_without_a_bill(office: BackOffice, bill: Bill) -> None:
    nobodys = Bill("0" * 32, bill.kind, bill.year, bill.amount, bill.window, bill.state, bill.payee)
    office.sell(nobodys)


def sold_under_a_used_receipt(office: BackOffice, bill: Bill) -> None:
    [another] = office.bills(1)
    used = entry(another.reference, receipt="T001-00000001", paid_at=office.clock.now())
    answer = office.centre.call("POST", "/v1/transactions", body=body_of([used]))
    assert answer.json()["entries"][0]["result"] == "applied"
    office.sell(bill)


@pytest.mark.parametrize(
    ("sold", "reason"),
    [
        (sold_outside, RejectionReason.OUTSIDE_WINDOW),
        (sold_too_cheap, RejectionReason.AMOUNT_DIFFERS),
        (sold_without_a_bill, RejectionReason.UNKNOWN_BILL),
        (sold_under_a_used_receipt, RejectionReason.RECEIPT_REUSED),
    ],
)
def test_what_the_centre_rejects_is_kept_with_its_reason_and_stops_nothing(
    office: BackOffice, sold: Callable[[BackOffice, Bill], None], reason: RejectionReason
) -> None:
    bad, good = office.bills(2)
    sold(office, bad)
    office.sell(good)
    assert send_all(office) == Sent(applied=(2,), rejected=(1,))
    first, second = oldest_first(office)
    assert posting_of(first) == Refused(reason)
    assert first.payload is not None
    assert isinstance(posting_of(second), Posted)
    with office.sender() as sender:
        assert not sender.lease("test", LEASE_S).entries, "nothing that ended is sent again"


def test_a_bill_that_another_terminal_was_paid_is_rejected_and_waits_for_a_person(office: BackOffice) -> None:
    rejected = office.rejected()
    assert posting_of(rejected) == Refused(RejectionReason.ALREADY_PAID)
    with office.vault() as vault:
        assert in_vault(vault, lambda cache: cache.outbox.standing()).unacknowledged == 1


@pytest.mark.parametrize("company", [0, 1])
def test_a_key_that_the_centre_knows_with_another_payload_is_a_fault_of_this_terminal(
    office: BackOffice, company: int
) -> None:
    """In a batch it is one answer of several, alone a problem; it comes to the same."""
    bill, *others = office.bills(1 + company)
    key = "k" * 32
    known = entry(bill.reference, key=key, receipt="T001-00000099", paid_at=office.clock.now())
    office.centre.call("POST", "/v1/transactions", body=body_of([known]))
    office.sell(bill, key=key)
    office.sell(*others)
    assert send_all(office) == Sent(rejected=(1,), applied=(2,) if company else ())
    first = oldest_first(office)[0]
    assert isinstance(first.end, Rejected)
    assert first.end.reason == KEY_REUSED
    assert posting_of(first) == Refused(RejectionReason.RECEIPT_REUSED), "nobody refunds it blindly"


def test_a_payload_that_this_program_does_not_understand_is_parked_and_the_others_go(
    office: BackOffice,
) -> None:
    odd, good = office.bills(2)
    office.sell(odd, payload=b'{"type": "of a newer program"}')
    office.sell(good)
    assert send_all(office) == Sent(applied=(2,), parked=(1,))
    first = oldest_first(office)[0]
    assert first.state is PENDING
    assert first.lease is not None
    assert first.lease.holder == PARKED
    with office.sender() as sender:
        assert not sender.lease("test", LEASE_S).entries
        office.centre.clock.advance(timedelta(minutes=61))
        assert [one.number for one in sender.lease("test", LEASE_S).entries] == [1], "a newer program may"


def test_an_entry_that_the_centre_fails_on_lets_the_others_go_first_and_is_sent_again(
    office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = office.bills(2)
    office.sell(bad, good)
    honest = taking.fingerprint

    def breaks_on_it(one: EntryWire) -> bytes:
        if one.bill == bad.reference:
            raise OSError("a disk at the centre")
        return honest(one)

    with monkeypatch.context() as broken:
        broken.setattr(taking, "fingerprint", breaks_on_it)
        assert send_all(office) == Sent(applied=(2,), failed=(1,))
    assert states(oldest_first(office)) == [PENDING, APPLIED]
    assert send_all(office) == Sent()
    office.centre.clock.advance(timedelta(seconds=FAILED_PAUSE_S + 1))
    assert send_all(office) == Sent(applied=(1,))


def test_without_the_centre_nothing_changes_and_nothing_stays_held(office: BackOffice) -> None:
    office.sell(*office.bills(2))
    office.wire.cut()
    with pytest.raises(CentreAway):
        send_all(office)
    assert [one.lease for one in office.entries()] == [None, None]
    office.wire.mend()
    assert send_all(office) == Sent(applied=(1, 2))


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.ERROR, CentreFaulty),
        (FaultKind.GARBAGE, CentreFaulty),
        (FaultKind.BUSY, CentreFaulty),
        (FaultKind.HANG, CentreAway),
    ],
)
def test_a_faulty_centre_says_nothing_of_the_entries(
    office: BackOffice, kind: FaultKind, error: type[Exception]
) -> None:
    assert office.centre.state.faults is not None
    office.sell(*office.bills(1))
    office.centre.state.faults.arm(FaultRequest(kind=kind, path_prefix="/v1/transactions", seconds=20))
    with pytest.raises(error) as failed:
        send_all(office)
    assert getattr(failed.value, "retry_after_s", None) == (20 if kind is FaultKind.BUSY else None)
    assert office.entries()[0].lease is None
    assert send_all(office) == Sent(applied=(1,))


def test_a_damaged_entry_is_passed_over_and_named(office: BackOffice) -> None:
    office.sell(*office.bills(3))
    with office.vault() as vault:

        def damage(cache: OfflineCache) -> None:
            with cache.vault.write() as transaction:
                transaction.change("UPDATE outbox_entry SET amount = amount + 1 WHERE number = 2")

        in_vault(vault, damage)
    with office.sender() as sender:
        batch = sender.lease("test", LEASE_S)
        assert batch.damaged == (2,)
        assert sender.send(batch.entries, batch.lease) == Sent(applied=(1, 3))
    assert len(office.posted()) == 2


@pytest.mark.parametrize(
    ("before", "told", "sent"),
    [
        (Applied("20261120-ELSEWHERE", None, NOW), "applied", Sent(applied=(1,))),
        (Applied("20261120-ELSEWHERE", None, NOW), "rejected", Sent(applied=(1,))),
        (Rejected("already-paid", NOW), "applied", Sent(rejected=(1,))),
    ],
)
def test_the_first_word_about_an_entry_stands(
    office: BackOffice, before: Applied | Rejected, told: str, sent: Sent
) -> None:
    """A centre that was put back to an older state may say otherwise: a person has to look."""
    [bill] = office.bills(1)
    [sold] = office.sell(bill, amount=Money(1) if told == "rejected" else bill.amount)
    with office.sender() as sender:
        batch = sender.lease("test", LEASE_S)
        in_vault(sender._vault, lambda cache: cache.outbox.finish(sold.number, before))
        assert sender.send(batch.entries, batch.lease) == sent
    assert office.entries()[0].end == before


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedCentre]:
    centre = ScriptedCentre()
    yield centre
    centre.close()


@pytest.fixture
def till(tmp_path: Path, scripted: ScriptedCentre) -> Iterator[ScriptedTill]:
    till = ScriptedTill(tmp_path, scripted)
    yield till
    till.close()


def test_one_that_the_centre_cannot_tell_from_the_others_does_not_stop_them(till: ScriptedTill) -> None:
    """The whole batch is refused; it falls apart, and only that one is parked."""
    poison = till.sell(4)[1].key

    def script(entries: Sequence[Wire]) -> Reply:
        if any(one["key"] == poison for one in entries):
            return problem("invalid-request")
        return answered(*map(applied, entries))

    till.centre.script = script
    batch = till.sender.lease("test", LEASE_S)
    assert till.sender.send(batch.entries, batch.lease) == Sent(applied=(1, 3, 4), parked=(2,))
    assert states(till.entries()) == [APPLIED, PENDING, APPLIED, APPLIED]


def test_what_an_older_centre_cannot_read_is_parked(till: ScriptedTill) -> None:
    till.sell(2)
    till.centre.script = lambda entries: answered(
        {"key": entries[0]["key"], "result": "unreadable"}, applied(entries[1])
    )
    batch = till.sender.lease("test", LEASE_S)
    assert till.sender.send(batch.entries, batch.lease) == Sent(applied=(2,), parked=(1,))
    assert not till.sender.lease("test", LEASE_S).entries


def test_what_a_newer_centre_says_of_one_entry_keeps_nothing_from_the_others(till: ScriptedTill) -> None:
    """A reason that this program does not know is a reason; a result that it does not know is no end."""
    till.sell(3)
    till.centre.script = lambda entries: answered(
        {"key": entries[0]["key"], "result": "rejected", "reason": "payee-moved"},
        {"key": entries[1]["key"], "result": "on-hold", "until": "2027"},
        applied(entries[2]),
    )
    batch = till.sender.lease("test", LEASE_S)
    assert till.sender.send(batch.entries, batch.lease) == Sent(applied=(3,), rejected=(1,), parked=(2,))
    first, second, _ = till.entries()
    assert isinstance(first.end, Rejected)
    assert first.end.reason == "payee-moved"
    assert isinstance(posting_of(first), Refused), "a person looks into it"
    assert second.end is None


def test_an_answer_that_is_not_for_these_entries_is_none(till: ScriptedTill) -> None:
    till.sell(2)
    till.centre.script = lambda entries: answered(*map(applied, entries[::-1]))
    batch = till.sender.lease("test", LEASE_S)
    with pytest.raises(CentreFaulty):
        till.sender.send(batch.entries, batch.lease)
    assert states(till.entries()) == [PENDING, PENDING]


def test_a_refusal_that_is_no_entrys_fault_is_the_centres_trouble(till: ScriptedTill) -> None:
    till.sell(2)
    till.centre.script = lambda _: (404, {"type": "/problems/not-found", "title": "?", "status": 404})
    batch = till.sender.lease("test", LEASE_S)
    with pytest.raises(CentreRefused, match="not-found"):
        till.sender.send(batch.entries, batch.lease)
    assert [one.lease for one in till.entries()] == [None, None]


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
