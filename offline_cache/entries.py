"""What an outbox holds: entries, how they end, who holds them; and what it says when it refuses."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_CHARACTERS = 200
"""Of each text of an entry. A reason is cut there, any other longer text is refused."""
MOST_OCTETS = 64 * 1024
"""Of a payload, and of an answer."""
MOST_AMOUNT = 10**12
MOST_LEASE = timedelta(hours=1)
PARKED = "parked"
"""The holder of what is parked. No lease has this one: theirs end in a token."""


class EntryState(StrEnum):
    """PENDING until the far side's word is known; then one of the others for ever."""

    PENDING = "PENDING"
    APPLIED = "APPLIED"
    REJECTED = "REJECTED"
    REVERSED = "REVERSED"

    @classmethod
    def of(cls, end: End | None) -> EntryState:
        """The state that `end` means."""
        match end:
            case None:
                return cls.PENDING
            case Applied():
                return cls.APPLIED
            case Rejected():
                return cls.REJECTED
            case Reversed():
                return cls.REVERSED


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to become an entry.

    `key` is the idempotency key, born with what happened and never made again. `terminal` is whose receipt
    it is; the counter completes the receipt number. `kind` is a word of the caller's, `payload` octets of the
    caller's, `amount` a whole number of the caller's smallest unit of money. `about` is what it is about in
    the caller's words, as other entries may be. Raises `ValueError` beyond the bounds of this module.
    """

    terminal: str
    key: str
    kind: str
    payload: bytes
    amount: int
    about: str | None = None

    def __post_init__(self) -> None:
        require_short(self.terminal, self.key, self.kind)
        if self.about is not None:
            require_short(self.about)
        if len(self.payload) > MOST_OCTETS:
            raise ValueError(f"a payload of {len(self.payload)} octets; at most {MOST_OCTETS}")
        require_amount(self.amount)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who alone sends an entry, until when. `holder` is of one lease, not of one process: a token."""

    holder: str
    until: datetime

    @classmethod
    def begin(cls, owner: str, now: datetime, seconds: float) -> Lease:
        """A new lease of `owner`'s; nothing is held by it yet. Raises `ValueError` beyond `MOST_LEASE`."""
        require_short(owner)
        return cls(f"{owner[:80]}-{secrets.token_hex(8)}", lease_end(now, seconds))

    def runs(self, now: datetime) -> bool:
        """Whether it holds at `now`; not where it ends later than any lease can: the clock was set back."""
        return now < self.until <= now + MOST_LEASE


@dataclass(frozen=True, slots=True)
class Applied:
    """The far side took it under `far_number`; `answer` is its first answer, None once shrunk."""

    far_number: str
    answer: bytes | None
    at: datetime

    def __post_init__(self) -> None:
        require_short(self.far_number)
        if self.answer is not None and len(self.answer) > MOST_OCTETS:
            raise ValueError(f"an answer of {len(self.answer)} octets; at most {MOST_OCTETS}")


@dataclass(frozen=True, slots=True)
class Rejected:
    """The far side refuses it for good. It stays whole until a person acknowledges it."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reversed:
    """What it records was undone before the far side was told."""

    reason: str
    at: datetime


End = Applied | Rejected | Reversed


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The person who took charge of a rejected entry, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `number` counts from 1 without a gap; `link` is its hash in the chain (`entry_rows`).

    `payload` is None once shrunk; `payload_hash` (SHA-256) stays. `lease` may have run out.
    """

    number: int
    terminal: str
    key: str
    kind: str
    amount: int
    about: str | None
    payload: bytes | None
    payload_hash: bytes
    appended_at: datetime
    link: bytes
    end: End | None
    acknowledged: Acknowledgement | None
    lease: Lease | None

    @property
    def receipt_number(self) -> str:
        """Terminal id and counter, as printed: `T-0017-00000042`."""
        return f"{self.terminal}-{self.number:08d}"

    @property
    def state(self) -> EntryState:
        """What its end says."""
        return EntryState.of(self.end)


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries now held under `lease`, oldest first; `damaged` are numbers that were passed over."""

    lease: Lease
    entries: tuple[Entry, ...]
    damaged: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FinishedBatch:
    """What came of many ends at once: the entries as they then are, and by number why others are not among
    them."""

    entries: tuple[Entry, ...]
    refused: Mapping[int, EntryError]


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits for the far side: how many, their sum, since when; and rejected ones not acknowledged."""

    waiting: int
    amount: int
    oldest: datetime | None
    unacknowledged: int


