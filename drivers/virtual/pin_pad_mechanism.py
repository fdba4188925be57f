"""The inside of a virtual pin pad: one charge at a time, a card or a key that ends it, and the ledger.

A request with a reference that was seen before is not carried out again: the first result is the answer.
"""

import enum
import threading
from dataclasses import dataclass, replace

from drivers.pin_pads.nexo import (
    CNY,
    AbortRequest,
    Amount,
    Card,
    DiagnosisResponse,
    ErrorCondition,
    GlobalStatus,
    HostStatus,
    MessageCategory,
    MessageReference,
    PaymentRequest,
    PaymentResponse,
    RepeatedResponse,
    Response,
    Result,
    ReversalRequest,
    ReversalResponse,
    TransactionStatusResponse,
)
from drivers.pin_pads.references import Reference, TransactionIdentification
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_ledger import EntryKind, Ledger, LedgerEntry, moment
from drivers.virtual.pin_pad_state import VirtualPinPadState

_SUCCESS = Response(Result.SUCCESS)
TEST_CARD = Card("621700******0015", "UnionPay", ("ICC",))


class Auto(enum.Enum):
    """What a hand that nobody moves does at every charge."""

    APPROVE = "approve"
    DECLINE = "decline"


class NothingWaits(ValueError):
    """A card or a key, and no charge that waits for it."""

    def __init__(self) -> None:
        super().__init__("no charge waits for a card")


@dataclass(slots=True)
class _Charge:
    """The charge that waits for a card, and what ends it."""

    asked: LedgerEntry
    verdict: Card | ErrorCondition | None = None


