"""How the terminal's window and the bench share a screen. Free of Qt: the demo asks too."""

from __future__ import annotations

from typing import Final

BENCH_WIDTH: Final = 432
"""In pixels; the bench stands at the screen's right edge."""
WIDE_BENCH: Final = 784
"""With its cards beside its devices, where the terminal still has room enough."""
_ROOMY_TERMINAL: Final = 1080
_LEAST_TERMINAL: Final = 800
"""A terminal's window is no narrower (`kiosk.settings.ScreenSettings`)."""


def bench_width(screen_width: int) -> int:
    """Wide where both have room."""
    return WIDE_BENCH if screen_width - WIDE_BENCH >= _ROOMY_TERMINAL else BENCH_WIDTH


def terminal_width(screen_width: int) -> int:
    """What the bench leaves to the terminal; on a narrow screen everything, and the bench lies on top."""
    left = screen_width - bench_width(screen_width)
    return left if left >= _LEAST_TERMINAL else screen_width
