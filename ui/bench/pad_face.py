"""The pin pad itself: our own drawing of a screen and keys; of the keys, only the red one is alive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.bench.key import Key
from ui.bench.lamp import BODY_SHADE
from ui.metrics import Scale
from ui.style import Style
from ui.theme import Role

_SIZE: Final = QSize(158, 250)
_EDGE: Final = 12.0
_SCREEN: Final = QRectF(_EDGE, _EDGE, _SIZE.width() - 2 * _EDGE, 76)
_KEYS_TOP: Final = _SCREEN.bottom() + 12
_KEY: Final = QSize(39, 23)
_KEY_GAP: Final = 8.0
_DIGITS: Final = ("123", "456", "789")
_SLIT: Final = QRectF(24, _SIZE.height() - 9, _SIZE.width() - 48, 4)
_BODY_BOTTOM: Final = float(_SIZE.height())


class Glow(Enum):
    """How the pad's screen is lit: its ground and its words, at 4.5:1 or more."""

    OFF = ("#0A1226", "#8D99AE")
    RESTING = ("#22324F", "#DCE5F2")
    ASKING = ("#D9F0FF", "#0A2A52")
    GOOD = ("#DDF3E6", "#0F5132")
    PROBLEM = ("#FDE3E0", "#8C1D18")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pad's screen shows: one line, and beneath it one that is large or, `small`, an aside."""

    glow: Glow
    words: str
    large: str = ""
    small: str = ""


class PadFace(QWidget):
    """Draws what it is shown, and holds the red key."""

    def __init__(self, style: Style, red_key: Key) -> None:
        super().__init__()
        self._style = style
        self._shown = Shown(Glow.OFF, "")
        self.setFixedSize(_SIZE)
        red_key.setParent(self)
        place = _key_rect(3, 0)
        red_key.setGeometry(
            QRectF(place.left(), place.top(), 2 * place.width() + _KEY_GAP, place.height()).toRect()
        )

    @property
    def shown(self) -> Shown:
        return self._shown

    def show_this(self, shown: Shown) -> None:
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(" ".join(filter(None, (shown.words, shown.large, shown.small))))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.INK))
        painter.drawRoundedRect(QRectF(self.rect()), 16, 16)
        painter.setBrush(QColor(BODY_SHADE))
        painter.drawRoundedRect(_SLIT, 2, 2)
        self._paint_screen(painter)
        self._paint_keys(painter)

    def _paint_screen(self, painter: QPainter) -> None:
        ground, ink = self._shown.glow.value
        painter.setPen(QPen(QColor(BODY_SHADE), 2))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(_SCREEN, 6, 6)
        painter.setPen(QColor(ink))
        inner = _SCREEN.adjusted(8, 8, -8, -8)
        upper = QRectF(inner.left(), inner.top(), inner.width(), inner.height() * 0.42)
        lower = QRectF(inner.left(), upper.bottom(), inner.width(), inner.bottom() - upper.bottom())
        centre = Qt.AlignmentFlag.AlignCenter
        painter.setFont(self._style.font(bold=bool(self._shown.large)))
        alone = not (self._shown.large or self._shown.small)
        painter.drawText(inner if alone else upper, centre, self._shown.words)
        large = bool(self._shown.large)
        painter.setFont(self._style.font(Scale.TITLE if large else Scale.TEXT, bold=large))
        painter.drawText(lower, centre, self._shown.large or self._shown.small)

    def _paint_keys(self, painter: QPainter) -> None:
        painter.setFont(self._style.font(bold=True))
        for row, digits in enumerate(_DIGITS):
            for column, digit in enumerate(digits):
                _paint_key(painter, _key_rect(row, column), digit)
        _paint_key(painter, _key_rect(3, 2), "0")


def _key_rect(row: int, column: int) -> QRectF:
    left = _EDGE + column * (_KEY.width() + _KEY_GAP) + 1
    return QRectF(left, _KEYS_TOP + row * (_KEY.height() + _KEY_GAP), _KEY.width(), _KEY.height())


def _paint_key(painter: QPainter, rect: QRectF, digit: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#33435F"))
    painter.drawRoundedRect(rect, 5, 5)
    painter.setPen(QColor("#DCE5F2"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, digit)
