"""The desk on which a device stands: above it its switches, beside it what a hand can do there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.bench.toggle import Toggle
from ui.metrics import Space
from ui.parts import Label, paint_panel
from ui.style import Style
from ui.theme import Role


class _Desk(QWidget):
    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_panel(QPainter(self), self._style, QRectF(self.rect()), Role.SUNK, None)


def stand(
    panel: QWidget,
    style: Style,
    device: QWidget,
    beside: QBoxLayout,
    *,
    words: Label,
    toggles: Sequence[Toggle],
) -> None:
    """Lay a panel out: `words` and `toggles` in a row, and below it the device with what is `beside` it."""
    controls = QHBoxLayout()
    controls.setSpacing(style.space(Space.APART))
    controls.addWidget(words)
    controls.addStretch(1)
    for toggle in toggles:
        controls.addWidget(toggle)
    desk = _Desk(style)
    row = QHBoxLayout(desk)
    edge = style.space(Space.APART)
    row.setContentsMargins(edge, edge, edge, edge)
    row.setSpacing(edge)
    row.addWidget(device, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addLayout(beside, 1)
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(style.space(Space.TIGHT))
    column.addLayout(controls)
    column.addWidget(desk, 1)
