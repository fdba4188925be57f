"""Intents: that a device or a far side is about to be asked for money, durable before it is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from offline_cache.entries import MOST_OCTETS, Caps, Draft, Entry, Lease, require_amount, require_short
from offline_cache.errors import VaultUnreadable
from offline_cache.instants import from_stored, to_stored
from offline_cache.outbox import append_within, require_room
from offline_cache.sql import Row
from offline_cache.vault import Transaction, Vault

MOST_DETAIL = 500
"""Characters of a settlement's detail. A longer one is refused, not cut: it may have a structure."""
MOST_AT_ONCE = 500
MOST_ABOUT = 100
"""Things that one intent is about."""

# Details as octets: of a damaged row they need not be UTF-8, which `sqlcipher3` would not survive.
_COLUMNS = """sequence, intent_id, kind, payload, digest, opened_at,
              CAST(unknown_detail AS BLOB), unknown_at, CAST(overruled_detail AS BLOB), overruled_at,
              outcome, CAST(detail AS BLOB), settled_at"""
_BY_ID = f"SELECT {_COLUMNS} FROM intent WHERE intent_id = ?"  # noqa: S608
_BY_SEQUENCE = f"SELECT {_COLUMNS} FROM intent WHERE sequence = ?"  # noqa: S608
# Of the intents about one thing there are few; CROSS JOIN has SQLite look at no others.
_UNSETTLED_ABOUT = """SELECT intent_id FROM intent_about CROSS JOIN intent USING (sequence)
                      WHERE about = ? AND outcome IS NULL ORDER BY sequence DESC LIMIT 1"""
_AFTER_ALL = 2**63 - 1


