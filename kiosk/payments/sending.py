"""Sending outbox entries to the centre: the one code for agent, front and `kioskctl`.

Whatever an answer says is written down entry by entry; one that is rejected or not understood stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from kiosk.central_client import CentralClient
from kiosk.centre_line import CentreRefused, Limits
from kiosk.clock import Clock
from kiosk.contract.problems import ProblemType
from kiosk.contract.transactions import (
    MAX_ENTRIES,
    AppliedWire,
    DuplicateWire,
    EntryAnswer,
    FailedWire,
    KeyReusedWire,
    NewerAnswerWire,
    RejectedWire,
    TransactionsRequest,
    UnreadableWire,
)
from kiosk.domain.postings import Applied as Posted
from kiosk.domain.postings import Posting, RejectionReason
from kiosk.domain.postings import Rejected as Refused
from kiosk.payments.stored import StoredEntry, read
from kiosk.vault_jobs import StoredUnreadable, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import MOST_LEASE, Applied, Batch, Entry, EntryEnded, Lease, Rejected
from offline_cache.vault_thread import VaultThread

T = TypeVar("T")

KEY_REUSED = "key-reused"
"""The reason kept with an entry whose key the centre knows with another payload: a fault of this terminal."""
_PARK_S = MOST_LEASE.total_seconds()
FAILED_PAUSE_S = 30.0
"""So long an entry on which the centre failed is left alone."""
Heard = EntryAnswer | NewerAnswerWire


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a batch, by entry numbers."""

    applied: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    parked: tuple[int, ...] = ()
    """The centre does not understand them yet, or this program does not; tried again after an hour."""
    failed: tuple[int, ...] = ()
    """The centre failed on them; they are sent again after `FAILED_PAUSE_S`."""

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            self.applied + other.applied,
            self.rejected + other.rejected,
            self.parked + other.parked,
            self.failed + other.failed,
        )


