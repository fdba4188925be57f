"""Garbage with Qt objects in it is collected on Qt's own thread, and nowhere else.

Python's collector runs on whichever thread happens to allocate. A widget that dies in a worker holds a lock
of Qt and waits for the interpreter, while Qt's thread holds the interpreter and waits for that lock: seen
once, neither went on.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 500


class Collector(QObject):
    """Collects by Python's own thresholds, from the event loop of the thread that made it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @staticmethod
    def collect() -> None:
        """The oldest generation that is due, and with it all younger ones."""
        counts = enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        due = [generation for generation, (count, most) in counts if count > most]
        if due:
            gc.collect(due[-1])
