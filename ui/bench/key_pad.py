"""The tactile pad of the bench: four arrows and a round button, for whoever does not touch the screen."""

from __future__ import annotations

import math
from enum import StrEnum
from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.bench.lamp import BODY_SHADE
from ui.style import Style
from ui.theme import Role

SIDE: Final = 108
_KEY: Final = 32
_GAP: Final = 2


class PadKey(StrEnum):
    """A key by the X server's name for it."""

    UP = "Up"
    DOWN = "Down"
    LEFT = "Left"
    RIGHT = "Right"
    BUTTON = "Return"


_PLACES: Final = {
    PadKey.UP: (0, 1, -90, "上"),
    PadKey.LEFT: (1, 0, 180, "左"),
    PadKey.BUTTON: (1, 1, 0, "圆键：确认"),
    PadKey.RIGHT: (1, 2, 0, "右"),
    PadKey.DOWN: (2, 1, 90, "下"),
}
"""Row, column, where the arrow points in degrees clockwise from the right, and what it is called."""


class _Key(QAbstractButton):
    """Raised: it is felt before it is pressed."""

    def __init__(self, style: Style, key: PadKey, turned: float, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._key, self._turned = style, key, turned
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        button = self._key is PadKey.BUTTON
        ground = QColor(self._style.theme[Role.ACCENT] if button else "#DCE5F2")
        painter.setPen(QPen(QColor(BODY_SHADE), 1.5))
        painter.setBrush(ground.darker(125) if self.isDown() else ground)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if button:
            painter.drawEllipse(body)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._style.colour(Role.ON_ACCENT), 2))
            painter.drawEllipse(body.center(), 6.0, 6.0)
            return
        painter.drawRoundedRect(body, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.INK))
        painter.drawPolygon(_arrow(body.center(), self._turned))


class KeyPad(QWidget):
    """It presses the keys of a keyboard, down and up; it knows no terminal."""

    went_down = Signal(str)
    """A `PadKey`."""
    went_up = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName("触点键盘")
        self.setToolTip("触点键盘：不碰屏幕，用箭头和圆键也能办")
        self.keys: dict[PadKey, QAbstractButton] = {}
        edge = (SIDE - 3 * _KEY - 2 * _GAP) // 2
        for key, (row, column, turned, name) in _PLACES.items():
            made = _Key(style, key, turned, name, self)
            pitch = _KEY + _GAP
            made.setGeometry(edge + column * pitch, edge + row * pitch, _KEY, _KEY)
            made.pressed.connect(partial(self.went_down.emit, key.value))
            made.released.connect(partial(self.went_up.emit, key.value))
            self.keys[key] = made

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.INK))
        painter.drawRoundedRect(QRectF(self.rect()), 16, 16)


def _arrow(middle: QPointF, turned: float) -> QPolygonF:
    """A triangle around `middle` that points there."""
    corners = []
    for corner in (0, 130, -130):
        angle = math.radians(turned + corner)
        corners.append(middle + QPointF(math.cos(angle), math.sin(angle)) * 8.5)
    return QPolygonF(corners)
