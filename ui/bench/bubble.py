"""A speech bubble 气泡: what is being said, at the place that it comes from; it fades when that ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Property, QPointF, QPropertyAnimation, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import Style
from ui.theme import Role
from ui.typeface import font

_FADE_MS: Final = 1800
_TAIL: Final = QPointF(11, 8)
"""How far it points, and half of its width where it begins."""
_SIZES_PX: Final = (16, 14, 12)
_PAD: Final = 10.0
_NOTE_HEIGHT: Final = 20.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is in the bubble: words, and a `note` on who hears them, which colours it."""

    words: str
    note: str = ""


class Bubble(QWidget):
    """At its left edge a tail points at whatever speaks."""

    def __init__(self, style: Style, *, motion: bool) -> None:
        super().__init__()
        self._style, self._motion = style, motion
        self._spoken: Spoken | None = None
        self._silence = ""
        self._tail_at = 0.5
        self._strength = 0.0
        self._fading = QPropertyAnimation(self, b"strength", self)
        self._fading.setDuration(_FADE_MS)
        self._fading.setStartValue(1.0)
        self._fading.setEndValue(0.0)
        self._fading.finished.connect(self._clear)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def spoken(self) -> Spoken | None:
        """What is in it, also while it fades."""
        return self._spoken

    @property
    def fading(self) -> bool:
        return self._fading.state() is QPropertyAnimation.State.Running

    def point_at(self, height: float) -> None:
        """Where the tail points, in pixels from its upper edge."""
        if height != self._tail_at:
            self._tail_at = height
            self.update()

    def say(self, spoken: Spoken) -> None:
        """It is being said now."""
        self._fading.stop()
        self._strength = 1.0
        if spoken != self._spoken:
            self._spoken = spoken
            self.setAccessibleName(spoken.words)
        self.update()

    def fade(self) -> None:
        """It has ended."""
        if self._spoken is None or self.fading:
            return
        if self._motion:
            self._fading.start()
        else:
            self._clear()

    def be_silent(self, why: str) -> None:
        """What stands there while nothing is said."""
        if why != self._silence:
            self._silence = why
            self.update()

    def _clear(self) -> None:
        self._spoken = None
        self.setAccessibleName("")
        self.update()

    def _get_strength(self) -> float:
        return self._strength

    def _set_strength(self, strength: float) -> None:
        self._strength = strength
        self.update()

    strength = Property(float, _get_strength, _set_strength)
    """How much of it is still to be seen, 1 to 0."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._spoken is None:
            painter.setPen(self._style.colour(Role.QUIET))
            painter.setFont(self._style.font())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self._body().adjusted(_PAD, 0, -_PAD, 0), int(flags), self._silence)
            return
        painter.setOpacity(self._strength)
        self._paint_outline(painter, alone=bool(self._spoken.note))
        self._paint_spoken(painter, self._spoken)

    def _body(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_TAIL.x(), 1, -1, -1)

    def _paint_outline(self, painter: QPainter, *, alone: bool) -> None:
        body, radius = self._body(), self._style.metrics.radius + 4.0
        outline, tail = QPainterPath(), QPainterPath()
        outline.addRoundedRect(body, radius, radius)
        lowest = body.bottom() - radius - _TAIL.y()
        at = min(max(self._tail_at, body.top() + radius + _TAIL.y()), lowest)
        tail.moveTo(body.left() + 2, at - _TAIL.y())
        tail.lineTo(1, at)
        tail.lineTo(body.left() + 2, at + _TAIL.y())
        tail.closeSubpath()
        painter.setPen(QPen(self._style.colour(Role.ACCENT if alone else Role.INK), 1.5))
        painter.setBrush(self._style.colour(Role.ACCENT_TINT if alone else Role.SURFACE))
        painter.drawPath(outline.united(tail))

    def _paint_spoken(self, painter: QPainter, spoken: Spoken) -> None:
        room = self._body().adjusted(_PAD, 6, -_PAD, -6)
        if spoken.note:
            painter.setPen(self._style.colour(Role.ACCENT))
            painter.setFont(font(12, bold=True))
            note = QRectF(room.left(), room.bottom() - _NOTE_HEIGHT + 2, room.width(), _NOTE_HEIGHT)
            painter.drawText(note, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, spoken.note)
            room.setBottom(note.top())
        painter.setPen(self._style.colour(Role.INK))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
        for size in _SIZES_PX:
            painter.setFont(font(size))
            needed = QFontMetricsF(painter.font()).boundingRect(room, flags, spoken.words)
            if needed.height() <= room.height():
                break
        else:
            # More than it holds: its beginning stays in sight.
            flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.setClipRect(room)
        painter.drawText(room, flags, spoken.words)
