"""How long to leave a centre alone that did not answer."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST_S = 1.0
LONGEST_S = 30.0


class Backoff:
    """Doubles from `FIRST_S` to `LONGEST_S`; each pause is somewhere in the upper half of that, so that a
    thousand terminals do not come back at once after an outage."""

    def __init__(self, uniform: Callable[[float, float], float] = random.uniform) -> None:
        self._uniform = uniform
        self._next = FIRST_S

    @property
    def fresh(self) -> bool:
        """Nothing has failed since it last answered."""
        return self._next == FIRST_S

    def pause_s(self, retry_after_s: float | None = None) -> float:
        """The pause after one more failure; what the centre itself asked for (`Retry-After`) is the least."""
        step, self._next = self._next, min(self._next * 2, LONGEST_S)
        return (retry_after_s or 0.0) + self._uniform(step / 2, step)

    def reset(self) -> None:
        """It answered."""
        self._next = FIRST_S
