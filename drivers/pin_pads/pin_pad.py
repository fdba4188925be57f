"""A pin pad that says what is truly known of each charge. The rules: `docs/facts/pin-pads.md` §4."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from drivers.pin_pads.connection import ConnectionLost, NotSent, PinPadAddress
from drivers.pin_pads.link import Limits, PinPadLink
from drivers.pin_pads.nexo import (
    AbortRequest,
    Amount,
    DiagnosisRequest,
    DiagnosisResponse,
    MessageCategory,
    MessageReference,
    PaymentRequest,
    PaymentResponse,
    Reply,
    Request,
    Result,
    ReversalReason,
    ReversalRequest,
    ReversalResponse,
    TransactionStatusRequest,
    TransactionStatusResponse,
)
from drivers.pin_pads.outcomes import (
    ChargeOutcome,
    ChargeStatus,
    Diagnosis,
    Doubt,
    NotCharged,
    NotReversed,
    Refusal,
    ReversalOutcome,
    ReversalStatus,
    Unknown,
    charge_outcome,
    charge_status,
    reversal_outcome,
    reversal_status,
)
from drivers.pin_pads.references import (
    Charge,
    Reference,
    Reversal,
    TransactionIdentification,
    major_units,
    new_reference,
)

_P = ParamSpec("_P")
_T = TypeVar("_T")
_R = TypeVar("_R", bound=Reply)

_WAITING = 8
_ABORT_REASON = "SaleSystem"


class PinPad:
    """One thread alone talks to the pad; requests wait for their turn in a bounded inbox.

    Every wait of the thread is bounded by a limit, so every future is settled in a bounded time. Each request
    has a connection of its own: a late answer to an earlier one has nowhere to arrive.
    """

    def __init__(
        self, address: PinPadAddress, *, sale_id: str, poi_id: str, limits: Limits | None = None
    ) -> None:
        """`sale_id` names this terminal, `poi_id` the pad: an answer of any other is not believed."""
        self._address = address
        self._sale_id = sale_id
        self._poi_id = poi_id
        self._limits = limits or Limits()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"pin pad {address}")
        self._places = threading.BoundedSemaphore(_WAITING)
        self._closing = threading.Event()
        self._to_abort: set[Reference] = set()

    def new_reference(self) -> Reference:
        """A reference for the next charge or reversal; store it before it is used."""
        return new_reference(self._sale_id)

    def pay(self, charge: Charge, limit_s: float = 90.0) -> Future[ChargeOutcome]:
        """Have the pad charge a card, once; decided `limit_s` after its turn came, at the latest.

        NotCharged is only what the pad itself said, or that not one byte was sent. All else is Unknown. Of a
        charge that was asked for before, this answers only for this time: ask `status_of`.
        """
        return self._submit(lambda: self._pay(charge, limit_s), otherwise=NotCharged(Refusal.NOT_ASKED))

    def abort(self, reference: Reference) -> Future[bool]:
        """Have the pad give a charge up, where that is still possible. True where the pad was told.

        A running charge is told at once; this future is settled after the charge's own. How the charge ended
        is what `pay` says; of a charge of an earlier process, what `status_of` says.
        """
        self._to_abort.add(reference)
        return self._submit(lambda: self._abort(reference), otherwise=False)

    def status_of(self, charge: Charge) -> Future[ChargeStatus]:
        """Ask the pad how a charge ended. Another process may have asked for it."""
        return self._submit(lambda: self._status_of(charge), otherwise=_NOT_REACHED)

    def reverse(
        self, reversal: Reversal, reason: ReversalReason = ReversalReason.MERCHANT, limit_s: float = 60.0
    ) -> Future[ReversalOutcome]:
        """Take a charge back (撤销), once; decided `limit_s` after its turn came, at the latest."""
        return self._submit(
            lambda: self._reverse(reversal, reason, limit_s), otherwise=NotReversed(Refusal.NOT_ASKED)
        )

    def status_of_reversal(self, reversal: Reversal) -> Future[ReversalStatus]:
        """Ask the pad how a reversal ended. Another process may have asked for it."""
        return self._submit(lambda: self._status_of_reversal(reversal), otherwise=_NOT_REACHED)

    def diagnose(self, *, hosts: bool = True) -> Future[Diagnosis | Unknown]:
        """Ask the pad how it is and, with `hosts`, whether it reaches its acquirers."""
        return self._submit(lambda: self._diagnose(DiagnosisRequest(hosts)), otherwise=_NOT_REACHED)

    def close(self) -> None:
        """Have the charge in hand given up, ask nothing more, and end the thread."""
        self._closing.set()
        self._executor.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(self, work: Callable[[], _T], *, otherwise: _T) -> Future[_T]:
        """A place in the inbox; where it is full or closed, settled with `otherwise`."""
        refused: Future[_T] = Future()
        refused.set_result(otherwise)
        if not self._places.acquire(blocking=False):
            return refused
        try:
            future = self._executor.submit(lambda: otherwise if self._closing.is_set() else work())
        except RuntimeError:  # closed
            self._places.release()
            return refused
        future.add_done_callback(lambda _: self._places.release())
        return future

    # On the pad's thread.

    def _connect(self) -> PinPadLink:
        return PinPadLink(self._address, self._poi_id, self._limits)

    def _pay(self, charge: Charge, limit_s: float) -> ChargeOutcome:
        if charge.reference in self._to_abort:
            self._to_abort.discard(charge.reference)
            return NotCharged(Refusal.ABORTED, "before it was asked")
        until = time.monotonic() + limit_s
        transaction = TransactionIdentification(charge.transaction_id, charge.at.isoformat())
        request = PaymentRequest(transaction, Amount.cny(charge.amount))
        try:
            with closing(self._connect()) as link:
                link.send(charge.reference, request)
                answer = self._await_payment(link, charge.reference, until)
        except NotSent as error:
            return NotCharged(Refusal.NOT_ASKED, str(error))
        except ConnectionLost as lost:
            return Unknown(Doubt.CONNECTION_LOST, str(lost))
        return answer if isinstance(answer, Unknown) else charge_outcome(charge, answer)

    def _await_payment(
        self, link: PinPadLink, reference: Reference, until: float
    ) -> PaymentResponse | Unknown:
        """Wait for the pad's word, and have it give the charge up where that is wanted or the time runs out.

        A pad that is left alone would go on waiting for a card, and charge whoever comes next.
        """
        abort_from = until - self._limits.abort_s
        told = closed = False
        while (now := time.monotonic()) < until:
            if self._closing.is_set() and not closed:
                closed, abort_from, until = True, now, min(until, now + self._limits.abort_s)
            if not told and (now >= abort_from or reference in self._to_abort):
                # A pad that heard it answers soon; one that does not is not waited for any longer.
                told, until = True, min(until, now + self._limits.abort_s)
                self._to_abort.discard(reference)
                link.try_to_send(self.new_reference(), _abort_of(reference))
            look_s = min(self._limits.look_s, max(0.0, until - now))
            answer = link.answer(reference, PaymentResponse, look_s)
            if answer is not None:
                return answer
        return link.nothing_came()

    def _abort(self, reference: Reference) -> bool:
        """Where the charge's own turn has not seen to it: it is one of an earlier process."""
        if reference not in self._to_abort:
            return True
        self._to_abort.discard(reference)
        try:
            with closing(self._connect()) as link:
                return link.try_to_send(self.new_reference(), _abort_of(reference))
        except NotSent:
            return False

    def _reverse(self, reversal: Reversal, reason: ReversalReason, limit_s: float) -> ReversalOutcome:
        amount = None if reversal.amount is None else major_units(reversal.amount)
        request = ReversalRequest(reversal.original, reason, amount)
        try:
            answer = self._ask(reversal.reference, request, ReversalResponse, limit_s)
        except NotSent as error:
            return NotReversed(Refusal.NOT_ASKED, str(error))
        return answer if isinstance(answer, Unknown) else reversal_outcome(reversal, answer)

    def _status_of(self, charge: Charge) -> ChargeStatus:
        answer = self._question(_status(MessageCategory.PAYMENT, charge.reference), TransactionStatusResponse)
        return answer if isinstance(answer, Unknown) else charge_status(charge, answer)

    def _status_of_reversal(self, reversal: Reversal) -> ReversalStatus:
        request = _status(MessageCategory.REVERSAL, reversal.reference)
        answer = self._question(request, TransactionStatusResponse)
        return answer if isinstance(answer, Unknown) else reversal_status(reversal, answer)

    def _diagnose(self, request: DiagnosisRequest) -> Diagnosis | Unknown:
        answer = self._question(request, DiagnosisResponse)
        if isinstance(answer, Unknown):
            return answer
        if answer.response.result is Result.FAILURE and answer.status is None:
            return Unknown(Doubt.WITHHELD, answer.response.additional or "")
        return Diagnosis(answer.status, answer.hosts)

    def _question(self, request: Request, kind: type[_R]) -> _R | Unknown:
        """Ask what changes nothing. That the question did not leave says nothing of what it was about."""
        try:
            return self._ask(self.new_reference(), request, kind, self._limits.answer_s)
        except NotSent as error:
            return Unknown(Doubt.UNREACHABLE, str(error))

    def _ask(self, reference: Reference, request: Request, kind: type[_R], limit_s: float) -> _R | Unknown:
        """Ask and wait. Raises NotSent."""
        until = time.monotonic() + limit_s
        try:
            with closing(self._connect()) as link:
                link.send(reference, request)
                answer = link.answer(reference, kind, max(0.0, until - time.monotonic()))
                return link.nothing_came() if answer is None else answer
        except ConnectionLost as lost:
            return Unknown(Doubt.CONNECTION_LOST, str(lost))


_NOT_REACHED = Unknown(Doubt.UNREACHABLE, "too many requests wait, or the driver is closed")


def _abort_of(reference: Reference) -> AbortRequest:
    return AbortRequest(MessageReference(MessageCategory.PAYMENT, reference), _ABORT_REASON)


def _status(category: MessageCategory, reference: Reference) -> TransactionStatusRequest:
    return TransactionStatusRequest(MessageReference(category, reference))
