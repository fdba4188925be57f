"""The payer's telephone: our own drawing, with an order on its screen and the key that pays it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.conversation.signs import Icon
from ui.bench.key import Key
from ui.bench.lamp import BODY_SHADE
from ui.icons import pixmap
from ui.metrics import Scale
from ui.style import Style
from ui.theme import Role

_SIZE: Final = QSize(158, 250)
_RIM: Final = 7
_SCREEN: Final = QRectF(_RIM, 14, _SIZE.width() - 2 * _RIM, _SIZE.height() - 28)
_SIGN_PX: Final = 36
_BAR: Final = 24
"""The height of the line at the top of the screen."""


@dataclass(frozen=True, slots=True)
class PhoneShown:
    """What the telephone shows: an order and how it stands, or only words."""

    words: str
    icon: Icon
    role: Role
    about: str = ""
    amount: str = ""


class PhoneFace(QWidget):
    """Draws what it is shown, and holds the key that pays."""

    def __init__(self, style: Style, pay: Key) -> None:
        super().__init__()
        self._style, self._pay = style, pay
        self._shown = PhoneShown("", Icon.PHONE, Role.QUIET)
        self.setFixedSize(_SIZE)
        pay.setParent(self)
        high = pay.sizeHint().height()
        screen = _SCREEN.toRect()
        pay.setGeometry(QRect(screen.left() + 9, screen.bottom() - high - 11, screen.width() - 18, high))
        pay.hide()

    @property
    def shown(self) -> PhoneShown:
        return self._shown

    def show_this(self, shown: PhoneShown, *, payable: bool) -> None:
        """`payable`: with the key."""
        self._pay.setVisible(payable)
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(" ".join(filter(None, (shown.about, shown.amount, shown.words))))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style, shown = self._style, self._shown
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(BODY_SHADE))
        painter.drawRoundedRect(QRectF(self.rect()), 20, 20)
        painter.setBrush(QColor("#3A4A66"))
        painter.drawRoundedRect(QRectF(self.width() / 2 - 16, 6, 32, 3), 1.5, 1.5)
        painter.setBrush(style.colour(Role.SURFACE))
        painter.drawRoundedRect(_SCREEN, 8, 8)
        bar = QRectF(_SCREEN.left(), _SCREEN.top(), _SCREEN.width(), _BAR)
        centre = Qt.AlignmentFlag.AlignCenter
        painter.setPen(style.colour(Role.QUIET))
        painter.setFont(style.font())
        painter.drawText(bar.translated(0, 4), centre, "手机支付")
        inside = _SCREEN.adjusted(8, _BAR + 10, -8, -8)
        if not shown.amount:
            self._paint_sign(
                painter, QRectF(inside.left(), inside.center().y() - 52, inside.width(), _SIGN_PX)
            )
            words = QRectF(inside.left(), inside.center().y() - 6, inside.width(), 44)
            painter.setPen(style.colour(Role.QUIET))
            painter.drawText(words, int(centre | Qt.TextFlag.TextWordWrap), shown.words)
            return
        # What stands above the key, or above what became of the order.
        payable = self._pay.isVisibleTo(self)
        below = self._pay.y() - 10 if payable else inside.bottom() - _SIGN_PX - 44
        order = QRectF(inside.left(), inside.top(), inside.width(), below - inside.top())
        about = QRectF(order.left(), order.center().y() - 42, order.width(), 40)
        amount = QRectF(order.left(), about.bottom() + 10, order.width(), 30)
        painter.setPen(style.colour(Role.INK))
        painter.drawText(about, int(centre | Qt.TextFlag.TextWordWrap), shown.about)
        fits = style.width(shown.amount, Scale.TITLE, bold=True) <= amount.width()
        painter.setFont(style.font(Scale.TITLE if fits else Scale.TEXT, bold=True))
        painter.drawText(amount, centre, shown.amount)
        if payable:
            return
        self._paint_sign(painter, QRectF(inside.left(), below + 8, inside.width(), _SIGN_PX))
        painter.setPen(style.colour(shown.role))
        painter.setFont(style.font(bold=True))
        painter.drawText(
            QRectF(inside.left(), below + 12 + _SIGN_PX, inside.width(), 22), centre, shown.words
        )

    def _paint_sign(self, painter: QPainter, room: QRectF) -> None:
        drawn = pixmap(self._shown.icon, _SIGN_PX, self._style.theme[self._shown.role])
        painter.drawPixmap(round(room.center().x() - _SIGN_PX / 2), round(room.top()), drawn)
