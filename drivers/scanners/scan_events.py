"""What a scanner tells."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ScannerHere:
    """Its line is open. Whether anything is at the other end, such a scanner does not say."""


@dataclass(frozen=True, slots=True)
class ScannerGone:
    """It cannot be opened, or went; `why` is for a technician. Told once until it is back for a while."""

    why: str


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A code was read."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScanGarbled:
    """What came was no line of printable ASCII of at most the length that was said. It is dropped, unquoted:
    it may be somebody's."""

    why: str


ScannerEvent = ScannerHere | ScannerGone | CodeScanned | ScanGarbled
