"""The durable outbox: what happened here and a far side must be told, once, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from offline_cache.chain import ChainReport, damaged, walk
from offline_cache.entries import (
    MOST_LEASE,
    PARKED,
    Applied,
    Batch,
    Caps,
    ChainEndAstray,
    Draft,
    End,
    Entry,
    EntryEnded,
    EntryError,
    EntryLeased,
    EntryState,
    EntryThere,
    FinishedBatch,
    Lease,
    NoSuchEntry,
    NothingToAcknowledge,
    OutboxFull,
    Reversed,
    Standing,
    lease_end,
    require_short,
)
from offline_cache.entry_rows import (
    FIRST_LINK,
    SELECTION,
    StoredEntry,
    acknowledged,
    chained,
    ended,
    entry_of,
    insert,
    leased,
    shrunk,
    sound,
    stored,
    update,
)
from offline_cache.instants import from_stored, to_stored
from offline_cache.sql import Row, Value
from offline_cache.vault import Transaction, Vault

MOST_AT_ONCE = 500
"""Of entries that one call leases, ends, shrinks or lists."""
_GREATEST_NUMBER = 2**63 - 1

# What has shrunk concerns nobody: one index of the entries that are whole serves all that is asked often.
_WHOLE = "payload IS NOT NULL AND state"
_PENDING = f"{_WHOLE} = 'PENDING'"
_UNACKNOWLEDGED = f"{_WHOLE} = 'REJECTED' AND acknowledged_at IS NULL"
_OVER = f"{_WHOLE} = ? AND ended_at < ? AND (state <> 'REJECTED' OR acknowledged_at IS NOT NULL)"
_STANDING = f"""SELECT count(*), coalesce(sum(amount), 0), min(appended_at),
                       (SELECT count(*) FROM outbox_entry WHERE {_UNACKNOWLEDGED})
                FROM outbox_entry WHERE {_PENDING}"""  # noqa: S608
_END_OF_CHAIN = """SELECT head.number, head.link, entry.number, entry.link
                   FROM outbox_head AS head LEFT JOIN outbox_entry AS entry ON entry.number >= head.number
                   WHERE only = 1 LIMIT 2"""
_BY_NUMBER = f"SELECT {SELECTION} FROM outbox_entry WHERE number = ?"  # noqa: S608


class Outbox:
    """Entries in the vault. What writes is one commit and one sync, durable on return.

    An entry is PENDING until it ends as APPLIED, REJECTED or REVERSED, once and for ever. The far side tells
    repeated sendings by the entry's key; a lease only saves it from being asked twice at once. All methods
    raise `VaultError`, and `EntryDamaged` where they are asked for an entry that is not what was written;
    those that take or list whatever there is pass it over. `docs/facts/offline.md` §6.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def append(self, draft: Draft, at: datetime, caps: Caps, *, lease: Lease | None = None) -> Entry:
        """Write `draft` down under the next number; with `lease` its holder is the first to send it.

        Raises `OutboxFull`, `EntryThere` for the key of an earlier entry, `ChainEndAstray`.
        """
        with self._vault.write() as transaction:
            require_room(transaction, draft.amount, caps, at)
            return append_within(transaction, draft, at, lease)

    def lease(self, owner: str, limit: int, now: datetime, seconds: float) -> Batch:
        """Hold up to `limit` entries for `seconds`: the oldest that are PENDING and held by nobody.

        Damaged entries are passed over and named. A crashed holder's lease runs out; so does one that ends
        later than any lease can, for then the clock was set back.
        """
        _require_limit(limit)
        lease = Lease.begin(owner, now, seconds)
        with self._vault.write() as transaction:
            free, passed = _sound_rows(
                transaction.rows,
                f"{_PENDING} AND (lease_until IS NULL OR lease_until <= ? OR lease_until > ?)",
                (to_stored(now), to_stored(now + MOST_LEASE)),
                limit,
            )
            held = [leased(row, lease) for row in free]
            for row in held:
                update(transaction, row)
        return Batch(lease, tuple(map(entry_of, held)), tuple(passed))

    def extend(self, holder: str, now: datetime, seconds: float) -> frozenset[int]:
        """Let `holder`'s lease end `seconds` from `now`; the numbers it still holds.

        An entry that is not named ended, or ran out and went to another holder.
        """
        return self._change_lease(holder, Lease(holder, lease_end(now, seconds)))

    def release(self, holder: str) -> frozenset[int]:
        """Let go of what `holder` holds; the numbers, at most 500. `PARKED` holds what is parked."""
        return self._change_lease(holder, None)

    def park(self, number: int, now: datetime, seconds: float) -> Entry:
        """Let nobody lease entry `number` for `seconds`: the far side cannot read it yet. Others go on.

        Whoever held it holds it no more. It stays PENDING; one that ended meanwhile stays as it is. Raises
        `NoSuchEntry`.
        """
        parked = Lease(PARKED, lease_end(now, seconds))
        with self._vault.write() as transaction:
            row = _sole(transaction.rows(_BY_NUMBER, (number,)), number)
            if row.ended_at is None:
                row = leased(row, parked)
                update(transaction, row)
            return entry_of(row)

    def finish(self, number: int, end: End) -> Entry:
        """Write down how entry `number` ended; needs no lease. The entry as it then is.

        The same end again changes nothing: the first answer or reason stands. Raises `NoSuchEntry`,
        `EntryEnded` for another end or another far number, `EntryLeased` for a reversal while a lease runs.
        """
        with self._vault.write() as transaction:
            return _finished(transaction, number, end)

    def finish_all(self, ends: Sequence[tuple[int, End]]) -> FinishedBatch:
        """`finish` for each of up to 500 numbers, one after the other, in one commit.

        What `finish` would raise for one entry is in `refused`, and keeps no other from its end.
        """
        if len(ends) > MOST_AT_ONCE:
            raise ValueError(f"{len(ends)} ends at once; at most {MOST_AT_ONCE}")
        entries: list[Entry] = []
        refused: dict[int, EntryError] = {}
        with self._vault.write() as transaction:
            for number, end in ends:
                try:
                    entries.append(_finished(transaction, number, end))
                except EntryError as error:
                    # A traceback would keep this frame, and all these entries, as long as the error is kept.
                    refused[number] = error.with_traceback(None)
        return FinishedBatch(tuple(entries), refused)

    def acknowledge(self, number: int, by: str, at: datetime) -> Entry:
        """A person, `by`, takes charge of a rejected entry. Raises `NoSuchEntry`, `NothingToAcknowledge`."""
        require_short(by)
        with self._vault.write() as transaction:
            row = _sole(transaction.rows(_BY_NUMBER, (number,)), number)
            entry = entry_of(row)
            if entry.state is not EntryState.REJECTED or entry.acknowledged is not None:
                raise NothingToAcknowledge(number, entry.state)
            row = acknowledged(row, by, at)
            update(transaction, row)
            return entry_of(row)

    def shrink(self, before: datetime, limit: int = MOST_AT_ONCE) -> int:
        """Drop payload and answer of up to `limit` entries that ended before `before`; how many.

        Rejected ones that nobody acknowledged stay whole, damaged ones as they are. Hash, amount and numbers
        of all stay for ever.
        """
        _require_limit(limit)
        over: list[StoredEntry] = []
        with self._vault.write() as transaction:
            for state in (EntryState.APPLIED, EntryState.REJECTED, EntryState.REVERSED):
                rows, _ = _sound_rows(
                    transaction.rows, _OVER, (state.value, to_stored(before)), limit - len(over)
                )
                over += rows
            for row in over:
                update(transaction, shrunk(row))
        return len(over)

    def standing(self) -> Standing:
        """What waits, and what was rejected and nobody took charge of."""
        return _standing(self._vault.rows(_STANDING))

    def get(self, number: int) -> Entry:
        """Entry `number`. Raises `NoSuchEntry`."""
        return entry_of(_sole(self._vault.rows(_BY_NUMBER, (number,)), number))

    def find(self, key: str) -> Entry | None:
        """The entry of this key."""
        rows = self._vault.rows(f"SELECT {SELECTION} FROM outbox_entry WHERE key = ?", (key,))  # noqa: S608
        return entry_of(sound(rows[0])) if rows else None

    def about(self, subject: str, limit: int) -> list[Entry]:
        """The `limit` entries about `subject` that were appended last, latest first.

        Raises `EntryDamaged` for any of them: whoever asks must not take it that there is nothing.
        """
        _require_limit(limit)
        # Mostly there is none, and a SELECT of many columns costs as much without a row (§1 of the facts).
        numbers = self._vault.rows(
            "SELECT number FROM outbox_entry WHERE about = ? ORDER BY number DESC LIMIT ?", (subject, limit)
        )
        return [self.get(number) for (number,) in numbers]

    def recent(self, limit: int) -> list[Entry]:
        """The `limit` entries appended last, latest first."""
        return self._listed("TRUE", limit, latest_first=True)

    def waiting(self, limit: int) -> list[Entry]:
        """The `limit` oldest PENDING entries, oldest first."""
        return self._listed(_PENDING, limit)

    def unacknowledged(self, limit: int) -> list[Entry]:
        """The `limit` oldest rejected entries that nobody took charge of, oldest first."""
        return self._listed(_UNACKNOWLEDGED, limit)

    def damaged(self, limit: int) -> list[int]:
        """The numbers of the first `limit` entries that are not what was written: what lists pass over.

        Reads every entry, so for a check and not for a session. Rows that were removed or put in: `verify`.
        """
        _require_limit(limit)
        return damaged(self._vault, limit)

    def verify(self) -> ChainReport:
        """Recompute the whole chain: links, payloads, seals, gaps, its end. Reads every entry."""
        return walk(self._vault)

    def _listed(self, condition: str, limit: int, *, latest_first: bool = False) -> list[Entry]:
        _require_limit(limit)
        rows, _ = _sound_rows(self._vault.rows, condition, (), limit, latest_first=latest_first)
        return [entry_of(row) for row in rows]

    def _change_lease(self, holder: str, lease: Lease | None) -> frozenset[int]:
        with self._vault.write() as transaction:
            holding = f"{_PENDING} AND lease_holder = ?"
            held, _ = _sound_rows(transaction.rows, holding, (holder,), MOST_AT_ONCE)
            for row in held:
                update(transaction, leased(row, lease))
        return frozenset(row.number for row in held)


