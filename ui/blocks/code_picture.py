"""A QR code on the screen: black on white in every theme, for the telephone reads it, not the eye."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.style import Style
from ui.theme import Contrast, Role

Modules = tuple[tuple[bool, ...], ...]
"""The rows of a code's modules, dark or not, without the quiet zone."""

_QUIET_MODULES = 4
"""Light on every side (ISO/IEC 18004)."""
_LEAST_MM = 60.0
_MOST_MM = 100.0
"""Larger, it no longer fits into the picture of a telephone held at arm's length."""
_EDGE_MM = 1.0
"""Beyond the quiet zone, so that the rounded corners do not cut into it."""


class CodePicture(QWidget):
    """As large as `room` allows, between `least_mm` and 100 mm from the first dark module to the last."""

    def __init__(
        self, style: Style, modules: Modules, room: QSize, says: str, least_mm: float = _LEAST_MM
    ) -> None:
        super().__init__()
        self._style, self._modules = style, modules
        metrics, count = style.metrics, len(modules)
        self._edge = metrics.px(_EDGE_MM)
        free = min(room.width(), room.height()) - 2 * self._edge
        fitting = free // (count + 2 * _QUIET_MODULES)
        least, most = math.ceil(metrics.px(least_mm) / count), metrics.px(_MOST_MM) // count
        self._module = max(least, min(fitting, most))
        side = self._module * (count + 2 * _QUIET_MODULES) + 2 * self._edge
        self.setFixedSize(side, side)
        self.setAccessibleName(says)

    def sizeHint(self) -> QSize:
        return self.size()

    @property
    def printed_px(self) -> int:
        """From the first dark module to the last."""
        return self._module * len(self._modules)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        high = self._style.theme.contrast is Contrast.HIGH
        # The surface is white where the theme is light; where it is dark the code brings its own.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if high else self._style.colour(Role.LINE))
        painter.setBrush(Qt.GlobalColor.white)
        radius = self._style.metrics.radius
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        begin = self._edge + _QUIET_MODULES * self._module
        for i, row in enumerate(self._modules):
            for j, dark in enumerate(row):
                if dark:
                    x, y = begin + j * self._module, begin + i * self._module
                    painter.fillRect(x, y, self._module, self._module, Qt.GlobalColor.black)
