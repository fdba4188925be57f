"""What a virtual pin pad authorised and took back: JSON lines, each synced to the disk before it is told."""

import enum
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from drivers.pin_pads.nexo import ErrorCondition
from drivers.pin_pads.references import Reference


class EntryKind(enum.Enum):
    """What happened."""

    ASKED = "asked"
    """A charge began: a card is waited for."""
    AUTHORISED = "authorised"
    NOT_AUTHORISED = "not-authorised"
    REVERSED = "reversed"
    NOT_REVERSED = "not-reversed"


_PAYMENTS = (EntryKind.AUTHORISED, EntryKind.NOT_AUTHORISED)
_REVERSALS = (EntryKind.REVERSED, EntryKind.NOT_REVERSED)


class BadLedger(ValueError):
    """A line that no virtual pin pad wrote."""

    def __init__(self, line: str) -> None:
        super().__init__(f"no entry of a pin pad's ledger: {line[:80]!r}")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One thing that happened. `amount` in minor units of CNY; `at` is ISO 8601."""

    kind: EntryKind
    reference: Reference
    at: str
    amount: int
    poi_transaction_id: str = ""
    transaction_id: str = ""
    """The caller's name of the charge, and its time."""
    transaction_at: str = ""
    original: str = ""
    """Of a reversal: the pad's transaction that was to be taken back."""
    condition: ErrorCondition | None = None
    masked_pan: str = ""
    brand: str = ""
    entry_mode: str = ""

    def to_json(self) -> str:
        """One line."""
        condition = self.condition.value if self.condition else None
        return json.dumps(asdict(self) | {"kind": self.kind.value, "condition": condition})

    @classmethod
    def from_json(cls, line: str) -> "LedgerEntry":
        """Read a line that `to_json` wrote. Raises BadLedger where it is another one."""
        try:
            fields = json.loads(line)
            condition = fields["condition"]
            typed = {
                "kind": EntryKind(fields["kind"]),
                "reference": Reference(**fields["reference"]),
                "condition": None if condition is None else ErrorCondition(condition),
            }
            return cls(**{**fields, **typed})
        except (ValueError, TypeError, KeyError) as error:
            raise BadLedger(line) from error


class Ledger:
    """The entries of a pad, from its file on. Not for several threads at a time."""

    def __init__(self, file: Path) -> None:
        """Read what is there. A charge that was going on when the power went was not authorised.

        Raises:
            BadLedger: a line is no entry. An unfinished last line was never told to anybody and is cut off.
        """
        self._file = file
        file.touch()
        data = file.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        self._entries = [LedgerEntry.from_json(line) for line in whole.decode(errors="replace").splitlines()]
        if len(whole) < len(data):
            os.truncate(file, len(whole))
        self._end_what_was_going_on()

    @property
    def entries(self) -> tuple[LedgerEntry, ...]:
        """All of them, oldest first."""
        return tuple(self._entries)

    def write(self, entry: LedgerEntry) -> None:
        """Add an entry; it survives a power cut when this returns."""
        with self._file.open("ab") as file:
            file.write(entry.to_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._entries.append(entry)

    def payment(self, reference: Reference) -> LedgerEntry | None:
        """How the charge of this reference ended."""
        return next((e for e in self._entries if e.kind in _PAYMENTS and e.reference == reference), None)

    def reversal(self, reference: Reference) -> LedgerEntry | None:
        """How the reversal of this reference ended."""
        return next((e for e in self._entries if e.kind in _REVERSALS and e.reference == reference), None)

    def left_to_reverse(self, poi_transaction_id: str) -> int | None:
        """What of an authorised charge was not taken back yet; None where there is no such charge."""
        charged = next(self._of(EntryKind.AUTHORISED, poi_transaction_id), None)
        if charged is None:
            return None
        return charged.amount - sum(
            e.amount
            for e in self._entries
            if e.kind is EntryKind.REVERSED and e.original == poi_transaction_id
        )

    def next_poi_transaction_id(self) -> str:
        """The pad's name for the next thing that happens."""
        return f"V{len(self._entries) + 1:08}"

    def _of(self, kind: EntryKind, poi_transaction_id: str) -> Iterator[LedgerEntry]:
        return (e for e in self._entries if e.kind is kind and e.poi_transaction_id == poi_transaction_id)

    def _end_what_was_going_on(self) -> None:
        for entry in self.entries:
            if entry.kind is EntryKind.ASKED and self.payment(entry.reference) is None:
                ended = replace(
                    entry, kind=EntryKind.NOT_AUTHORISED, at=moment(), condition=ErrorCondition.ABORTED
                )
                self.write(ended)


def moment() -> str:
    """Now, as the pad's own clock writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
