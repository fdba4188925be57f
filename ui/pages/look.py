"""Something is being looked up: quiet, and at first nothing at all."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar

from kiosk.domain.text import Text
from ui import wording
from ui.metrics import Scale, Space
from ui.pages.page import Page, PageKind, Room
from ui.parts import Label, paint_panel
from ui.style import Style
from ui.theme import Role

_STEP_MS = 80
_PART = 0.3
"""How much of the bar the moving piece is."""


class LookPage(Page):
    kind = PageKind.LOOK

    def __init__(self, room: Room, saying: Text, *, motion: bool) -> None:
        super().__init__(room)
        style, size = room.style, room.size
        words = Label(style, style.say(saying), scale=Scale.TITLE, bold=True, parent=self)
        width = min(room.inner_width, max(style.metrics.px(120), words.sizeHint().width()))
        high = words.heightForWidth(width)
        bar = _Bar(style, style.say(saying), motion=motion)
        bar.setParent(self)
        hint = Label(style, style.say(wording.ONE_MOMENT), role=Role.QUIET, parent=self)
        parts = ((words, high), (bar, style.metrics.px(3)), (hint, hint.heightForWidth(width)))
        gap = style.space(Space.APART)
        y = (size.height() - sum(part for _, part in parts) - 2 * gap) // 2
        for widget, part in parts:
            widget.setGeometry((size.width() - width) // 2, y, width, part)
            y += part + gap


class _Bar(QProgressBar):
    """How far it is nobody knows: a piece goes slowly along."""

    def __init__(self, style: Style, name: str, *, motion: bool) -> None:
        super().__init__()
        self._style, self._at = style, 0.0
        self.setRange(0, 0)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        if motion:
            self._timer.start(_STEP_MS)

    def _step(self) -> None:
        self._at = (self._at + 0.02) % 1.0
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect().toRectF()
        paint_panel(painter, self._style, rect, Role.LINE, None)
        left = (rect.width() * (1 + _PART)) * self._at - rect.width() * _PART
        piece = rect.adjusted(left, 0, left + rect.width() * (_PART - 1), 0).intersected(rect)
        if not piece.isEmpty():
            paint_panel(painter, self._style, piece, Role.ACCENT, None)