def require_room(transaction: Transaction, amount: int, caps: Caps, at: datetime, entries: int = 1) -> None:
    """Raise `OutboxFull` where so many more `entries`, of `amount` together, would break a cap."""
    standing = _standing(transaction.rows(_STANDING))
    cap = caps.reached(standing, amount, at, entries)
    if cap is not None:
        raise OutboxFull(cap, caps, standing)


def append_within(transaction: Transaction, draft: Draft, at: datetime, lease: Lease | None) -> Entry:
    """`Outbox.append` without caps, as a part of `transaction`. Raises `EntryThere`, `ChainEndAstray`."""
    number, link = _end_of_chain(transaction)
    row = chained(draft, number + 1, link, at, lease)
    if not insert(transaction, row):
        [(earlier,)] = transaction.rows("SELECT number FROM outbox_entry WHERE key = ?", (draft.key,))
        raise EntryThere(earlier, draft.key)
    # By its row, not all rows: for those SQLite would keep a journal of the statement.
    transaction.change("UPDATE outbox_head SET number = ?, link = ? WHERE only = 1", (row.number, row.link))
    return entry_of(row)


def _end_of_chain(transaction: Transaction) -> tuple[int, bytes]:
    ends = transaction.rows(_END_OF_CHAIN)
    if len(ends) == 1:
        [(number, link, last, last_link)] = ends
        if (last, last_link) == (number, link) or (number, link, last) == (0, FIRST_LINK, None):
            return number, link
    [(found,)] = transaction.rows("SELECT coalesce(max(number), 0) FROM outbox_entry")
    raise ChainEndAstray(found, ends[0][0] if ends else None)


