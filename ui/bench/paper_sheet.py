"""One paper, drawn from the bitmap that the printer drew: a soft shadow, edges as they were torn."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Property, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ui.typeface import font

_TOOTH: Final = 4.0
_MARGIN: Final = 8
"""Around the paper, for its shadow."""
_SHADOW: Final = ((1, 26), (2, 16), (4, 10), (6, 6))
"""Pixels downwards, and the shadow's opacity of 255 there."""


def unreadable(name: str) -> QImage:
    """A paper in the place of one whose file cannot be read."""
    made = QImage(640, 160, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.setFont(font(28))
    painter.drawText(made.rect(), Qt.AlignmentFlag.AlignCenter, f"{name} 打不开")
    painter.end()
    return made


class PaperSheet(QWidget):
    """Fitted to a width, or at one pixel to each of the printer's dots."""

    clicked = Signal(QPointF)
    """Where on the sheet, each direction from 0 to 1."""
    dragged = Signal(QPoint)
    """Moved by so much since the last time, with the button held down."""

    def __init__(self, number: int, image: QImage, width: int) -> None:
        """`width` is that of the whole widget, shadow and all, where it is fitted."""
        super().__init__()
        self.number = number
        self._image = image
        self._fitted_width = width
        self._actual = False
        self._out = 1.0
        self._pressed_at: QPointF | None = None
        self._moved_to = QPointF()
        self._pixmap = QPixmap()
        self.setAccessibleName(f"第 {number} 张纸")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw()

    @property
    def actual(self) -> bool:
        """At one pixel to a dot."""
        return self._actual

    def show_actual(self, *, actual: bool) -> None:
        self._actual = actual
        self.setCursor(Qt.CursorShape.OpenHandCursor if actual else Qt.CursorShape.PointingHandCursor)
        self._draw()

    def fit(self, width: int) -> None:
        """Be this wide, when not at actual size."""
        if width != self._fitted_width:
            self._fitted_width = width
            self._draw()

    def length(self) -> int:
        """The whole height in pixels, when all of it is out."""
        return round(self._pixmap.deviceIndependentSize().height() + 2 * (_MARGIN + _TOOTH))

    def _get_out(self) -> float:
        return self._out

    def _set_out(self, out: float) -> None:
        self._out = out
        self.setFixedHeight(max(1, round(self.length() * out)))
        self.update()

    out = Property(float, _get_out, _set_out)
    """How much of it has come out of the printer, 0 to 1."""

    def _draw(self) -> None:
        dots = self.devicePixelRatioF()
        if self._actual:
            self._pixmap = QPixmap.fromImage(self._image)
        else:
            width = round((self._fitted_width - 2 * _MARGIN) * dots)
            scaled = self._image.scaledToWidth(max(1, width), Qt.TransformationMode.SmoothTransformation)
            self._pixmap = QPixmap.fromImage(scaled)
            self._pixmap.setDevicePixelRatio(dots)
        size = self._pixmap.deviceIndependentSize().toSize() + QSize(2 * _MARGIN, 0)
        self.setFixedWidth(size.width())
        self._set_out(self._out)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # What is still in the printer is above the widget's upper edge.
        painter.translate(0, self.height() - self.length())
        size = self._pixmap.deviceIndependentSize()
        paper = QRectF(_MARGIN, _MARGIN + _TOOTH, size.width(), size.height())
        shape = _torn(paper)
        for down, strength in _SHADOW:
            painter.fillPath(shape.translated(0, down), QColor(20, 33, 61, strength))
        painter.fillPath(shape, self._image.pixelColor(0, 0))
        painter.drawPixmap(paper.topLeft(), self._pixmap)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = self._moved_to = event.globalPosition()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        step = event.globalPosition() - self._moved_to
        self._moved_to = event.globalPosition()
        self.dragged.emit(step.toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed_at, self._pressed_at = self._pressed_at, None
        if pressed_at is None:
            return
        distance = (event.globalPosition() - pressed_at).manhattanLength()
        if distance < QApplication.startDragDistance():
            where = event.position()
            self.clicked.emit(QPointF(where.x() / self.width(), where.y() / self.height()))


def _torn(paper: QRectF) -> QPainterPath:
    """The paper's outline: straight at the sides, small teeth where the cutter was."""
    teeth = max(1, round(paper.width() / (2 * _TOOTH)))
    step = paper.width() / teeth
    made = QPainterPath(paper.topLeft())
    for tooth in range(teeth):
        made.lineTo(paper.left() + (tooth + 0.5) * step, paper.top() - _TOOTH)
        made.lineTo(paper.left() + (tooth + 1) * step, paper.top())
    made.lineTo(paper.bottomRight())
    for tooth in range(teeth, 0, -1):
        made.lineTo(paper.left() + (tooth - 0.5) * step, paper.bottom() + _TOOTH)
        made.lineTo(paper.left() + (tooth - 1) * step, paper.bottom())
    made.closeSubpath()
    return made
