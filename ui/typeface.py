"""The one typeface, in its two weights."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

FAMILY = "Noto Sans CJK SC"
PACKAGE = "fonts-noto-cjk"


class TypefaceMissing(RuntimeError):
    """The typeface is not installed; without it Chinese text would be empty boxes."""

    def __init__(self) -> None:
        super().__init__(f"the typeface {FAMILY!r} is not installed: apt-get install {PACKAGE}")


def require_typeface() -> None:
    """Raises `TypefaceMissing`; needs a `QGuiApplication`."""
    if not QFontDatabase.hasFamily(FAMILY):
        raise TypefaceMissing


def font(size_px: int, *, bold: bool = False) -> QFont:
    """Its figures all have one width, so that they stand in columns. A copy: who has it may change it."""
    return QFont(_font(size_px, bold))


@lru_cache(maxsize=64)
def measure(size_px: int, *, bold: bool) -> QFontMetrics:
    """How wide and high words are in it; a page asks hundreds of times."""
    return QFontMetrics(_font(size_px, bold))


@lru_cache(maxsize=64)
def _font(size_px: int, bold: bool) -> QFont:  # noqa: FBT001 a key
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
