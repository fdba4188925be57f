"""What the pictures of this terminal's parts share: something in them moves, and cards look alike."""

from __future__ import annotations

from PySide6.QtCore import Property, QEasingCurve, QPointF, QPropertyAnimation, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.metrics import Scale
from ui.style import Style
from ui.theme import Contrast, Role

ACROSS = 100.0
"""The pictures' own units, from left to right."""
_REST = 0.5
"""How far the thing is in its slot where nothing moves."""
_ONE_WAY_MS = 3200
_CARD = QSize(56, 88)
"""A card in units of its own."""


class MovingPicture(QWidget):
    """Drawn in the colours of the theme; with `motion` it moves gently, there and back."""

    def __init__(self, style: Style, room: QSize, proportion: float, *, inwards: bool, motion: bool) -> None:
        """As large as `room` allows; `proportion` is height to width. `inwards`: it goes in, and begins
        again; else it comes out."""
        super().__init__()
        self._style, self._way = style, _REST
        across = min(room.width(), round(room.height() / proportion))
        self.setFixedSize(across, round(across * proportion))
        self._animation = self._move(inwards=inwards) if motion else None

    def _move(self, *, inwards: bool) -> QPropertyAnimation:
        animation = QPropertyAnimation(self, b"way", self)
        animation.setDuration(2 * _ONE_WAY_MS)
        begin, end = (0.0, 1.0) if inwards else (1.0, 0.0)
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

    @property
    def _high(self) -> bool:
        return self._style.theme.contrast is Contrast.HIGH

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / ACROSS, self.width() / ACROSS)
        self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        """The picture, in its own units."""
        raise NotImplementedError

    def _paint_body(self, painter: QPainter, body: QRectF) -> None:
        """A part of the terminal, as seen from the front."""
        painter.setPen(QPen(self._style.colour(Role.LINE), 0.8) if self._high else Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.PAPER if self._high else Role.INK))
        painter.drawRoundedRect(body, 5, 5)

    def _paint_lip(self, painter: QPainter, lip: QRectF, role: Role = Role.ACCENT) -> None:
        """The edge of a slot, over what goes in."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(role))
        painter.drawRoundedRect(lip, lip.height() / 2, lip.height() / 2)

    def _paint_card(
        self, painter: QPainter, corner: QPointF, width: float, name: str, *, moves: bool = True
    ) -> None:
        """A card with its chip ahead and its name behind; `corner` is its upper left one. One that does not
        move stands back."""
        ground, ink = self._card_colours(moves=moves)
        painter.save()
        painter.translate(corner)
        painter.scale(width / _CARD.width(), width / _CARD.width())
        body = QRectF(QPointF(0, 0), QSizeF(_CARD))
        painter.setPen(QPen(self._style.colour(Role.LINE), 0.5))
        painter.setBrush(self._style.colour(ground if self._high else Role.SURFACE))
        painter.drawRoundedRect(body, 4, 4)
        if not self._high:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._style.colour(ground))
            painter.drawRoundedRect(body.adjusted(1.2, 1.2, -1.2, -1.2), 3, 3)
        self._paint_chip(painter, body, ground, ink)
        self._paint_name(painter, QRectF(0, body.bottom() - 24, body.width(), 16), ink, name)
        painter.restore()

    def _card_colours(self, *, moves: bool) -> tuple[Role, Role]:
        if self._high:
            return (Role.ACCENT, Role.ON_ACCENT) if moves else (Role.PAPER, Role.INK)
        return (Role.ACCENT_TINT, Role.ACCENT) if moves else (Role.SUNK, Role.QUIET)

    def _paint_chip(self, painter: QPainter, card: QRectF, ground: Role, ink: Role) -> None:
        chip = QRectF(card.center().x() - 9, card.top() + 10, 18, 15)
        painter.setPen(QPen(self._style.colour(ink if self._high else Role.ATTENTION), 0.7))
        painter.setBrush(self._style.colour(ground if self._high else Role.ATTENTION_TINT))
        painter.drawRoundedRect(chip, 2, 2)
        for part in (1 / 3, 2 / 3):
            x, y = chip.left() + chip.width() * part, chip.top() + chip.height() * part
            painter.drawLine(int(x), int(chip.top()), int(x), int(chip.bottom()))
            painter.drawLine(int(chip.left()), int(y), int(chip.right()), int(y))

    def _paint_name(self, painter: QPainter, place: QRectF, ink: Role, name: str) -> None:
        on_screen = painter.transform().mapRect(place)
        painter.save()
        # Letters are drawn in the screen's own pixels: in the picture's units they would be a few high.
        painter.resetTransform()
        painter.setPen(self._style.colour(ink))
        font = self._style.font(Scale.TEXT, bold=True)
        font.setPixelSize(max(1, min(font.pixelSize(), int(on_screen.width() * 0.86 / len(name)))))
        painter.setFont(font)
        painter.drawText(on_screen, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()