class Cap(StrEnum):
    """The bounds of what may wait."""

    COUNT = "COUNT"
    SUM = "SUM"
    AGE = "AGE"


@dataclass(frozen=True, slots=True)
class Caps:
    """How many entries may wait, what they may sum up to, and how long the oldest may have waited."""

    max_waiting: int
    max_sum: int
    max_age: timedelta

    def reached(self, standing: Standing, amount: int, now: datetime, entries: int = 1) -> Cap | None:
        """The cap that so many more `entries`, of `amount` together, would break, or None."""
        if standing.waiting + entries > self.max_waiting:
            return Cap.COUNT
        if standing.amount + amount > self.max_sum:
            return Cap.SUM
        if standing.oldest is not None and now - standing.oldest > self.max_age:
            return Cap.AGE
        return None


class OutboxFull(Exception):
    """What was to be written would go beyond `cap`; nothing was."""

    def __init__(self, cap: Cap, caps: Caps, standing: Standing) -> None:
        super().__init__(
            f"the outbox is at its cap of {cap}: {standing.waiting} entries of {standing.amount} wait since "
            f"{standing.oldest}; allowed are {caps.max_waiting} of {caps.max_sum} for {caps.max_age}"
        )
        self.cap = cap
        self.caps = caps
        self.standing = standing


class EntryError(Exception):
    """Base of the errors about one entry, `number`."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


class EntryThere(EntryError):
    """Entry `number` has this key already; nothing was written."""

    def __init__(self, number: int, key: str) -> None:
        super().__init__(number, f"{key!r} is of entry {number} already")
        self.key = key


class NoSuchEntry(EntryError):
    """No entry has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(number, f"there is no entry {number}")


class EntryEnded(EntryError):
    """The entry ended otherwise before; its first end stands. Two far numbers: it was taken twice."""

    def __init__(self, number: int, found: End, refused: End) -> None:
        super().__init__(
            number, f"entry {number} ended as {_told(found)}; it does not end as {_told(refused)} too"
        )
        self.found = found
        self.refused = refused


class EntryLeased(EntryError):
    """The entry is held, so somebody may be sending it at this moment: it cannot be reversed."""

    def __init__(self, number: int, lease: Lease) -> None:
        super().__init__(number, f"entry {number} is held by {lease.holder} until {lease.until}")
        self.lease = lease


class NothingToAcknowledge(EntryError):
    """The entry is not rejected, or a person acknowledged it before."""

    def __init__(self, number: int, state: EntryState) -> None:
        super().__init__(number, f"entry {number} is {state}, with nothing to acknowledge")
        self.state = state


class EntryDamaged(EntryError):
    """The stored entry is not what was written: damaged on disk, or changed by whoever held the key."""

    def __init__(self, number: int) -> None:
        super().__init__(number, f"entry {number} is not what was written; verify the chain, keep the vault")


class ChainEndAstray(Exception):
    """The last entry is not the one that was appended last: rows are gone. Nothing more is appended."""

    def __init__(self, found: int, known: int | None) -> None:
        super().__init__(
            f"the last entry is {found}, the last one appended was {known}, or differs; verify the chain"
        )
        self.found = found
        self.known = known


def require_short(*texts: str) -> None:
    """Raise `ValueError` for an empty text or one of more than `MOST_CHARACTERS`."""
    for text in texts:
        if not 0 < len(text) <= MOST_CHARACTERS:
            raise ValueError(f"{text!r}: 1 to {MOST_CHARACTERS} characters")


def require_amount(amount: int) -> None:
    """Raise `ValueError` outside 0 to `MOST_AMOUNT`."""
    if not 0 <= amount <= MOST_AMOUNT:
        raise ValueError(f"an amount of {amount}; 0 to {MOST_AMOUNT}")


def lease_end(now: datetime, seconds: float) -> datetime:
    """The end of a lease of `seconds` from `now`. Raises `ValueError` beyond `MOST_LEASE`."""
    lasts = timedelta(seconds=seconds)
    if not timedelta(0) < lasts <= MOST_LEASE:
        raise ValueError(f"a lease of {seconds} s; at most {MOST_LEASE.total_seconds():.0f}")
    return now + lasts


def _told(end: End) -> str:
    said = end.far_number if isinstance(end, Applied) else end.reason
    return f"{EntryState.of(end)} ({said})"