class Outcome(StrEnum):
    """What came of asking. Silence is UNKNOWN, never NOT_CHARGED."""

    CHARGED = "CHARGED"
    NOT_CHARGED = "NOT_CHARGED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was known at `at`, and `detail` in the caller's words."""

    outcome: Outcome
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent and what became known of it, in order: UNKNOWN, NOT_CHARGED, CHARGED, each at most once.

    Either of the last two is the truth; that it was not charged may turn out to be wrong. Without the truth
    it may have been asked, and has to be asked again by the same id.
    """

    intent_id: str
    kind: str
    payload: bytes
    opened_at: datetime
    history: tuple[Settlement, ...]

    @property
    def outcome(self) -> Outcome | None:
        """What is known now."""
        return self.history[-1].outcome if self.history else None


@dataclass(frozen=True, slots=True)
class Room:
    """What the outbox must have room for when an intent is opened: so many `entries`, of `amount` together,
    under `caps`. Raises `ValueError` beyond the bounds of `offline_cache.entries`."""

    amount: int
    caps: Caps
    entries: int = 1

    def __post_init__(self) -> None:
        require_amount(self.amount)
        if self.entries < 1:
            raise ValueError(f"room for {self.entries} entries; at least 1")


class IntentOpenedBefore(Exception):
    """There is an intent of this id; nobody may be asked anew under it."""

    def __init__(self, intent_id: str) -> None:
        super().__init__(f"intent {intent_id} was opened before")
        self.intent_id = intent_id


class StillUnsettled(Exception):
    """Nobody knows yet what came of intent `intent_id`, which is about `about` too; nothing was written."""

    def __init__(self, intent_id: str, about: str) -> None:
        super().__init__(f"intent {intent_id} about {about!r} has no outcome yet")
        self.intent_id = intent_id
        self.about = about


class NoSuchIntent(Exception):
    """No intent has this id."""

    def __init__(self, intent_id: str) -> None:
        super().__init__(f"there is no intent {intent_id}")
        self.intent_id = intent_id


class IntentSettled(Exception):
    """The truth of this intent was written down before and stands; `found` says what it is."""

    def __init__(self, found: Intent, refused: Outcome) -> None:
        super().__init__(f"intent {found.intent_id} is {found.outcome}; it is not {refused} too")
        self.found = found
        self.refused = refused


class Intents:
    """Intents in the vault. What writes is one commit and one sync, durable on return.

    All methods raise `VaultError`; those that are asked for an intent, `VaultUnreadable` for a payload that
    is not what was written. `docs/facts/offline.md` §6.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def open(
        self,
        intent_id: str,
        kind: str,
        payload: bytes,
        at: datetime,
        *,
        about: Collection[str] = (),
        by: str | None = None,
        room: Room | None = None,
    ) -> None:
        """Write down that somebody is about to be asked, before asking.

        `about` are the things that it is about, in the caller's words: of the intents about one thing at most
        one is without its truth, in all processes. `by` is who wants it asked. `room` checks the outbox's
        caps here: once money was taken its entries are never refused. Raises `IntentOpenedBefore`,
        `StillUnsettled`, `OutboxFull`.
        """
        require_short(intent_id, kind, *about, *(() if by is None else (by,)))
        if len(about) > MOST_ABOUT:
            raise ValueError(f"an intent about {len(about)} things; at most {MOST_ABOUT}")
        if len(payload) > MOST_OCTETS:
            raise ValueError(f"a payload of {len(payload)} octets; at most {MOST_OCTETS}")
        subjects = tuple(dict.fromkeys(about))
        with self._vault.write() as transaction:
            opened = transaction.change(
                """INSERT INTO intent (intent_id, kind, payload, digest, asked_by, opened_at)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (intent_id) DO NOTHING""",
                (intent_id, kind, payload, sha256(payload).digest(), by, to_stored(at)),
            )
            if not opened:
                raise IntentOpenedBefore(intent_id)
            for subject in subjects:
                unsettled = transaction.rows(_UNSETTLED_ABOUT, (subject,))
                if unsettled:
                    raise StillUnsettled(unsettled[0][0], subject)
            if room is not None:
                require_room(transaction, room.amount, room.caps, at, room.entries)
            for subject in subjects:
                transaction.change(
                    "INSERT INTO intent_about (about, sequence) VALUES (?, last_insert_rowid())", (subject,)
                )

    def settle(self, intent_id: str, outcome: Outcome, detail: str, at: datetime) -> Intent:
        """Write down what is known now. The same outcome again changes nothing: the first detail stands.

        CHARGED overrules an earlier NOT_CHARGED, which stays in the history: money that did move is never
        lost. Raises `NoSuchIntent`; `IntentSettled` for NOT_CHARGED after CHARGED, or UNKNOWN after either.
        """
        settlement = Settlement(outcome, _checked(detail), at)
        with self._vault.write() as transaction:
            written = _write(transaction, intent_id, settlement)
            intent = self._intent(transaction, intent_id)
            if not written and intent.outcome is not outcome:
                raise IntentSettled(intent, outcome)
            return intent

    def settle_with_entries(
        self,
        intent_id: str,
        outcome: Outcome,
        detail: str,
        drafts: Sequence[Draft],
        at: datetime,
        *,
        lease: Lease | None = None,
    ) -> tuple[Entry, ...]:
        """Write down the truth and the entries that follow from it, in one commit: all of it or nothing.

        One charge may be for several entries. With `lease` its holder is the first to send them. No cap
        refuses here, and CHARGED overrules as in `settle`. Raises `NoSuchIntent`, `IntentSettled` also for
        the same truth again, `EntryThere`, `ChainEndAstray`; `ValueError` for UNKNOWN or no draft.
        """
        if outcome is Outcome.UNKNOWN or not drafts:
            raise ValueError(f"{len(drafts)} entries do not follow from {outcome}")
        settlement = Settlement(outcome, _checked(detail), at)
        with self._vault.write() as transaction:
            if not _write(transaction, intent_id, settlement):
                raise IntentSettled(self._intent(transaction, intent_id), outcome)
            return tuple(append_within(transaction, draft, at, lease) for draft in drafts)

    def get(self, intent_id: str) -> Intent:
        """The intent of this id. Raises `NoSuchIntent`."""
        return self._sole(self._vault.rows(_BY_ID, (intent_id,)), intent_id)

    def unsettled(self, kind: str | None = None) -> list[Intent]:
        """Intents of `kind` (None: of any) whose truth is not known, oldest first; UNKNOWN ones included.

        One whose payload is not what was opened keeps no other from being found: see `damaged`.
        """
        return [self._parsed(row) for row in self._unsettled(kind) if _is_sound(row)]

    def damaged(self) -> list[str]:
        """The ids of unsettled intents whose payload is not what was opened: nobody can ask by them."""
        return [row[1] for row in self._unsettled(None) if not _is_sound(row)]

    def about(self, subject: str, limit: int) -> list[Intent]:
        """The `limit` latest intents about `subject`, latest first; `VaultUnreadable` for any of them."""
        _require_limit(limit)
        # Mostly there is none, and a SELECT of many columns costs as much without a row (§1 of the facts).
        sequences = self._vault.rows(
            "SELECT sequence FROM intent_about WHERE about = ? ORDER BY sequence DESC LIMIT ?",
            (subject, limit),
        )
        return [self._parsed(row) for key in sequences for row in self._vault.rows(_BY_SEQUENCE, key)]

    def asked_by(self, who: str, limit: int) -> list[Intent]:
        """The `limit` latest intents opened by `who`, latest first; one that is not what was opened is passed
        over."""
        _require_limit(limit)
        sequences = self._vault.rows(
            "SELECT sequence FROM intent WHERE asked_by = ? ORDER BY sequence DESC LIMIT ?", (who, limit)
        )
        rows = (row for key in sequences for row in self._vault.rows(_BY_SEQUENCE, key))
        return [self._parsed(row) for row in rows if _is_sound(row)]

    def recent(self, limit: int) -> list[Intent]:
        """The `limit` intents opened last, latest first. One that is not what was opened is passed over."""
        _require_limit(limit)
        found: list[Intent] = []
        before = _AFTER_ALL
        while (left := limit - len(found)) > 0:
            rows = self._vault.rows(
                f"SELECT {_COLUMNS} FROM intent WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",  # noqa: S608
                (before, left),
            )
            found += [self._parsed(row) for row in rows if _is_sound(row)]
            if len(rows) < left:
                break
            before = rows[-1][0]
        return found

    def purge(self, before: datetime) -> int:
        """Remove, of the 500 oldest whose truth is known, those where it was before `before`; how many."""
        with self._vault.write() as transaction:
            gone = transaction.rows(
                """DELETE FROM intent WHERE settled_at < ? AND sequence IN
                   (SELECT sequence FROM intent WHERE outcome IS NOT NULL ORDER BY sequence LIMIT ?)
                   RETURNING sequence""",
                (to_stored(before), MOST_AT_ONCE),
            )
            if gone:
                transaction.change(
                    "DELETE FROM intent_about WHERE sequence NOT IN (SELECT sequence FROM intent)"
                )
            return len(gone)

    def _unsettled(self, kind: str | None) -> list[Row]:
        return self._vault.rows(
            f"""SELECT {_COLUMNS} FROM intent
                WHERE outcome IS NULL AND (?1 IS NULL OR kind = ?1) ORDER BY sequence""",  # noqa: S608
            (kind,),
        )

    def _intent(self, transaction: Transaction, intent_id: str) -> Intent:
        return self._sole(transaction.rows(_BY_ID, (intent_id,)), intent_id)

    def _sole(self, rows: Sequence[Row], intent_id: str) -> Intent:
        if not rows:
            raise NoSuchIntent(intent_id)
        return self._parsed(rows[0])

    def _parsed(self, row: Row) -> Intent:
        _, intent_id, kind, payload, _, opened_at, *known = row
        if not _is_sound(row):
            raise VaultUnreadable(self._vault.path, f"intent {intent_id!r} is not what was opened")
        unknown_detail, unknown_at, overruled_detail, overruled_at, outcome, detail, settled_at = known
        history = tuple(
            Settlement(Outcome(what), why.decode(), from_stored(at))
            for what, why, at in (
                (Outcome.UNKNOWN, unknown_detail, unknown_at),
                (Outcome.NOT_CHARGED, overruled_detail, overruled_at),
                (outcome, detail, settled_at),
            )
            if at is not None
        )
        return Intent(intent_id, kind, payload, from_stored(opened_at), history)


