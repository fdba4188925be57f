"""Who the resident is, and what may be shown for it: service × evidence (docs/facts/central-api.md).

What is read from a card of generation 1 or 2 without authentication proves nothing: a clone with a known
number looks the same. The table is enforced at the centre; the terminal asks it first, so that a resident
hears what proof is missing instead of a refusal.
"""

from __future__ import annotations

from enum import StrEnum


class Evidence(StrEnum):
    """What was proven about the person at the terminal."""

    CARD_READ = "card_read"
    """Data read from a card, nothing proven."""
    CARD_AUTHENTICATED = "card_authenticated"
    """INTERNAL AUTHENTICATE over the terminal's own random, checked by its PSAM or HSM: its word alone."""
    CARD_PIN = "card_pin"
    """Authenticated, and the PIN verified."""
    SAM_ID = "sam_id"
    """The ID card, read by its police SAM-V module."""


class Disclosure(StrEnum):
    """What a service shows or does, as far as proof is concerned."""

    OVERVIEW = "overview"
    """The masked overview, paying what is due, guide, can't-get-it-done."""
    DETAILS = "details"
    """Rows, changes, the medical account."""
    PAPERS = "papers"
    """Sealed papers and submissions."""
    PROTECTED = "protected"
    """Withdrawing a loss report, changing the contact."""


_PROVEN = frozenset({Evidence.CARD_AUTHENTICATED, Evidence.CARD_PIN, Evidence.SAM_ID})

_TABLE: dict[Disclosure, frozenset[Evidence]] = {
    Disclosure.OVERVIEW: frozenset(Evidence),
    Disclosure.DETAILS: _PROVEN,
    Disclosure.PAPERS: _PROVEN,
    Disclosure.PROTECTED: frozenset({Evidence.SAM_ID}),
}


def sufficient(disclosure: Disclosure, *, details_on_card_read: bool) -> frozenset[Evidence]:
    """The evidence that is enough. `details_on_card_read` is the region's lowering of details and papers to
    today's practice; what is protected stays so."""
    enough = _TABLE[disclosure]
    if details_on_card_read and disclosure in (Disclosure.DETAILS, Disclosure.PAPERS):
        return enough | {Evidence.CARD_READ}
    return enough


def allowed(disclosure: Disclosure, evidence: Evidence, *, details_on_card_read: bool) -> bool:
    return evidence in sufficient(disclosure, details_on_card_read=details_on_card_read)
