"""The person in front of the terminal, as far as a page may know."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain.assurance import Evidence


@dataclass(frozen=True, slots=True)
class Resident:
    """参保人: the session's owner. Neither name nor number shows in a `repr`."""

    reference: str
    """The centre's opaque reference; from a snapshot, the one it had then."""
    evidence: Evidence
    surname: str = field(repr=False)
    masked_name: str = field(repr=False)
    masked_number: str = field(repr=False)
