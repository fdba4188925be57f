"""A quiet progress: what goes on, and a bar of which nobody knows how far it has to go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from kiosk.domain.text import Text
from ui.metrics import Scale
from ui.pages.poster import Line, column, sentence, width_of
from ui.parts import Label, balance, paint_panel
from ui.style import Style
from ui.theme import Role

_STEP_MS = 80
_PART = 0.3
"""How much of the bar the moving piece is."""
_REST = 0.5
"""Where the piece is when nothing moves."""
_NARROWEST_MM = 120.0
_BAR_MM = 3.0


def progress(
    style: Style,
    saying: Text,
    lines: Sequence[Line],
    most: int,
    below: Callable[[int], QWidget] | None = None,
    *,
    motion: bool,
    least: int = 0,
) -> QWidget:
    """The words, the bar under them, lines, and what `below` makes of their width; `least` to `most` wide."""
    wanted = (
        style.width(style.say(saying), Scale.TITLE, bold=True) + 2,
        *(width_of(style, line) for line in lines),
    )
    width = min(most, max(least, style.metrics.px(_NARROWEST_MM), *wanted))
    words = Label(style, style.say(saying), scale=Scale.TITLE, bold=True)
    balance(words, width)
    bar = _Bar(style, style.say(saying), motion=motion)
    bar.setFixedSize(width, style.metrics.px(_BAR_MM))
    parts = [words, bar, *(sentence(style, line, width) for line in lines)]
    return column(style, parts if below is None else [*parts, below(width)], width)


class _Bar(QProgressBar):
    """A piece goes slowly along."""

    def __init__(self, style: Style, name: str, *, motion: bool) -> None:
        super().__init__()
        self._style, self._at = style, 0.0 if motion else _REST
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
