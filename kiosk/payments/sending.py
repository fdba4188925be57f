"""Sending outbox entries to the centre: the one code for agent, front and `kioskctl`.

Whatever an answer says is written down entry by entry; one that is rejected or not understood stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from offline_cache.entries import MOST_LEASE, Applied, Batch, Entry, EntryEnded, Lease, Rejected, Reversed
from offline_cache.vault_thread import VaultThread

T = TypeVar("T")

KEY_REUSED = "key-reused"
"""The reason kept with an entry whose key the centre knows with another payload: a fault of this terminal."""
_PARK_S = MOST_LEASE.total_seconds()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a batch, by entry numbers."""

    applied: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    parked: tuple[int, ...] = ()
    """The centre does not understand them yet, or this program does not; tried again after an hour."""
    failed: tuple[int, ...] = ()
    """The centre failed on them; they are free to be sent again."""

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            self.applied + other.applied,
            self.rejected + other.rejected,
            self.parked + other.parked,
            self.failed + other.failed,
        )


class Sender:
    """Sends entries that are held under a lease, and writes down what the centre said."""

    def __init__(self, vault: VaultThread[OfflineCache], client: CentralClient, clock: Clock) -> None:
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
        for entry, said in zip(going, answer, strict=True):
            sent += self._take(entry, said)
        if sent.failed:
            self._release(lease)
        return sent

    def _refused(self, entry: Entry, refused: CentreRefused, lease: Lease) -> Sent:
        match refused.problem:
            case ProblemType.KEY_REUSED:
                return self._end(entry, Rejected(KEY_REUSED, self._clock.now()))
            case ProblemType.INVALID_REQUEST:
                return self._park([entry.number])
            case _:
                self._release(lease)
                raise refused

    def _take(self, entry: Entry, said: EntryAnswer) -> Sent:
        match said:
            case AppliedWire(number=number, at=at) | DuplicateWire(first=AppliedWire(number=number, at=at)):
                return self._end(entry, Applied(number, None, at))
            case RejectedWire(reason=reason) | DuplicateWire(first=RejectedWire(reason=reason)):
                return self._end(entry, Rejected(reason.value, self._clock.now()))
            case KeyReusedWire():
                return self._end(entry, Rejected(KEY_REUSED, self._clock.now()))
            case UnreadableWire():
                return self._park([entry.number])
            case FailedWire():
                return Sent(failed=(entry.number,))
            case _:
                raise AssertionError(f"an answer of type {type(said).__name__}")

    def _end(self, entry: Entry, end: Applied | Rejected) -> Sent:
        try:
            self._in_vault(lambda cache: cache.outbox.finish(entry.number, end))
        except EntryEnded as ended:
            # Another process was told otherwise: the first word stands, and a person has to look.
            self._log.error("two answers to one entry", why=str(ended))
            end = end if isinstance(ended.found, Reversed) else ended.found
        if isinstance(end, Rejected):
            self._log.error("entry rejected", number=str(entry.number), reason=end.reason)
            return Sent(rejected=(entry.number,))
        return Sent(applied=(entry.number,))

    def _park(self, numbers: Sequence[int]) -> Sent:
        for number in numbers:
            self._log.error("entry parked: not understood", number=str(number))
            self._in_vault(lambda cache, n=number: cache.outbox.park(n, self._clock.now(), _PARK_S))  # type: ignore[misc]
        return Sent(parked=tuple(numbers))

    def _release(self, lease: Lease) -> None:
        self._in_vault(lambda cache: cache.outbox.release(lease.holder))

    def _in_vault(self, job: Callable[[OfflineCache], T]) -> T:
        return in_vault(self._vault, job)


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
