"""Sending what waits: each entry ends once, as the centre said, whatever the line does; none stops others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fixtures.local_centre import NOW
from fixtures.premiums import body_of, entry, paid_rows
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