class Sender:
    """Sends entries that are held under a lease, and writes down what the centre said."""

    def __init__(
        self,
        vault: VaultThread[OfflineCache],
        client: CentralClient,
        clock: Clock,
        *,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """`beat` is called before each call of the centre: many in a row take their time."""
        self._beat = beat
        self._vault = vault
        self._client = client
        self._clock = clock
        self._log = structlog.get_logger()

    def lease(self, owner: str, seconds: float, limit: int = MAX_ENTRIES) -> Batch:
        """The oldest entries that nobody holds. Raises `VaultError`, `InboxFull`, `TimeoutError`."""
        batch = self._in_vault(lambda cache: cache.outbox.lease(owner, limit, self._clock.now(), seconds))
        if batch.damaged:
            self._log.error("damaged outbox entries are passed over", numbers=[str(n) for n in batch.damaged])
        return batch

    def send(self, entries: Sequence[Entry], lease: Lease, limits: Limits | None = None) -> Sent:
        """Sends `entries`, which are held under `lease`, in one batch.

        Raises `CentreError` where the centre did not answer or refused the batch: then the lease is given
        back and nothing is written down. `VaultError` and its like where an answer could not be written: sent
        again later, it is the same answer.
        """
        wires, parked = {}, []
        for entry in entries:
            try:
                wires[entry.number] = read(StoredEntry, entry.payload, f"entry {entry.number}").to_wire(
                    entry.receipt_number
                )
            except StoredUnreadable as error:
                self._log.error("outbox entry not understood", why=str(error))
                parked.append(entry.number)
        sent = self._park(parked)
        if not wires:
            return sent
        going = tuple(entry for entry in entries if entry.number in wires)
        try:
            self._beat()
            request = TransactionsRequest(entries=tuple(wires.values()))
            answer = self._client.post_transactions(request, limits=limits).entries
        except CentreRefused as refused:
            if len(going) == 1:
                return sent + self._refused(going[0], refused, lease)
            # One entry that the centre cannot even tell from the others must not stop them.
            return sum((self.send((entry,), lease, limits) for entry in going), sent)
        except BaseException:
            self._release(lease)
            raise
        return sent + self._take(tuple(zip(going, answer, strict=True)))

    def _refused(self, entry: Entry, refused: CentreRefused, lease: Lease) -> Sent:
        match refused.problem:
            case ProblemType.KEY_REUSED:
                return self._end([(entry.number, Rejected(KEY_REUSED, self._clock.now()))])
            case ProblemType.INVALID_REQUEST:
                return self._park([entry.number])
            case _:
                self._release(lease)
                raise refused

    def _take(self, answers: Sequence[tuple[Entry, Heard]]) -> Sent:
        """Writes down what was said, in one commit for all that ended."""
        ends: list[tuple[int, Applied | Rejected]] = []
        parked, failed, now = [], [], self._clock.now()
        for entry, said in answers:
            match said:
                case FailedWire():
                    failed.append(entry.number)
                case UnreadableWire():
                    parked.append(entry.number)
                case _ if (end := _end_of(said, now)) is not None:
                    ends.append((entry.number, end))
                case _:
                    # A newer centre's word that this program does not know.
                    parked.append(entry.number)
        sent = self._end(ends) + self._park(parked)
        # Not at once again: those behind them have their turn first.
        self._hold(failed, FAILED_PAUSE_S)
        return sent + Sent(failed=tuple(failed))

    def _end(self, ends: Sequence[tuple[int, Applied | Rejected]]) -> Sent:
        if not ends:
            return Sent()
        finished = self._in_vault(lambda cache: cache.outbox.finish_all(ends))
        found = {entry.number: entry.end for entry in finished.entries}
        for number, error in finished.refused.items():
            # Another process was told otherwise: the first word stands, and a person has to look.
            self._log.error("an answer was not written down", number=str(number), why=str(error))
            if isinstance(error, EntryEnded):
                found[number] = error.found
        rejected = tuple(number for number, end in found.items() if isinstance(end, Rejected))
        for number in rejected:
            self._log.error("entry rejected", number=str(number))
        applied = tuple(number for number, end in found.items() if isinstance(end, Applied))
        return Sent(applied=applied, rejected=rejected)

    def _hold(self, numbers: Sequence[int], seconds: float) -> None:
        for number in numbers:
            self._in_vault(lambda cache, n=number: cache.outbox.park(n, self._clock.now(), seconds))  # type: ignore[misc]

    def _park(self, numbers: Sequence[int]) -> Sent:
        for number in numbers:
            self._log.error("entry parked: not understood", number=str(number))
        self._hold(numbers, _PARK_S)
        return Sent(parked=tuple(numbers))

    def _release(self, lease: Lease) -> None:
        self._in_vault(lambda cache: cache.outbox.release(lease.holder))

    def _in_vault(self, job: Callable[[OfflineCache], T]) -> T:
        return in_vault(self._vault, job)


def _end_of(said: Heard, now: datetime) -> Applied | Rejected | None:
    """The end that an answer means; None where this program does not know."""
    match said:
        case AppliedWire(number=number, at=at) | DuplicateWire(first=AppliedWire(number=number, at=at)):
            return Applied(number, None, at)
        case RejectedWire(reason=reason) | DuplicateWire(first=RejectedWire(reason=reason)):
            return Rejected(reason.value, now)
        case KeyReusedWire():
            return Rejected(KEY_REUSED, now)
        case NewerAnswerWire(result="rejected", reason=str() as reason):
            return Rejected(reason, now)
        case _:
            return None


def posting_of(entry: Entry) -> Posting | None:
    """What the centre said of an entry; None while it has not, or where the sale was reversed before."""
    match entry.end:
        case Applied(far_number, _, at):
            return Posted(far_number, at)
        case Rejected(reason):
            try:
                return Refused(RejectionReason(reason))
            except ValueError:
                # `KEY_REUSED`, or a reason of a newer centre: in either case a person has to look into it.
                return Refused(RejectionReason.RECEIPT_REUSED)
        case _:
            return None
