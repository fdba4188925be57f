"""How an entry lies in the vault: its row, its link in the hash chain, its seal.

Both are SHA-256 over values in a canonical encoding: for NULL the octet `n`; else a tag (`i` for a whole
number, in decimal ASCII, `b` for octets; text is UTF-8 octets), the length as eight octets big-endian, the
octets.

- The link, never written again: `outbox link 1`, the link before it (32 zero octets before the first),
  number, terminal, key, kind, amount, about, payload_hash, appended_at.
- The seal, written with each change: `outbox seal 1`, link, the same columns from number on, 1 or 0 for
  whether there is a payload, then the columns from state to lease_until in the order of the table. It lets
  one row be trusted without walking the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from hashlib import sha256

from offline_cache.entries import (
    MOST_CHARACTERS,
    Acknowledgement,
    Applied,
    Draft,
    End,
    Entry,
    EntryDamaged,
    EntryState,
    Lease,
    Rejected,
    Reversed,
)
from offline_cache.instants import from_stored, to_stored
from offline_cache.sql import Row, Value
from offline_cache.vault import Transaction

FIRST_LINK = bytes(32)
_LINK_LABEL = b"outbox link 1"
_SEAL_LABEL = b"outbox seal 1"


_Values = Sequence[int | bytes | None]


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row of `outbox_entry`, column by column. Texts are octets: a damaged one need not be UTF-8.

    `seal` is the one that was read; what is written gets the right one.
    """

    number: int
    terminal: bytes
    key: bytes
    kind: bytes
    amount: int
    about: bytes | None
    payload: bytes | None
    payload_hash: bytes
    appended_at: int
    link: bytes
    state: bytes = EntryState.PENDING.encode()
    far_number: bytes | None = None
    answer: bytes | None = None
    reason: bytes | None = None
    ended_at: int | None = None
    acknowledged_by: bytes | None = None
    acknowledged_at: int | None = None
    lease_holder: bytes | None = None
    lease_until: int | None = None
    seal: bytes = b""

    def link_after(self, previous: bytes) -> bytes:
        """The link this row has where `previous` is the link before it."""
        return _link(previous, self._fixed)

    @property
    def has_its_payload(self) -> bool:
        """Whether the payload is the one that was appended, or was shrunk away."""
        return self.payload is None or sha256(self.payload).digest() == self.payload_hash

    @property
    def is_sound(self) -> bool:
        """Whether the row is what was written."""
        return self.is_sealed and self.has_its_payload

    @property
    def is_sealed(self) -> bool:
        """Whether the seal is over what the other columns hold."""
        return self.seal == self.right_seal

    @property
    def right_seal(self) -> bytes:
        """The seal over what the other columns hold."""
        return _digest(
            (
                _SEAL_LABEL,
                self.link,
                *self._fixed,
                int(self.payload is not None),
                self.state,
                self.far_number,
                self.answer,
                self.reason,
                self.ended_at,
                self.acknowledged_by,
                self.acknowledged_at,
                self.lease_holder,
                self.lease_until,
            )
        )

    @property
    def _fixed(self) -> _Values:
        return (
            self.number,
            self.terminal,
            self.key,
            self.kind,
            self.amount,
            self.about,
            self.payload_hash,
            self.appended_at,
        )


_NAMES = tuple(field.name for field in fields(StoredEntry))
_TEXTS = frozenset(
    {
        "terminal",
        "key",
        "kind",
        "about",
        "state",
        "far_number",
        "reason",
        "acknowledged_by",
        "lease_holder",
    }
)
_CHANGING = ("payload", *_NAMES[_NAMES.index("state") :])

SELECTION = ", ".join(f"CAST({name} AS BLOB)" if name in _TEXTS else name for name in _NAMES)
"""The columns of a SELECT, in the order of `StoredEntry`; texts as octets."""

_INSERT = f"""INSERT INTO outbox_entry ({", ".join(_NAMES)}) VALUES ({", ".join("?" * len(_NAMES))})
              ON CONFLICT (key) DO NOTHING"""  # noqa: S608
_UPDATE = f"UPDATE outbox_entry SET {', '.join(f'{name} = ?' for name in _CHANGING)} WHERE number = ?"  # noqa: S608


def chained(draft: Draft, number: int, previous: bytes, at: datetime, lease: Lease | None) -> StoredEntry:
    """The row that `draft` becomes as `number`, after the link `previous`."""
    terminal, key, kind = draft.terminal.encode(), draft.key.encode(), draft.kind.encode()
    about = None if draft.about is None else draft.about.encode()
    payload_hash, appended_at = sha256(draft.payload).digest(), to_stored(at)
    fixed = (number, terminal, key, kind, draft.amount, about, payload_hash, appended_at)
    return StoredEntry(
        number,
        terminal,
        key,
        kind,
        draft.amount,
        about,
        draft.payload,
        payload_hash,
        appended_at,
        _link(previous, fixed),
        lease_holder=None if lease is None else lease.holder.encode(),
        lease_until=None if lease is None else to_stored(lease.until),
    )


