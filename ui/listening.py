"""Who listens is there, though nothing is touched: a page may take longer to hear than the idle time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 10_000
_MOST = 24
"""Signs of life for one page: four minutes, so that headphones that were left in keep nothing open."""


class Listening(QObject):
    """Tells that somebody is here, as long as a page is heard in headphones or by who goes by the arrows."""

    def __init__(self, parent: QObject, still_here: Callable[[], None]) -> None:
        super().__init__(parent)
        self._still_here, self._left, self._warns = still_here, _MOST, False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._tick)

    def new_page(self, *, warns: bool) -> None:
        """`warns`: it asks whether anybody is there, which its being heard does not answer."""
        self._left, self._warns = _MOST, warns

    def tell(self, *, heard: bool) -> None:
        if heard and not self._timer.isActive():
            self._timer.start()
        elif not heard:
            self._timer.stop()

    def _tick(self) -> None:
        if self._left > 0 and not self._warns:
            self._left -= 1
            self._still_here()
