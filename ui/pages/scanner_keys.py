"""A scanner that is attached as a keyboard types what it reads and ends it with Enter or Tab."""

from __future__ import annotations

from typing import Final

from kiosk.scanned import MAX_SCANNED

_PAUSE_MS: Final = 50
"""Scanners type a sign every few milliseconds; nobody types on and on with less than this between two."""
_LEAST: Final = 8
"""Signs; a shorter run is of no code of ours, and may be keys that were struck together."""


class ScannerKeys:
    """Tells what a scanner typed from what a person types on the same page: by its speed, whatever it holds.

    Times are those of the keys themselves, in milliseconds: a busy machine takes them late, and all at once.
    """

    def __init__(self) -> None:
        self._run = ""
        self._before = ""
        self._last_ms = 0
        self._has_ended = False

    def take(self, sign: str, at_ms: int, draft: str) -> None:
        """A key, and what stood on the page before it."""
        if not self._run or not self._goes_on(at_ms):
            self._run, self._before = "", draft
        self._last_ms, self._has_ended = at_ms, False
        # One sign more than any code has, and what comes after it changes nothing.
        self._run = (self._run + sign)[: MAX_SCANNED + 1]

    def end(self, at_ms: int) -> tuple[str, str] | None:
        """At Enter: what a scanner typed, and what stood on the page before; None where a person typed.

        Nothing was typed between a scanner's two ends: it may send CR and LF.
        """
        run, self._run = self._run, ""
        is_scanners = self._goes_on(at_ms) and (self._has_ended or len(run) >= _LEAST)
        self._last_ms, self._has_ended = at_ms, is_scanners
        return (run, self._before) if is_scanners else None

    def _goes_on(self, at_ms: int) -> bool:
        return 0 <= at_ms - self._last_ms < _PAUSE_MS
