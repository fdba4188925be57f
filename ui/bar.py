"""A strip over the whole width, and how things stand in one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.style import Style
from ui.theme import Role


class Bar(QWidget):
    """With a rule where the page begins."""

    def __init__(self, style: Style, *, rule_below: bool) -> None:
        super().__init__()
        self._style, self._rule_below = style, rule_below

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.colour(Role.SURFACE))
        thick = self._style.metrics.line
        y = self.height() - thick if self._rule_below else 0
        painter.fillRect(0, y, self.width(), thick, self._style.colour(Role.LINE))

    def _place(self, things: Sequence[QWidget], x: int, y: int, high: int, gap: int) -> None:
        """From `x` on, each as wide as it wants to be, in the middle of a row that is `high`."""
        for thing in things:
            wide, height = thing.sizeHint().width(), min(high, thing.maximumHeight())
            thing.setParent(self)
            thing.setGeometry(x, y + (high - height) // 2, wide, height)
            x += wide + gap


def row_width(things: Sequence[QWidget], gap: int) -> int:
    """How wide they are side by side."""
    return sum(thing.sizeHint().width() for thing in things) + gap * max(0, len(things) - 1)
