"""The picture of the pin pad 密码键盘: a bank card goes into its front, waves over its display mean 贴卡."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from ui import wording
from ui.pages.moving_picture import ACROSS, MovingPicture
from ui.style import Style
from ui.theme import Role

_PROPORTION = 1.3
_BODY = QRectF(21, 1, 58, 75)
_DISPLAY = QRectF(27, 7, 46, 16)
_KEY = QSizeF(13, 5.6)
_KEYS_FROM = QPointF(26.5, 27.5)
_KEY_STEP = QPointF(17, 8.2)
_LIP = QRectF(30, 72, 40, 4)
_CARD_WIDTH = 30.0
_BEFORE = 5.0
"""From the slot to the card that is not yet in."""
_WAY_IN = 25.0
_WAVES = (3.0, 6.0, 9.0)
_IN_A_ROW = 3
_FIGURE_KEYS = 12
_SIGN = 1.4
"""Half a sign on a key."""
_EIGHTH = 45 * 16
"""Of a circle, as Qt counts arcs."""


class PadPicture(MovingPicture):
    def __init__(self, style: Style, room: QSize, *, motion: bool) -> None:
        super().__init__(style, room, _PROPORTION, inwards=True, motion=motion)

    def _paint(self, painter: QPainter) -> None:
        top = _LIP.bottom() + _BEFORE - (_BEFORE + _WAY_IN) * self._way
        corner = QPointF((ACROSS - _CARD_WIDTH) / 2, top)
        self._paint_card(painter, corner, _CARD_WIDTH, self._style.say(wording.BANK_CARD))
        # What is in is behind the front.
        self._paint_body(painter, _BODY)
        self._paint_display(painter)
        self._paint_keys(painter)
        self._paint_lip(painter, _LIP)

    def _paint_display(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._style.colour(Role.LINE), 0.5))
        painter.setBrush(self._style.colour(Role.ACCENT_TINT))
        painter.drawRoundedRect(_DISPLAY, 2, 2)
        ink = QPen(self._style.colour(Role.ACCENT), 1.4)
        ink.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(ink)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = QPointF(_DISPLAY.center().x() - 6, _DISPLAY.center().y())
        for radius in _WAVES:
            around = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
            painter.drawArc(around, -_EIGHTH, 2 * _EIGHTH)

    def _paint_keys(self, painter: QPainter) -> None:
        """Four rows of figures, and under them 取消, 更正, 确认 in their colours."""
        figures = Role.PAPER if self._high else Role.SUNK
        colours = [figures] * _FIGURE_KEYS + [Role.PROBLEM, Role.ATTENTION, Role.GOOD]
        keys = [self._key(*divmod(number, _IN_A_ROW)) for number in range(len(colours))]
        for key, role in zip(keys, colours, strict=True):
            painter.setPen(QPen(self._style.colour(Role.LINE), 0.5) if self._high else Qt.PenStyle.NoPen)
            painter.setBrush(self._style.colour(role))
            painter.drawRoundedRect(key, 1.6, 1.6)
        painter.setPen(QPen(self._style.colour(Role.PAPER), 0.9))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        cancel, mend, confirm = (key.center() for key in keys[_FIGURE_KEYS:])
        painter.drawLine(cancel + QPointF(-_SIGN, -_SIGN), cancel + QPointF(_SIGN, _SIGN))
        painter.drawLine(cancel + QPointF(-_SIGN, _SIGN), cancel + QPointF(_SIGN, -_SIGN))
        painter.drawPolyline(
            [mend + QPointF(_SIGN / 2, -_SIGN), mend - QPointF(_SIGN, 0), mend + QPointF(_SIGN / 2, _SIGN)]
        )
        painter.drawEllipse(confirm, _SIGN, _SIGN)

    @staticmethod
    def _key(row: int, place: int) -> QRectF:
        return QRectF(_KEYS_FROM + QPointF(_KEY_STEP.x() * place, _KEY_STEP.y() * row), _KEY)
