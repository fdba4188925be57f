"""Whether the outbox is whole: every link of its hash chain, every payload, every seal, its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from offline_cache.entry_rows import FIRST_LINK, SELECTION, StoredEntry, stored
from offline_cache.vault import Vault

MOST_FINDINGS = 100
_PAGE = 200  # rows of one SELECT: at most 26 MB, and no read transaction that holds up a checkpoint for long
_LEAST_INTEGER = -(2**63)


class Fault(StrEnum):
    """What can be wrong with entries of the chain."""

    MISSING = "MISSING"
    """Their rows are not there: removed, or their counter was changed."""
    LINK = "LINK"
    """What was written once was changed, or the row belongs elsewhere, or nowhere."""
    PAYLOAD = "PAYLOAD"
    """The payload is not the one that its hash was made over."""
    SEAL = "SEAL"
    """A column was changed from outside."""
    END = "END"
    """The last entry is not the one that was appended last."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the entries `first` to `last`, both included."""

    fault: Fault
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a walk over the whole chain found: `entries` rows, the last one's link, at most 100 findings.

    `link` with `entries` is what somebody else can keep: a chain that later lacks it is an older copy or a
    forged one, which nobody sees from inside.
    """

    entries: int
    link: bytes
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


@dataclass(slots=True)
class _Walk:
    number: int = 0
    link: bytes = FIRST_LINK
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)

    def step(self, row: StoredEntry) -> None:
        self.entries += 1
        if not row.has_its_payload:
            self._find(Fault.PAYLOAD, row.number)
        if not row.is_sealed:
            self._find(Fault.SEAL, row.number)
        if row.number <= self.number:  # a counter starts at 1, and the rows come in its order
            self._find(Fault.LINK, row.number)
            return
        if row.number > self.number + 1:  # the link before this one is gone with its row: nothing to compare
            self._find(Fault.MISSING, self.number + 1, row.number - 1)
        elif row.link != row.link_after(self.link):
            self._find(Fault.LINK, row.number)
        self.number, self.link = row.number, row.link

    def end(self, number: int | None, link: bytes | None) -> None:
        if number is not None and number > self.number:
            self._find(Fault.MISSING, self.number + 1, number)
        elif (number, link) != (self.number, self.link):
            self._find(Fault.END, self.number)

    def _find(self, fault: Fault, first: int, last: int | None = None) -> None:
        self.findings.append(Finding(fault, first, first if last is None else last))


def walk(vault: Vault) -> ChainReport:
    """Recompute the whole chain; entries appended meanwhile are walked too. Raises `VaultError`."""
    walked = _Walk()
    for head_number, head_link, rows in _pages(vault):
        for row in rows:
            walked.step(row)
        if len(rows) < _PAGE:
            walked.end(head_number, head_link)
        if len(walked.findings) >= MOST_FINDINGS:
            break
    return ChainReport(walked.entries, walked.link, tuple(walked.findings[:MOST_FINDINGS]))


def damaged(vault: Vault, limit: int) -> list[int]:
    """The numbers of the first `limit` rows that are not what was written. Raises `VaultError`."""
    found: list[int] = []
    for _, _, rows in _pages(vault):
        found += [row.number for row in rows if not row.is_sound]
        if len(found) >= limit:
            break
    return found[:limit]


def _pages(vault: Vault) -> Iterator[tuple[int | None, bytes | None, list[StoredEntry]]]:
    """The head's number and link beside all rows, a page at a time; the last page is not full."""
    after = _LEAST_INTEGER
    while True:
        # Head and rows in one SELECT, so in one snapshot; it gives a row even where one of them has none.
        page = vault.rows(
            f"""SELECT head.number, head.link, entry.*
                FROM (SELECT 1) LEFT JOIN outbox_head AS head ON only = 1
                LEFT JOIN (SELECT {SELECTION} FROM outbox_entry WHERE number > ? ORDER BY number LIMIT ?)
                AS entry ORDER BY entry.number""",  # noqa: S608
            (after, _PAGE),
        )
        head_number, head_link, *_ = page[0]
        rows = [stored(tuple(row)) for _, _, *row in page if row[0] is not None]
        yield head_number, head_link, rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].number
