"""`Retry-After` (RFC 9110, 10.2.3): how long whoever answers 429 or 503 asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

MAX_RETRY_AFTER_S: Final = 3600.0
"""Longer waits are cut to this: no faulty answer, and no clock that strays, silences a terminal for a day."""


def retry_after_s(text: str, now: datetime) -> float | None:
    """The seconds to wait, from a number of them or from a date; None for anything else."""
    said = text.strip()
    if said.isascii() and said.isdigit():
        seconds = float(said)
    else:
        try:
            until = parsedate_to_datetime(said)
        except (ValueError, OverflowError):
            return None
        # Without a zone it is UTC, as every HTTP date.
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S)
