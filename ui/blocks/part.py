"""A block, or a run of its units where it goes over several pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtGui import QImage

from drivers.printers.paper import Paper
from kiosk.conversation.content import Block

Answer = Callable[[str], None]
"""Called with the key of what was touched."""
PaintPaper = Callable[[Paper], QImage]
"""Draws a paper as the printer will, one pixel a dot."""


@dataclass(frozen=True, slots=True)
class Part:
    """Units `start` to `stop` (excluded) of a block; what a unit is, each block's widget says."""

    block: Block
    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def shown(self) -> slice:
        return slice(self.start, self.stop)

    def first(self, units: int) -> Part:
        return replace(self, stop=self.start + units)

    def after(self, units: int) -> Part:
        return replace(self, start=self.start + units)
