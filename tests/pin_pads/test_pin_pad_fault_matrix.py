"""Every fault, before and after charging: the outcome is the truth or Unknown; then the pad itself knows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fixtures.pin_pad import WAIT_S, PinPadProcess
from fixtures.printer import eventually
from pad_bench import AMOUNT, QUICK, new_charge, pin_pad_at

from drivers.pin_pads.outcomes import (
    Charged,
    ChargeOutcome,
    ChargeStatus,
    Doubt,
    NotCharged,
    NotFound,
    Refusal,
    Unknown,
)
from drivers.pin_pads.references import Charge
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_ledger import EntryKind, LedgerEntry

LIMIT_S = 0.6
"""Where nothing will come that is worth waiting for."""

REQUEST_BYTES = 400
"""Less than the shortest request has."""
ANSWER_BYTES = (0, 1, 3, 4, 60, 300)
BEYOND = 100_000

MATRIX = (
    *(Fault(FaultKind.SILENT, after) for after in (False, True)),
    *(Fault(FaultKind.DROPPED_REQUEST, at_byte=n) for n in (0, 3, 4, REQUEST_BYTES)),
    *(Fault(FaultKind.DROPPED_ANSWER, after, n) for after in (False, True) for n in (*ANSWER_BYTES, BEYOND)),
    *(Fault(FaultKind.GARBLED, after, n) for after in (False, True) for n in (*ANSWER_BYTES, BEYOND)),
    *(Fault(FaultKind.OTHER_REFERENCE, after) for after in (False, True)),
    Fault(FaultKind.OTHER_AMOUNT, after_charging=True),
    Fault(FaultKind.BUSY),
    *(Fault(FaultKind.SLOW, after, seconds=LIMIT_S + 0.2) for after in (False, True)),
)
NO_ANSWER = (FaultKind.SILENT, FaultKind.SLOW, FaultKind.OTHER_REFERENCE, FaultKind.GARBLED)
LOSES_A_TRUE_CHARGE = [
    Fault(FaultKind.SILENT, after_charging=True),
    Fault(FaultKind.DROPPED_ANSWER, after_charging=True, at_byte=60),
    Fault(FaultKind.GARBLED, after_charging=True, at_byte=60),
    Fault(FaultKind.OTHER_REFERENCE, after_charging=True),
    Fault(FaultKind.SLOW, after_charging=True, seconds=LIMIT_S + 0.2),
]
SURVIVED = [
    Fault(FaultKind.SILENT, after_charging=False),
    Fault(FaultKind.SILENT, after_charging=True),
    Fault(FaultKind.DROPPED_REQUEST, at_byte=40),
    Fault(FaultKind.DROPPED_ANSWER, after_charging=True, at_byte=60),
    Fault(FaultKind.GARBLED, after_charging=True, at_byte=60),
]


class FalseOutcome(AssertionError):
    """A driver said something that did not happen."""


def name_of(fault: Fault) -> str:
    return f"{fault.kind.value}-{'after' if fault.after_charging else 'before'}-{fault.at_byte}"


@dataclass(frozen=True)
class Truth:
    """What the pad's ledger holds of one charge."""

    ended: LedgerEntry | None

    @property
    def charged(self) -> bool:
        return self.ended is not None and self.ended.kind is EntryKind.AUTHORISED

    def check(self, outcome: ChargeOutcome) -> None:
        amount = self.ended.amount if self.ended else 0
        if isinstance(outcome, Charged) and (self.charged, amount) != (True, outcome.amount):
            raise FalseOutcome(f"{outcome}, but the ledger has {self.ended}")
        if isinstance(outcome, NotCharged) and self.charged:
            raise FalseOutcome(f"{outcome}, but the ledger has {self.ended}")

    def check_status(self, status: ChargeStatus) -> None:
        """After the fault a status is not only true: it is known."""
        match self.ended:
            case None:
                assert status == NotFound()
            case LedgerEntry(EntryKind.NOT_AUTHORISED):
                assert isinstance(status, NotCharged)
            case LedgerEntry(amount=amount) if amount == AMOUNT:
                assert isinstance(status, Charged)
                assert status.poi_transaction.transaction_id == self.ended.poi_transaction_id
            case _:
                assert isinstance(status, Unknown)
                assert status.reason is Doubt.OTHER_AMOUNT