class PinPadMechanism:
    """All of a pad but its line. Methods may be called from any thread."""

    def __init__(self, ledger: Ledger, *, auto: Auto | None, after_s: float, card_s: float) -> None:
        """`after_s`: how long `auto` takes. `card_s`: how long a card is waited for."""
        self._ledger = ledger
        self._auto, self._after_s, self._card_s = auto, after_s, card_s
        self._changed = threading.Condition()
        self._charge: _Charge | None = None
        self._fault: Fault | None = None
        self._mute = False

    # Its hands.

    def present_card(self, card: Card = TEST_CARD) -> None:
        """A card that the bank approves. Raises NothingWaits."""
        self._decide(card)

    def refuse(self, condition: ErrorCondition) -> None:
        """End the charge so: Cancel is the red key, Refusal the bank's no. Raises NothingWaits."""
        self._decide(condition)

    def set_fault(self, fault: Fault) -> None:
        """Have the next charge or reversal meet this."""
        with self._changed:
            self._fault = fault

    def mute(self, *, on: bool) -> None:
        """Take requests in and do nothing at all with them, or work again."""
        with self._changed:
            self._mute = on

    def clear_faults(self) -> None:
        """Nothing is wrong any more."""
        with self._changed:
            self._fault, self._mute = None, False

    def set_auto(self, auto: Auto | None) -> None:
        """Have the charges from the next one on end by themselves, or wait for a hand."""
        with self._changed:
            self._auto = auto

    # Its line.

    @property
    def muted(self) -> bool:
        """It does nothing with requests."""
        return self._mute

    def breaks_off(self, received: int) -> bool:
        """The line breaks now, once, when so many bytes of a request have arrived."""
        with self._changed:
            fault = self._fault
            if fault is None or fault.kind is not FaultKind.DROPPED_REQUEST or received < fault.at_byte:
                return False
            self._fault = None
            return True

    def take_fault(self) -> Fault | None:
        """The fault that strikes this charge or reversal; it is gone with it."""
        with self._changed:
            fault, self._fault = self._fault, None
            return fault

    def pay(self, reference: Reference, request: PaymentRequest, fault: Fault | None) -> PaymentResponse:
        """Wait for a card and charge it. A line that breaks meanwhile changes nothing."""
        with self._changed:
            refused = self._refused_at_once(reference, request, fault)
            if refused is not None:
                return refused
            asked = LedgerEntry(
                EntryKind.ASKED,
                reference,
                moment(),
                request.amount.minor or 0,
                self._ledger.next_poi_transaction_id(),
                request.sale_transaction.transaction_id,
                request.sale_transaction.timestamp,
            )
            self._ledger.write(asked)
            charge = _Charge(asked)
            if fault is not None and not fault.after_charging:
                charge.verdict = ErrorCondition.UNAVAILABLE_SERVICE
            self._charge = charge
            self._wait_for_verdict(charge)
            less = 1 if fault is not None and fault.kind is FaultKind.OTHER_AMOUNT else 0
            self._ledger.write(_ended(charge, asked.amount - less))
            self._charge = None
            return self._payment_response(reference)

    def abort(self, request: AbortRequest) -> None:
        """Give the charge up where it still waits for a card."""
        with self._changed:
            charge = self._charge
            if charge and charge.verdict is None and charge.asked.reference == request.about.reference:
                charge.verdict = ErrorCondition.ABORTED
                self._changed.notify_all()

    def reverse(
        self, reference: Reference, request: ReversalRequest, fault: Fault | None
    ) -> ReversalResponse:
        """Take a charge back, or a part of it."""
        with self._changed:
            if fault is not None and fault.kind is FaultKind.BUSY:
                return ReversalResponse(_failure(ErrorCondition.BUSY))
            if self._ledger.reversal(reference) is None:
                self._ledger.write(self._reversal(reference, request, fault))
            return self._reversal_response(reference)

    def status(self, about: MessageReference) -> TransactionStatusResponse:
        """How an earlier request ended, by the ledger."""
        with self._changed:
            reference = about.reference
            if self._charge is not None and self._charge.asked.reference == reference:
                return TransactionStatusResponse(_failure(ErrorCondition.IN_PROGRESS))
            if about.category is MessageCategory.PAYMENT and self._ledger.payment(reference):
                repeated = RepeatedResponse(reference, self._payment_response(reference))
            elif about.category is MessageCategory.REVERSAL and self._ledger.reversal(reference):
                repeated = RepeatedResponse(reference, self._reversal_response(reference))
            else:
                return TransactionStatusResponse(_failure(ErrorCondition.NOT_FOUND))
            return TransactionStatusResponse(_SUCCESS, repeated)

    def diagnosis(self, *, hosts: bool) -> DiagnosisResponse:
        """How it is."""
        status = GlobalStatus.OK if self._charge is None else GlobalStatus.BUSY
        reached = (HostStatus("VIRTUAL-BANK", reachable=True),) if hosts else ()
        return DiagnosisResponse(_SUCCESS, status, reached)

    # What it shows.

    def state(self) -> VirtualPinPadState:
        """One moment."""
        with self._changed:
            kinds = [entry.kind for entry in self._ledger.entries]
            asked = self._charge.asked if self._charge and self._charge.verdict is None else None
            return VirtualPinPadState(
                waiting_transaction=asked.transaction_id if asked else None,
                waiting_amount=asked.amount if asked else None,
                fault=self._fault.kind.value if self._fault else None,
                mute=self._mute,
                auto=self._auto.value if self._auto else None,
                authorised=kinds.count(EntryKind.AUTHORISED),
                reversed=kinds.count(EntryKind.REVERSED),
            )

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """All that happened."""
        with self._changed:
            return self._ledger.entries

    # Inside, under the lock.

    def _decide(self, verdict: Card | ErrorCondition) -> None:
        with self._changed:
            if self._charge is None or self._charge.verdict is not None:
                raise NothingWaits
            self._charge.verdict = verdict
            self._changed.notify_all()

    def _refused_at_once(
        self, reference: Reference, request: PaymentRequest, fault: Fault | None
    ) -> PaymentResponse | None:
        if fault is not None and fault.kind is FaultKind.BUSY:
            return PaymentResponse(_failure(ErrorCondition.BUSY))
        if self._charge is not None:
            same = self._charge.asked.reference == reference
            return PaymentResponse(_failure(ErrorCondition.IN_PROGRESS if same else ErrorCondition.BUSY))
        if self._ledger.payment(reference) is not None:
            return self._payment_response(reference)
        if request.amount.currency != CNY or not request.amount.minor:
            return PaymentResponse(_failure(ErrorCondition.MESSAGE_FORMAT))
        return None

    def _wait_for_verdict(self, charge: _Charge) -> None:
        until_auto = self._after_s if self._auto else self._card_s
        self._changed.wait_for(lambda: charge.verdict is not None, until_auto)
        if charge.verdict is None:
            match self._auto:
                case Auto.APPROVE:
                    charge.verdict = TEST_CARD
                case Auto.DECLINE:
                    charge.verdict = ErrorCondition.REFUSAL
                case None:
                    charge.verdict = ErrorCondition.ABORTED

    def _reversal(self, reference: Reference, request: ReversalRequest, fault: Fault | None) -> LedgerEntry:
        original = request.original.transaction_id
        left = self._ledger.left_to_reverse(original)
        asked = left if request.amount is None else Amount(CNY, request.amount).minor
        condition = None
        if fault is not None and not fault.after_charging:
            condition = ErrorCondition.UNAVAILABLE_SERVICE
        elif left is None:
            condition = ErrorCondition.NOT_FOUND
        elif not asked or asked > left:
            condition = ErrorCondition.NOT_ALLOWED
        return LedgerEntry(
            EntryKind.REVERSED if condition is None else EntryKind.NOT_REVERSED,
            reference,
            moment(),
            asked or 0,
            self._ledger.next_poi_transaction_id(),
            original=original,
            condition=condition,
        )

    def _payment_response(self, reference: Reference) -> PaymentResponse:
        entry = self._ledger.payment(reference)
        assert entry is not None  # noqa: S101 the callers looked
        sale = TransactionIdentification(entry.transaction_id, entry.transaction_at)
        poi = TransactionIdentification(entry.poi_transaction_id, entry.at)
        if entry.condition is not None:
            return PaymentResponse(_failure(entry.condition), sale, poi)
        return PaymentResponse(
            _SUCCESS,
            sale,
            poi,
            Amount.cny(entry.amount),
            Card(
                entry.masked_pan or None, entry.brand or None, (entry.entry_mode,) if entry.entry_mode else ()
            ),
            TransactionIdentification(f"B{entry.poi_transaction_id}", entry.at),
        )

    def _reversal_response(self, reference: Reference) -> ReversalResponse:
        entry = self._ledger.reversal(reference)
        assert entry is not None  # noqa: S101 the callers looked
        poi = TransactionIdentification(entry.poi_transaction_id, entry.at)
        if entry.condition is not None:
            return ReversalResponse(_failure(entry.condition), poi)
        return ReversalResponse(_SUCCESS, poi, Amount.cny(entry.amount).units)


def _ended(charge: _Charge, amount: int) -> LedgerEntry:
    ended = replace(charge.asked, at=moment())
    if isinstance(charge.verdict, Card):
        card = charge.verdict
        return replace(
            ended,
            kind=EntryKind.AUTHORISED,
            amount=amount,
            masked_pan=card.masked_pan or "",
            brand=card.brand or "",
            entry_mode="".join(card.entry_modes[:1]),
        )
    return replace(ended, kind=EntryKind.NOT_AUTHORISED, condition=charge.verdict)


def _failure(condition: ErrorCondition) -> Response:
    return Response(Result.FAILURE, condition)
