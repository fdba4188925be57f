"""The paper as it will come out, large enough to be read. Its units are rows of the printer's dots."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.metrics import Space, TextSize
from ui.parts import Panel
from ui.style import Style
from ui.theme import Role

_EM_DOTS = 24
"""A Chinese character of the printer's font, in dots (docs/facts/people-and-screen.md §4)."""
_WHITE = 200
_MOST_LEAVES, _LEAF_PART = 14, 0.35
"""So many leaves somebody may turn, each so high a part of the screen."""
_CRISP = (0.9, 1.3)
"""So near to one dot a pixel, one dot a pixel is what is sharp."""


def scale_of(style: Style, paper: QSize, width: int) -> float:
    """Pixels to a dot: its text as large as ours where there is room, but not the largest: a record would
    take more pages than anybody turns."""
    room = (width - 2 * style.space(Space.APART)) / paper.width()
    size = min(style.metrics.text_size, TextSize.LARGE, key=lambda one: one.value)
    wanted = replace(style.metrics, text_size=size).em() / _EM_DOTS
    if _CRISP[0] <= wanted <= _CRISP[1] and room >= 1:
        return 1.0
    longest = _MOST_LEAVES * _LEAF_PART * style.metrics.screen.height_px / paper.height()
    return min(wanted, room, max(1.0, longest))


def rows_within(style: Style, image: QImage, start: int, height: int, scale: float) -> int:
    """How many rows of dots from `start` fit into `height` pixels; the cut goes between two lines of text."""
    fitting = int((height - 2 * style.space(Space.NEAR)) / scale)
    left = image.height() - start
    if left <= fitting:
        return left
    stop = start + max(1, fitting)
    for cut in range(stop, max(start + 1, stop - 4 * _EM_DOTS), -1):
        if _is_blank(image, cut):
            return cut - start
    return stop - start


def _is_blank(image: QImage, row: int) -> bool:
    """Of an image in `Format_Grayscale8`, one byte a pixel."""
    # PySide's stub calls a scan line `object`; it is a memoryview.
    line: memoryview = image.constScanLine(row)  # type: ignore[assignment]
    return min(line[: image.width()]) > _WHITE


class PaperSheet(Panel):
    """A stretch of the paper in its own colour, in every theme."""

    def __init__(self, style: Style, image: QImage, shown: slice, scale: float, says: str) -> None:
        super().__init__(style, Role.SURFACE, Role.LINE)
        self._image, self._rows = image, shown
        self._padding = (style.space(Space.APART), style.space(Space.NEAR))
        width, height = round(image.width() * scale), round((shown.stop - shown.start) * scale)
        self._target = QRect(*self._padding, width, height)
        self.setFixedSize(width + 2 * self._padding[0], height + 2 * self._padding[1])
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(says)

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        edge = self._style.metrics.line * 2
        painter.fillRect(self.rect().adjusted(edge, edge, -edge, -edge), self._image.pixelColor(0, 0))
        source = QRect(0, self._rows.start, self._image.width(), self._rows.stop - self._rows.start)
        if self._target.size() != source.size():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._target, self._image, source)