def _finished(transaction: Transaction, number: int, end: End) -> Entry:
    """`Outbox.finish` as a part of `transaction`. What it raises, it raises before it writes."""
    row = _sole(transaction.rows(_BY_NUMBER, (number,)), number)
    found = entry_of(row)
    if found.end is not None:
        if not _same(found.end, end):
            raise EntryEnded(number, found.end, end)
        return found
    if isinstance(end, Reversed) and found.lease is not None and found.lease.runs(end.at):
        raise EntryLeased(number, found.lease)
    row = ended(row, end)
    update(transaction, row)
    return entry_of(row)


def _sound_rows(
    read: Callable[[str, Sequence[Value]], list[Row]],
    condition: str,
    values: Sequence[Value],
    limit: int,
    *,
    latest_first: bool = False,
) -> tuple[list[StoredEntry], list[int]]:
    """Up to `limit` sound rows of `condition`, by number, and the numbers of damaged ones passed over."""
    taken: list[StoredEntry] = []
    passed: list[int] = []
    beyond, order, last = ("<", "DESC", _GREATEST_NUMBER) if latest_first else (">", "ASC", 0)
    while (left := limit - len(taken)) > 0:
        rows = read(
            f"""SELECT {SELECTION} FROM outbox_entry WHERE {condition} AND number {beyond} ?
                ORDER BY number {order} LIMIT ?""",  # noqa: S608
            (*values, last, left),
        )
        for row in map(stored, rows):
            if row.is_sound:
                taken.append(row)
            else:
                passed.append(row.number)
        if len(rows) < left:
            break
        last = rows[-1][0]
    return taken, passed


def _sole(rows: Sequence[Row], number: int) -> StoredEntry:
    if not rows:
        raise NoSuchEntry(number)
    return sound(rows[0])


def _standing(rows: Sequence[Row]) -> Standing:
    [(waiting, amount, oldest, unacknowledged)] = rows
    return Standing(waiting, amount, None if oldest is None else from_stored(oldest), unacknowledged)


def _same(first: End, second: End) -> bool:
    match first, second:
        case Applied(), Applied():
            return first.far_number == second.far_number
        case _:
            return type(first) is type(second)


def _require_limit(limit: int) -> None:
    if not 1 <= limit <= MOST_AT_ONCE:
        raise ValueError(f"a limit of {limit} entries; 1 to {MOST_AT_ONCE}")
