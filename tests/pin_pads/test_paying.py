"""Charging end to end: the driver, a socket, and the virtual pin pad in its own process."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import pytest
from fixtures.pin_pad import POI_ID, WAIT_S, PinPadProcess
from fixtures.printer import eventually
from pad_bench import AMOUNT, QUICK, SALE_ID, ScriptedPad, new_charge, pin_pad_at

from drivers.pin_pads.connection import Connection, ConnectionLost, NotSent, PinPadAddress
from drivers.pin_pads.nexo import (
    Amount,
    Card,
    GlobalStatus,
    HostStatus,
    Message,
    PaymentRequest,
    PaymentResponse,
    RepeatedResponse,
    Response,
    Result,
    ReversalResponse,
    TransactionStatusResponse,
)
from drivers.pin_pads.outcomes import (
    Charged,
    ChargeOutcome,
    Diagnosis,
    Doubt,
    NotCharged,
    NotFound,
    NotReversed,
    Refusal,
    Reversed,
    Unknown,
)
from drivers.pin_pads.pin_pad import PinPad
from drivers.pin_pads.references import (
    BadReference,
    Charge,
    Reference,
    Reversal,
    TransactionIdentification,
    new_reference,
)
from drivers.pin_pads.writing import write_message
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_ledger import EntryKind


def asked(
    virtual: PinPadProcess, pad: PinPad, charge: Charge, limit_s: float = WAIT_S
) -> Future[ChargeOutcome]:
    """Ask for a charge, and wait until the pad waits for a card."""
    outcome = pad.pay(charge, limit_s)
    eventually(lambda: virtual.control.state().waiting_transaction == charge.transaction_id)
    return outcome


def paid(virtual: PinPadProcess, pad: PinPad, charge: Charge) -> Charged:
    outcome = asked(virtual, pad, charge)
    virtual.control.present_card()
    charged = outcome.result(WAIT_S)
    assert isinstance(charged, Charged)
    return charged


def test_a_card_is_charged_with_exactly_what_was_asked(virtual: PinPadProcess, pad: PinPad) -> None:
    charge = new_charge(123_456)
    outcome = asked(virtual, pad, charge)
    assert virtual.control.state().waiting_amount == 123_456
    virtual.control.present_card()

    charged = outcome.result(WAIT_S)

    began, ended = virtual.control.ledger()
    assert (began.kind, ended.kind) == (EntryKind.ASKED, EntryKind.AUTHORISED)
    assert (ended.reference, ended.amount) == (charge.reference, 123_456)
    assert charged == Charged(
        TransactionIdentification(ended.poi_transaction_id, ended.at),
        123_456,
        Card("621700******0015", "UnionPay", ("ICC",)),
        f"B{ended.poi_transaction_id}",
    )
    assert pad.status_of(charge).result(WAIT_S) == charged


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("Refusal", Refusal.REFUSED),
        ("WrongPIN", Refusal.WRONG_PIN),
        ("InvalidCard", Refusal.INVALID_CARD),
        ("UnreachableHost", Refusal.BANK_UNREACHABLE),
        ("PaymentRestriction", Refusal.NOT_ALLOWED),
        ("Cancel", Refusal.CANCELLED),
    ],
)
def test_what_the_pad_refuses_is_not_charged_and_has_its_reason(
    virtual: PinPadProcess, pad: PinPad, condition: str, reason: Refusal
) -> None:
    charge = new_charge()
    outcome = asked(virtual, pad, charge)
    virtual.control.decline(condition)

    assert outcome.result(WAIT_S) == NotCharged(reason)
    assert pad.status_of(charge).result(WAIT_S) == NotCharged(reason)


def test_a_charge_can_be_aborted_while_it_waits_for_a_card(virtual: PinPadProcess, pad: PinPad) -> None:
    charge = new_charge()
    outcome = asked(virtual, pad, charge)

    told = pad.abort(charge.reference)

    assert outcome.result(WAIT_S) == NotCharged(Refusal.ABORTED)
    assert told.result(WAIT_S)
    assert pad.status_of(charge).result(WAIT_S) == NotCharged(Refusal.ABORTED)


def test_an_abort_that_comes_after_the_card_changes_nothing(virtual: PinPadProcess, pad: PinPad) -> None:
    virtual.control.fault(Fault(FaultKind.SLOW, after_charging=True, seconds=0.05))
    charge = new_charge()
    outcome = asked(virtual, pad, charge)
    virtual.control.present_card()
    pad.abort(charge.reference)

    assert isinstance(outcome.result(WAIT_S), Charged)


def test_a_silent_pad_is_not_waited_for_once_a_person_has_given_up(
    virtual: PinPadProcess, pad: PinPad
) -> None:
    virtual.control.fault(Fault(FaultKind.SILENT, after_charging=True))
    charge = new_charge()
    began = time.monotonic()
    outcome = asked(virtual, pad, charge)
    pad.abort(charge.reference)

    assert isinstance(outcome.result(WAIT_S), Unknown)
    assert time.monotonic() - began < QUICK.abort_s + 5, "not the charge's own 90 s"


def test_a_charge_aborted_before_its_turn_is_never_asked(virtual: PinPadProcess, pad: PinPad) -> None:
    first, second = new_charge(), new_charge()
    going_on = asked(virtual, pad, first)
    waiting = pad.pay(second)
    pad.abort(second.reference)
    virtual.control.present_card()

    assert isinstance(going_on.result(WAIT_S), Charged)
    assert waiting.result(WAIT_S) == NotCharged(Refusal.ABORTED, "before it was asked")
    assert pad.status_of(second).result(WAIT_S) == NotFound()


def test_a_charge_of_an_earlier_process_can_be_aborted_and_asked_about(virtual: PinPadProcess) -> None:
    charge = new_charge()
    earlier = Connection(virtual.address, 1.0, 1.0)
    sale = TransactionIdentification(charge.transaction_id, charge.at.isoformat())
    request = PaymentRequest(sale, Amount.cny(charge.amount))
    earlier.send(write_message(Message(charge.reference, POI_ID, request)), 1.0)
    eventually(lambda: virtual.control.state().waiting)
    earlier.close()

    with pin_pad_at(virtual.address) as pad:
        unfinished = pad.status_of(charge).result(WAIT_S)
        assert isinstance(unfinished, Unknown)
        assert unfinished.reason is Doubt.IN_PROGRESS
        assert pad.abort(charge.reference).result(WAIT_S)
        eventually(lambda: not virtual.control.state().waiting)
        assert pad.status_of(charge).result(WAIT_S) == NotCharged(Refusal.ABORTED)


def test_a_pad_is_not_left_waiting_for_a_card_when_the_time_is_over(
    virtual: PinPadProcess, pad: PinPad
) -> None:
    outcome = asked(virtual, pad, new_charge(), limit_s=1.0)

    assert outcome.result(WAIT_S) == NotCharged(Refusal.ABORTED)
    assert not virtual.control.state().waiting


def test_closing_the_driver_gives_the_charge_in_hand_up(virtual: PinPadProcess) -> None:
    with pin_pad_at(virtual.address) as pad:
        outcome = asked(virtual, pad, new_charge())
        queued = pad.pay(new_charge())

    assert outcome.result(0) == NotCharged(Refusal.ABORTED)
    assert queued.result(0) == NotCharged(Refusal.NOT_ASKED)
    assert pad.pay(new_charge()).result(0) == NotCharged(Refusal.NOT_ASKED)
    assert virtual.control.state().authorised == 0


def test_where_no_byte_could_be_sent_nothing_was_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = PinPadAddress("127.0.0.1", listener.getsockname()[1])

    with pin_pad_at(nobody) as pad:
        outcome = pad.pay(new_charge()).result(WAIT_S)
        assert isinstance(outcome, NotCharged)
        assert outcome.reason is Refusal.NOT_ASKED
        status = pad.status_of(new_charge()).result(WAIT_S)
        assert isinstance(status, Unknown)
        assert status.reason is Doubt.UNREACHABLE
        reversal = Reversal(pad.new_reference(), TransactionIdentification("V1", ""))
        refused = pad.reverse(reversal).result(WAIT_S)
        assert isinstance(refused, NotReversed)
        assert refused.reason is Refusal.NOT_ASKED
        assert not pad.abort(new_charge().reference).result(WAIT_S)


def test_a_line_that_breaks_within_a_message_is_not_taken_for_one_that_broke_before_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        address = PinPadAddress("127.0.0.1", listener.getsockname()[1])
        stuck = Connection(address, 1.0, 1.0)
        stuck._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with pytest.raises(ConnectionLost):
            stuck.send(b" " * 65_536, 0.2)
        with pytest.raises(NotSent):
            stuck.send(b" ", 0.2)
        stuck.close()


def test_the_same_charge_sent_twice_is_charged_once(virtual: PinPadProcess, pad: PinPad) -> None:
    charge = new_charge()
    first = paid(virtual, pad, charge)

    assert pad.pay(charge, 2.0).result(WAIT_S) == first
    assert virtual.control.state().authorised == 1

    virtual.restart()
    with pin_pad_at(virtual.address) as again:
        assert again.pay(charge, 2.0).result(WAIT_S) == first
    assert virtual.control.state().authorised == 1


def test_the_reference_of_another_charge_is_not_taken_for_this_one(
    virtual: PinPadProcess, pad: PinPad
) -> None:
    charge = new_charge()
    paid(virtual, pad, charge)

    for other, doubt in (
        (replace(charge, transaction_id="T-OTHER"), Doubt.OTHER_REFERENCE),
        (replace(charge, amount=AMOUNT + 1), Doubt.OTHER_AMOUNT),
    ):
        for outcome in (pad.pay(other).result(WAIT_S), pad.status_of(other).result(WAIT_S)):
            assert isinstance(outcome, Unknown)
            assert outcome.reason is doubt


def test_a_second_charge_finds_the_pad_busy(virtual: PinPadProcess, pad: PinPad) -> None:
    outcome = asked(virtual, pad, new_charge())
    with pin_pad_at(virtual.address) as other:
        assert other.pay(new_charge(), 2.0).result(WAIT_S) == NotCharged(Refusal.BUSY)
        assert other.diagnose().result(WAIT_S) == Diagnosis(
            GlobalStatus.BUSY, (HostStatus("VIRTUAL-BANK", reachable=True),)
        )
    virtual.control.present_card()
    assert isinstance(outcome.result(WAIT_S), Charged)
    assert pad.diagnose(hosts=False).result(WAIT_S) == Diagnosis(GlobalStatus.OK)


def test_the_inbox_is_bounded(virtual: PinPadProcess, pad: PinPad) -> None:
    outcome = asked(virtual, pad, new_charge())
    waiting = [pad.status_of(new_charge()) for _ in range(20)]

    refused = [future for future in waiting if future.done()]
    virtual.control.present_card()

    assert len(refused) == 13
    assert isinstance(outcome.result(WAIT_S), Charged)
    assert [future.result(WAIT_S) for future in waiting if future not in refused] == [NotFound()] * 7


def test_a_charge_is_taken_back_once(virtual: PinPadProcess, pad: PinPad) -> None:
    charged = paid(virtual, pad, new_charge())
    reversal = Reversal(pad.new_reference(), charged.poi_transaction)

    done = pad.reverse(reversal).result(WAIT_S)

    assert isinstance(done, Reversed)
    assert pad.reverse(reversal).result(WAIT_S) == done
    assert pad.status_of_reversal(reversal).result(WAIT_S) == done
    again = Reversal(pad.new_reference(), charged.poi_transaction)
    assert pad.reverse(again).result(WAIT_S) == NotReversed(Refusal.NOT_ALLOWED)
    taken_back = [entry.amount for entry in virtual.control.ledger() if entry.kind is EntryKind.REVERSED]
    assert taken_back == [AMOUNT]


def test_a_part_of_a_charge_is_taken_back_and_never_more_than_all(
    virtual: PinPadProcess, pad: PinPad
) -> None:
    charged = paid(virtual, pad, new_charge())

    def reverse(amount: int) -> object:
        return pad.reverse(Reversal(pad.new_reference(), charged.poi_transaction, amount)).result(WAIT_S)

    assert isinstance(reverse(15_000), Reversed)
    assert reverse(25_001) == NotReversed(Refusal.NOT_ALLOWED)
    assert isinstance(reverse(25_000), Reversed)


def test_what_was_never_charged_cannot_be_taken_back(pad: PinPad) -> None:
    reversal = Reversal(pad.new_reference(), TransactionIdentification("V00000099", ""))
    assert pad.reverse(reversal).result(WAIT_S) == NotReversed(Refusal.NOT_FOUND)


@pytest.mark.parametrize("after", [False, True])
def test_a_reversal_without_an_answer_is_unknown_until_the_pad_is_asked(
    virtual: PinPadProcess, pad: PinPad, after: bool
) -> None:
    charged = paid(virtual, pad, new_charge())
    reversal = Reversal(pad.new_reference(), charged.poi_transaction)
    virtual.control.fault(Fault(FaultKind.SILENT, after_charging=after))

    assert pad.reverse(reversal, limit_s=0.3).result(WAIT_S) == Unknown(Doubt.SILENT)
    virtual.restart()
    with pin_pad_at(virtual.address) as again:
        status = again.status_of_reversal(reversal).result(WAIT_S)
    assert isinstance(status, Reversed if after else NotReversed)


def answer_to(
    charge: Charge, amount: Amount | None = None, result: Result = Result.SUCCESS
) -> PaymentResponse:
    sale = TransactionIdentification(charge.transaction_id, charge.at.isoformat())
    poi = TransactionIdentification("P1", "2026-11-20T09:30:05Z")
    return PaymentResponse(Response(result), sale, poi, amount or Amount.cny(charge.amount))


def outcome_at(script: Callable[[Message], list[Message | bytes]], charge: Charge) -> ChargeOutcome:
    with ScriptedPad(script) as scripted, pin_pad_at(scripted.address) as pad:
        return pad.pay(charge, 0.5).result(WAIT_S)


def test_a_late_answer_to_an_earlier_request_is_passed_over() -> None:
    charge, earlier = new_charge(), new_charge()
    late = Message(earlier.reference, POI_ID, answer_to(earlier))

    def both(request: Message) -> list[Message | bytes]:
        return [late, Message(request.reference, POI_ID, answer_to(charge))]

    assert isinstance(outcome_at(both, charge), Charged)
    only_late = outcome_at(lambda _: [late], charge)
    assert isinstance(only_late, Unknown)
    assert only_late.reason is Doubt.OTHER_REFERENCE


@pytest.mark.parametrize(
    ("reference", "poi_id"),
    [
        (Reference("TERMINAL-8", "SAME"), POI_ID),
        (Reference(SALE_ID, "OTHER"), POI_ID),
        (Reference(SALE_ID, "SAME"), "OTHER-PAD"),
    ],
)
def test_an_answer_of_or_for_somebody_else_is_not_believed(reference: Reference, poi_id: str) -> None:
    charge = replace(new_charge(), reference=Reference(SALE_ID, "SAME"))
    outcome = outcome_at(lambda _: [Message(reference, poi_id, answer_to(charge))], charge)
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Doubt.OTHER_REFERENCE


@pytest.mark.parametrize(
    ("amount", "result"),
    [
        (Amount.cny(AMOUNT - 1), Result.SUCCESS),
        (Amount.cny(AMOUNT * 100), Result.SUCCESS),
        (Amount("USD", Amount.cny(AMOUNT).units), Result.SUCCESS),
        (Amount.cny(AMOUNT), Result.PARTIAL),
    ],
)
def test_another_sum_than_the_one_asked_for_is_never_a_charge(amount: Amount, result: Result) -> None:
    charge = new_charge()
    outcome = outcome_at(
        lambda request: [Message(request.reference, POI_ID, answer_to(charge, amount, result))], charge
    )
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Doubt.OTHER_AMOUNT
    assert outcome.poi_transaction is not None


def test_a_failure_that_authorises_a_sum_is_no_failure() -> None:
    charge = new_charge()
    contradiction = answer_to(charge, result=Result.FAILURE)
    outcome = outcome_at(lambda request: [Message(request.reference, POI_ID, contradiction)], charge)
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Doubt.GARBLED


def test_a_status_that_repeats_something_else_is_not_believed() -> None:
    charge, other = new_charge(), new_charge()
    same_words = answer_to(charge)
    for repeated in (
        RepeatedResponse(other.reference, same_words),
        RepeatedResponse(charge.reference, ReversalResponse(Response(Result.SUCCESS))),
    ):
        body = TransactionStatusResponse(Response(Result.SUCCESS), repeated)
        with (
            ScriptedPad(lambda request, body=body: [Message(request.reference, POI_ID, body)]) as scripted,
            pin_pad_at(scripted.address) as pad,
        ):
            status = pad.status_of(charge).result(WAIT_S)
        assert isinstance(status, Unknown)
        assert status.reason is Doubt.OTHER_REFERENCE


def test_what_a_pad_says_meanwhile_is_passed_over() -> None:
    charge = new_charge()
    display = b'{"SaleToPOIRequest":{"MessageHeader":{"MessageCategory":"Display","MessageType":"Request"}}}'
    outcome = outcome_at(
        lambda request: [display, Message(request.reference, POI_ID, answer_to(charge))], charge
    )
    assert isinstance(outcome, Charged)


def test_references_are_new_and_can_be_sent() -> None:
    references = {new_reference(SALE_ID) for _ in range(2_000)}
    assert len(references) == 2_000


@pytest.mark.parametrize("service_id", ["", "ELEVEN-LONG", "a b", "单"])
def test_a_reference_that_cannot_be_sent_is_refused(service_id: str) -> None:
    with pytest.raises(BadReference):
        Reference(SALE_ID, service_id)


@pytest.mark.parametrize("amount", [0, -1, 10**12])
def test_a_charge_of_nothing_is_refused(amount: int) -> None:
    with pytest.raises(BadReference):
        new_charge(amount)
