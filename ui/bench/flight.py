"""A card on its way between tray and reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QPropertyAnimation, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

_FLIGHT_MS: Final = 320


class _Flying(QWidget):
    def __init__(self, window: QWidget, picture: QPixmap) -> None:
        super().__init__(window)
        self._picture = picture
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self._picture)


def fly(window: QWidget, picture: QPixmap, start: QRect, end: QRect, landed: Callable[[], None]) -> None:
    """Move `picture` over the window from `start` to `end`, and say when it has `landed`."""
    flying = _Flying(window, picture)
    flying.setGeometry(start)
    flying.show()
    flying.raise_()
    way = QPropertyAnimation(flying, b"geometry", flying)
    way.setDuration(_FLIGHT_MS)
    way.setStartValue(start)
    way.setEndValue(end)
    way.setEasingCurve(QEasingCurve.Type.InOutCubic)

    def land() -> None:
        flying.hide()
        flying.deleteLater()
        landed()

    way.finished.connect(land)
    way.start(QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)