def leased(row: StoredEntry, lease: Lease | None) -> StoredEntry:
    """`row`, held under `lease` or by nobody."""
    return replace(
        row,
        lease_holder=None if lease is None else lease.holder.encode(),
        lease_until=None if lease is None else to_stored(lease.until),
    )


def ended(row: StoredEntry, end: End) -> StoredEntry:
    """`row` at its end, held by nobody."""
    changed = replace(
        row,
        state=EntryState.of(end).encode(),
        ended_at=to_stored(end.at),
        lease_holder=None,
        lease_until=None,
    )
    match end:
        case Applied(far_number, answer):
            return replace(changed, far_number=far_number.encode(), answer=answer)
        case Rejected(reason) | Reversed(reason):
            return replace(changed, reason=reason[:MOST_CHARACTERS].encode())


def acknowledged(row: StoredEntry, by: str, at: datetime) -> StoredEntry:
    """`row`, acknowledged."""
    return replace(row, acknowledged_by=by.encode(), acknowledged_at=to_stored(at))


def shrunk(row: StoredEntry) -> StoredEntry:
    """`row` without payload and answer; their hash, the amount and the numbers stay."""
    return replace(row, payload=None, answer=None)


def insert(transaction: Transaction, row: StoredEntry) -> bool:
    """Write a new row; False where another one has its key, then nothing is written."""
    return transaction.change(_INSERT, _written(row, _NAMES)) == 1


def update(transaction: Transaction, row: StoredEntry) -> None:
    """Write the columns of `row` that may change."""
    transaction.change(_UPDATE, (*_written(row, _CHANGING), row.number))


def stored(row: Row) -> StoredEntry:
    """A row of `SELECTION` as it lies there, damaged or not."""
    return StoredEntry(*row)


def sound(row: Row) -> StoredEntry:
    """A row of `SELECTION`. Raises `EntryDamaged` where seal or payload are not what was written."""
    found = stored(row)
    if not found.is_sound:
        raise EntryDamaged(found.number)
    return found


def entry_of(row: StoredEntry) -> Entry:
    """What a sound row says."""
    return Entry(
        number=row.number,
        terminal=row.terminal.decode(),
        key=row.key.decode(),
        kind=row.kind.decode(),
        amount=row.amount,
        about=None if row.about is None else row.about.decode(),
        payload=row.payload,
        payload_hash=row.payload_hash,
        appended_at=from_stored(row.appended_at),
        link=row.link,
        end=_end(row),
        acknowledged=_acknowledgement(row),
        lease=_lease(row),
    )


def _lease(row: StoredEntry) -> Lease | None:
    if row.lease_holder is None or row.lease_until is None:
        return None
    return Lease(row.lease_holder.decode(), from_stored(row.lease_until))


def _end(row: StoredEntry) -> End | None:
    if row.ended_at is None:
        return None
    at, reason = from_stored(row.ended_at), (row.reason or b"").decode()
    match EntryState(row.state.decode()):
        case EntryState.APPLIED:
            return Applied((row.far_number or b"").decode(), row.answer, at)
        case EntryState.REJECTED:
            return Rejected(reason, at)
        case EntryState.REVERSED:
            return Reversed(reason, at)
        case EntryState.PENDING:  # the table's CHECK allows no instant of an end here
            raise EntryDamaged(row.number)


def _acknowledgement(row: StoredEntry) -> Acknowledgement | None:
    if row.acknowledged_by is None or row.acknowledged_at is None:
        return None
    return Acknowledgement(row.acknowledged_by.decode(), from_stored(row.acknowledged_at))


def _written(row: StoredEntry, names: Sequence[str]) -> tuple[Value, ...]:
    """The columns `names`, of which the last one is the seal."""
    # STRICT columns of text take no octets.
    columns = (
        value.decode() if name in _TEXTS and isinstance(value, bytes) else value
        for name in names[:-1]
        for value in [getattr(row, name)]
    )
    return (*columns, row.right_seal)


def _link(previous: bytes, fixed: _Values) -> bytes:
    return _digest((_LINK_LABEL, previous, *fixed))


def _digest(values: _Values) -> bytes:
    told = []
    for value in values:
        if value is None:
            told.append(b"n")
            continue
        tag, octets = (b"i", b"%d" % value) if isinstance(value, int) else (b"b", value)
        told += (tag, len(octets).to_bytes(8, "big"), octets)
    return sha256(b"".join(told)).digest()
