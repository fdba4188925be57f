"""Content fades in: quietly, and never so that it cannot be read yet (docs/facts/people-and-screen.md §5)."""

from __future__ import annotations

from PySide6.QtCore import QPropertyAnimation
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

_FADE_MS = 120
_BEGINS_AT = 0.4
"""Of the opacity: a page whose first frame shows nothing would come late."""


def fade_in(page: QWidget) -> None:
    effect = QGraphicsOpacityEffect(page)
    page.setGraphicsEffect(effect)
    fade = QPropertyAnimation(effect, b"opacity", page)
    fade.setDuration(_FADE_MS)
    fade.setStartValue(_BEGINS_AT)
    fade.setEndValue(1.0)
    # An effect left in place would draw every later change by way of a picture in memory.
    fade.finished.connect(lambda: page.setGraphicsEffect(None))  # type: ignore[arg-type]
    fade.start()