def truth_of(process: PinPadProcess, charge: Charge) -> Truth:
    ended = [
        entry
        for entry in process.control.ledger()
        if entry.reference == charge.reference and entry.kind is not EntryKind.ASKED
    ]
    assert len(ended) <= 1
    return Truth(ended[0] if ended else None)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PinPadProcess]:
    ledger: Path = tmp_path_factory.mktemp("matrix") / "ledger.jsonl"
    process = PinPadProcess(ledger, "--auto", "approve", "--after-ms", "0")
    yield process
    process.close()


def pay(process: PinPadProcess, fault: Fault) -> tuple[Charge, ChargeOutcome]:
    charge = new_charge()
    process.control.fault(fault)
    with pin_pad_at(process.address) as pad:
        limit_s = LIMIT_S if fault.kind in NO_ANSWER else WAIT_S
        return charge, pad.pay(charge, limit_s).result(WAIT_S)


def status_of(process: PinPadProcess, charge: Charge) -> ChargeStatus:
    """By a driver that did not ask for the charge, as after a restart of the terminal."""
    process.control.clear_faults()
    with pin_pad_at(process.address) as pad:
        return pad.status_of(charge).result(WAIT_S)


@pytest.mark.parametrize("fault", MATRIX, ids=name_of)
def test_no_fault_makes_the_driver_say_what_is_not_so(process: PinPadProcess, fault: Fault) -> None:
    charge, outcome = pay(process, fault)

    truth = truth_of(process, charge)
    truth.check(outcome)
    if fault.kind is FaultKind.BUSY:
        assert outcome == NotCharged(Refusal.BUSY)
    elif fault.at_byte != BEYOND or fault.kind is FaultKind.GARBLED:
        assert isinstance(outcome, Unknown)
    else:
        assert isinstance(outcome, Charged if fault.after_charging else NotCharged)
    truth.check_status(status_of(process, charge))


@pytest.mark.parametrize("fault", SURVIVED, ids=name_of)
def test_a_pad_that_was_killed_since_still_knows(process: PinPadProcess, fault: Fault) -> None:
    charge, outcome = pay(process, fault)
    assert isinstance(outcome, Unknown)
    truth = truth_of(process, charge)

    process.restart()

    assert truth_of(process, charge) == truth
    truth.check_status(status_of(process, charge))


@pytest.mark.parametrize("fault", LOSES_A_TRUE_CHARGE, ids=name_of)
def test_a_driver_that_takes_a_missing_answer_for_a_failure_fails_this_matrix(
    process: PinPadProcess, fault: Fault
) -> None:
    charge, outcome = pay(process, fault)
    believed = NotCharged(Refusal.OTHER) if isinstance(outcome, Unknown) else outcome
    with pytest.raises(FalseOutcome):
        truth_of(process, charge).check(believed)


def test_a_mute_pad_leaves_everything_unknown_until_it_speaks(process: PinPadProcess) -> None:
    process.control.mute(on=True)
    charge = new_charge()
    with pin_pad_at(process.address, replace(QUICK, answer_s=LIMIT_S)) as pad:
        assert pad.pay(charge, LIMIT_S).result(WAIT_S) == Unknown(Doubt.SILENT)
        assert pad.status_of(charge).result(WAIT_S) == Unknown(Doubt.SILENT)
    assert status_of(process, charge) == NotFound()


@pytest.mark.parametrize("card_before_the_power_goes", [False, True])
def test_a_pad_killed_in_the_middle_of_a_charge_is_asked_when_it_is_back(
    tmp_path: Path, card_before_the_power_goes: bool
) -> None:
    process = PinPadProcess(tmp_path / "ledger.jsonl")
    charge = new_charge()
    if card_before_the_power_goes:
        process.control.fault(Fault(FaultKind.SILENT, after_charging=True))
    with pin_pad_at(process.address) as pad:
        outcome = pad.pay(charge, WAIT_S)
        eventually(lambda: process.control.state().waiting)
        if card_before_the_power_goes:
            process.control.present_card()
            eventually(lambda: process.control.state().authorised == 1)
        process.restart()
        lost = outcome.result(WAIT_S)
    assert isinstance(lost, Unknown)
    assert lost.reason is Doubt.CONNECTION_LOST
    status = status_of(process, charge)
    process.close()
    if card_before_the_power_goes:
        assert isinstance(status, Charged)
    else:
        assert status == NotCharged(Refusal.ABORTED)
