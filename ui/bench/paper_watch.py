"""Notices the papers that fall out of the virtual printer: `0001.png` and on, in its directory."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

_LOOK_MS: Final = 250
_MOST_AT_ONCE: Final = 4


class PaperWatch(QObject):
    """Papers that lie there at the start have been taken; the directory may come later.

    The printer gives a PNG its name only when it is whole (`drivers/virtual/printer.py`).
    """

    came = Signal(int, QImage)
    """A paper's number and its bitmap, in the order of the numbers."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory
        self._last = max(self._numbers(), default=0)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin, once the signal is connected."""
        self._timer.start()

    def _numbers(self) -> list[int]:
        return sorted(int(file.stem) for file in self._directory.glob("[0-9]*.png") if file.stem.isdecimal())

    @Slot()
    def _look(self) -> None:
        new = [number for number in self._numbers() if number > self._last]
        for number in new[:_MOST_AT_ONCE]:
            self._last = number
            # Null where the file is broken or gone again: the strip says so in the paper's place.
            self.came.emit(number, QImage(str(self._directory / f"{number:04}.png")))
