"""How the terminal's window and the bench share a screen. Free of Qt: the demo asks too."""

from __future__ import annotations

from typing import Final

BENCH_WIDTH: Final = 432
"""In pixels; the bench stands at the screen's right edge."""
_LEAST_TERMINAL: Final = 800
"""A terminal's window is no narrower (`kiosk.settings.ScreenSettings`)."""


def terminal_width(screen_width: int) -> int:
    """What the bench leaves to the terminal; on a narrow screen everything, and the bench lies on top."""
    left = screen_width - BENCH_WIDTH
    return left if left >= _LEAST_TERMINAL else screen_width