def _is_sound(row: Row) -> bool:
    """Whether a row of `_COLUMNS` has the payload that was opened."""
    _, _, _, payload, digest, *_ = row
    return bool(sha256(payload).digest() == digest)


def _require_limit(limit: int) -> None:
    if not 1 <= limit <= MOST_AT_ONCE:
        raise ValueError(f"a limit of {limit} intents; 1 to {MOST_AT_ONCE}")


def _write(transaction: Transaction, intent_id: str, settlement: Settlement) -> bool:
    """Write a first UNKNOWN, the truth beside it, CHARGED over NOT_CHARGED; False: none of these."""
    at = to_stored(settlement.at)
    if settlement.outcome is Outcome.UNKNOWN:
        written = transaction.change(
            """UPDATE intent SET unknown_detail = ?, unknown_at = ?
               WHERE intent_id = ? AND outcome IS NULL AND unknown_at IS NULL""",
            (settlement.detail, at, intent_id),
        )
    else:
        # The first two columns take what the row had before, which is NULL where there was no truth.
        written = transaction.change(
            """UPDATE intent SET overruled_detail = detail, overruled_at = settled_at,
                                 outcome = ?1, detail = ?2, settled_at = ?3
               WHERE intent_id = ?4 AND outcome IS NOT ?1 AND outcome IS NOT 'CHARGED'""",
            (settlement.outcome.value, settlement.detail, at, intent_id),
        )
    return written == 1


def _checked(detail: str) -> str:
    if len(detail) > MOST_DETAIL:
        raise ValueError(f"a detail of {len(detail)} characters; at most {MOST_DETAIL}")
    return detail
