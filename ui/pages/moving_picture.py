"""What the pictures of this terminal's parts share: something in them moves, and cards look alike."""

from __future__ import annotations

from PySide6.QtCore import Property, QEasingCurve, QPointF, QPropertyAnimation, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui import wording
from ui.pages.picture_marks import Marks
from ui.style import Style
from ui.theme import Role

ACROSS = 100.0
"""The pictures' own units, from left to right."""
_REST = 0.5
"""How far the thing is on its way where nothing moves."""
_ONE_WAY_MS = 3200
_CARD = QSize(56, 88)
"""A card in units of its own."""
_ID_CARD = QSize(88, 56)
"""An ID card is held across."""
_ID_LINES = ((21.0, 24.0), (29.0, 38.0), (37.0, 30.0))
"""What is written on it: how far down, and how long."""


class MovingPicture(QWidget):
    """Drawn in the colours of the theme; with `motion` it moves gently, there and back."""

    def __init__(
        self,
        style: Style,
        room: QSize,
        proportion: float,
        *,
        inwards: bool,
        motion: bool,
        rest: float = _REST,
    ) -> None:
        """As large as `room` allows; `proportion` is height to width. `inwards`: it goes in, and begins
        again; else it comes out. `rest` is how far it is where nothing moves."""
        super().__init__()
        self._style, self._way = style, rest
        across = min(room.width(), int(room.height() / proportion))
        self.setFixedSize(across, int(across * proportion))
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
        return self._style.theme.contrast.high

    def _marks(self, painter: QPainter) -> Marks:
        return Marks(self._style, painter)

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

    def _paint_area(self, painter: QPainter, body: QRectF, area: QRectF) -> None:
        """The area 感应区 on a part of the terminal, on which an ID card is laid."""
        self._paint_body(painter, body)
        painter.setPen(QPen(self._style.colour(Role.ACCENT), 1.2))
        painter.setBrush(self._style.colour(Role.ACCENT_TINT))
        painter.drawRoundedRect(area, 3, 3)

    def _paint_card(
        self, painter: QPainter, corner: QPointF, width: float, name: str, *, moves: bool = True
    ) -> None:
        """A card with its chip ahead and its name behind, if it has one; `corner` is its upper left one. One
        that does not move stands back."""
        ground, ink = self._card_colours(moves=moves)
        painter.save()
        body = self._paint_blank(painter, corner, width, _CARD, (ground, ink))
        self._paint_chip(painter, body, ground, ink)
        if name:
            self._marks(painter).words(QRectF(2, body.bottom() - 24, body.width() - 4, 16), name, ink)
        painter.restore()

    def _paint_back(self, painter: QPainter, corner: QPointF, width: float) -> None:
        """The same card with its back up: the magnetic stripe along its side, and no chip."""
        ground, ink = self._card_colours(moves=False)
        painter.save()
        body = self._paint_blank(painter, corner, width, _CARD, (ground, ink))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(ink))
        painter.drawRect(QRectF(body.left() + 8, body.top() + 1, 11, body.height() - 2))
        painter.setPen(QPen(self._style.colour(ink), 0.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(body.left() + 28, body.top() + 14, 12, 46))
        painter.restore()

    def _paint_id_card(self, painter: QPainter, corner: QPointF, width: float, *, moves: bool = True) -> None:
        """An ID card 身份证: it lies across, with a portrait at its right and no chip."""
        ground, ink = self._card_colours(moves=moves)
        painter.save()
        body = self._paint_blank(painter, corner, width, _ID_CARD, (ground, ink))
        self._marks(painter).words(QRectF(6, 4, 44, 14), self._style.say(wording.ID_CARD_NAME), ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(ink))
        for y, length in _ID_LINES:
            painter.drawRoundedRect(QRectF(7, y, length, 3), 1.5, 1.5)
        painter.drawRoundedRect(QRectF(7, 47, 56, 3.5), 1.5, 1.5)
        self._paint_portrait(painter, QRectF(body.right() - 30, 8, 24, 32), ground, ink)
        painter.restore()

    def _paint_portrait(self, painter: QPainter, frame: QRectF, ground: Role, ink: Role) -> None:
        painter.setPen(QPen(self._style.colour(ink), 0.9))
        painter.setBrush(self._style.colour(ground if self._high else Role.SURFACE))
        painter.drawRoundedRect(frame, 2, 2)
        painter.save()
        painter.setClipRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(ink))
        middle = QPointF(frame.center().x(), frame.top() + frame.height() * 0.38)
        head = frame.width() * 0.22
        painter.drawEllipse(middle, head, head * 1.15)
        shoulders = QPointF(middle.x(), frame.bottom() + head * 0.4)
        painter.drawEllipse(shoulders, frame.width() * 0.4, frame.height() * 0.36)
        painter.restore()

    def _paint_blank(
        self, painter: QPainter, corner: QPointF, width: float, size: QSize, colours: tuple[Role, Role]
    ) -> QRectF:
        """A card with nothing on it yet; gives it in units of its own, which hold from here on."""
        ground, ink = colours
        painter.translate(corner)
        painter.scale(width / size.width(), width / size.width())
        body = QRectF(QPointF(0, 0), QSizeF(size))
        painter.setPen(QPen(self._style.colour(Role.LINE if self._high else ink), 0.9))
        painter.setBrush(self._style.colour(ground if self._high else Role.SURFACE))
        painter.drawRoundedRect(body, 4, 4)
        if not self._high:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._style.colour(ground))
            painter.drawRoundedRect(body.adjusted(1.6, 1.6, -1.6, -1.6), 3, 3)
        return body

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
