"""The picture of a slot of this terminal: a card going in or coming out, a paper coming out."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Property, QEasingCurve, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kiosk.domain.text import say
from ui.metrics import Scale
from ui.style import Style
from ui.theme import Contrast, Role

_CARD_NAME = say("社会保障卡")
_ONE_WAY_MS = 3200
_ACROSS = 100
"""The picture's own units, from left to right."""
PROPORTION = 1.3
"""Height to width."""
_REST = 0.5
"""How far the thing is in its slot where nothing moves."""


class Travel(Enum):
    """What moves, and which way."""

    CARD_IN = "card-in"
    CARD_OUT = "card-out"
    PAPER_OUT = "paper-out"


class SlotPicture(QWidget):
    """Drawn in the colours of the theme; with `motion` it moves gently, there and back."""

    def __init__(self, style: Style, travel: Travel, size: QSize, *, motion: bool) -> None:
        super().__init__()
        self._style, self._travel, self._way = style, travel, _REST
        self.setFixedSize(size)
        self._animation: QPropertyAnimation | None = None
        if motion:
            self._animation = self._move()

    def _move(self) -> QPropertyAnimation:
        animation = QPropertyAnimation(self, b"way", self)
        animation.setDuration(2 * _ONE_WAY_MS)
        into = self._travel is Travel.CARD_IN
        begin, end = (0.0, 1.0) if into else (1.0, 0.0)
        animation.setKeyValueAt(0.0, begin)
        animation.setKeyValueAt(0.45, end)
        animation.setKeyValueAt(0.7, end)
        animation.setKeyValueAt(1.0, begin)
        animation.setEasingCurve(QEasingCurve.Type.InOutSine)
        animation.setLoopCount(-1)
        animation.start()
        return animation

    def _get_way(self) -> float:
        return self._way

    def _set_way(self, way: float) -> None:
        self._way = way
        self.update()

    way = Property(float, _get_way, _set_way)
    """0: all outside the slot; 1: as far in as it goes."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = _ACROSS * PROPORTION
        unit = min(self.width() / _ACROSS, self.height() / high)
        painter.translate((self.width() - _ACROSS * unit) / 2, (self.height() - high * unit) / 2)
        painter.scale(unit, unit)
        self._paint_front(painter)
        painter.save()
        painter.setClipRect(QRectF(0, 26, 100, 104))
        if self._travel is Travel.PAPER_OUT:
            self._paint_paper(painter)
        else:
            self._paint_card(painter)
        painter.restore()
        self._paint_lip(painter)

    @property
    def _high(self) -> bool:
        return self._style.theme.contrast is Contrast.HIGH

    def _paint_front(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._style.colour(Role.LINE), 0.8) if self._high else Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.PAPER if self._high else Role.INK))
        painter.drawRoundedRect(QRectF(2, 2, 96, 46), 5, 5)

    def _paint_lip(self, painter: QPainter) -> None:
        """The upper edge of the slot, over what goes in."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.ACCENT))
        painter.drawRoundedRect(QRectF(14, 22, 72, 4), 2, 2)

    def _paint_card(self, painter: QPainter) -> None:
        width, length = 56.0, 88.0
        top = 26.0 + 14.0 - 44.0 * self._way
        body = QRectF((100 - width) / 2, top, width, length)
        painter.setPen(QPen(self._style.colour(Role.LINE), 0.5))
        painter.setBrush(self._style.colour(Role.ACCENT if self._high else Role.SURFACE))
        painter.drawRoundedRect(body, 4, 4)
        if not self._high:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._style.colour(Role.ACCENT_TINT))
            painter.drawRoundedRect(body.adjusted(1.2, 1.2, -1.2, -1.2), 3, 3)
        ink = self._style.colour(Role.ON_ACCENT if self._high else Role.ACCENT)
        self._paint_chip(painter, body)
        name = QRectF(body.left(), body.bottom() - 24, width, 16)
        on_screen = painter.transform().mapRect(name)
        painter.save()
        # Letters are drawn in the screen's own pixels: in the picture's units they would be a few high.
        painter.resetTransform()
        painter.setPen(ink)
        font = self._style.font(Scale.TEXT, bold=True)
        font.setPixelSize(max(1, min(font.pixelSize(), int(on_screen.width() * 0.86 / 5))))
        painter.setFont(font)
        painter.drawText(on_screen, Qt.AlignmentFlag.AlignCenter, self._style.say(_CARD_NAME))
        painter.restore()

    def _paint_chip(self, painter: QPainter, card: QRectF) -> None:
        chip = QRectF(card.center().x() - 9, card.top() + 10, 18, 15)
        painter.setPen(QPen(self._style.colour(Role.ON_ACCENT if self._high else Role.ATTENTION), 0.7))
        painter.setBrush(self._style.colour(Role.ACCENT if self._high else Role.ATTENTION_TINT))
        painter.drawRoundedRect(chip, 2, 2)
        for part in (1 / 3, 2 / 3):
            x, y = chip.left() + chip.width() * part, chip.top() + chip.height() * part
            painter.drawLine(int(x), int(chip.top()), int(x), int(chip.bottom()))
            painter.drawLine(int(chip.left()), int(y), int(chip.right()), int(y))

    def _paint_paper(self, painter: QPainter) -> None:
        length = 92.0 - 62.0 * self._way
        sheet = QRectF(22, 24, 56, length)
        painter.setPen(QPen(self._style.colour(Role.LINE), 0.5))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRect(sheet)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.lightGray)
        for i, part in enumerate((0.7, 0.5, 0.62, 0.4, 0.66, 0.55, 0.3)):
            y = sheet.bottom() - 12 - i * 11
            painter.drawRect(QRectF(sheet.left() + 7, y, 42 * part / 0.7, 3))
