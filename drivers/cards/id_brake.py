"""How often a card that cannot be read may be taken for one that was laid anew (`docs/facts/cards.md` §7)."""

from __future__ import annotations

import math
from typing import Final

_PAUSES_S: Final = (0.0, 0.3, 1.0, 2.0, 5.0, 15.0, 300.0)
"""After the first failure, the second …; the last for ever. A card laid again at once is read at once; one
that only lies there badly keeps no session alive: the last is longer than anybody is waited for."""


class Brake:
    """Holds longer after each reading that failed, until one does not or nothing is found.

    Times are monotonic, in seconds.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._until = -math.inf

    def failed(self, now: float) -> None:
        """A reading found the card moved away, or ran out."""
        self._until = now + _PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)]
        self._failures += 1

    def holds(self, now: float) -> bool:
        """Whether what is found still counts as the card whose reading failed."""
        return now < self._until

    def release(self) -> None:
        """Nothing lies there, or it was read: what is found next was laid anew."""
        self._failures, self._until = 0, -math.inf
