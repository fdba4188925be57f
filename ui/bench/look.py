"""How the bench is drawn: the terminal's own colours and type, at the size of a thing on a desk."""

from __future__ import annotations

from typing import Final

from kiosk.domain.text import CHINESE
from ui.bench.room import BENCH_WIDTH
from ui.metrics import Metrics, Screen
from ui.style import Style
from ui.theme import STANDARD, Role

HEIGHT: Final = 900
SCROLL_BAR: Final = 8
_PX_PER_MM: Final = 2.0
"""The terminal's sizes are meant for an arm's length and no glasses; this window is read like a page."""


def bench_style() -> Style:
    """The terminal's style, small."""
    width, height = BENCH_WIDTH, HEIGHT
    screen = Screen(width, height, width / _PX_PER_MM, height / _PX_PER_MM)
    return Style(Metrics(screen), STANDARD, CHINESE)


def slim_scroll_bars() -> str:
    """A style sheet: scroll bars that stand back. The terminal itself has none."""
    ground, handle = STANDARD[Role.LINE], STANDARD[Role.QUIET]
    return f"""
        QAbstractScrollArea, QAbstractScrollArea::corner, QScrollBar {{ background: transparent; }}
        QScrollBar:vertical {{ width: {SCROLL_BAR}px; }}
        QScrollBar:horizontal {{ height: {SCROLL_BAR}px; }}
        QScrollBar::handle {{ background: {ground}; border-radius: 3px; margin: 1px; }}
        QScrollBar::handle:vertical {{ min-height: 28px; }}
        QScrollBar::handle:horizontal {{ min-width: 28px; }}
        QScrollBar::handle:hover {{ background: {handle}; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
        QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """
