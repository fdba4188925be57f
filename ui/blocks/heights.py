"""How high things are, kept from page to page: a resident comes back to the same overview again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable

_MOST = 500
"""Of a few pages; then all is forgotten, and found out anew."""


class Heights:
    """In pixels, by what was measured and how it was set. They hold what the pages say of somebody: forgotten
    when the talk is over."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, key: Hashable, measure: Callable[[], int]) -> int:
        """As `measure` said it the first time."""
        if key not in self._known:
            if len(self._known) >= _MOST:
                self.forget()
            self._known[key] = measure()
        return self._known[key]

    def forget(self) -> None:
        self._known.clear()
