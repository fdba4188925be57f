"""Icons of one open set (Material Symbols, Apache-2.0; `icons/README.md`), filled, in the colour of a role.

Always with a word beside.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from kiosk.conversation.signs import Icon, Tone

_FOLDER = Path(__file__).with_name("icons")
_DRAWN_IN = "#000000"
"""The one colour in the files, replaced by the role's."""


class FrameIcon(StrEnum):
    """Icons of the frame, which no service names."""

    BACK = "back"
    EXIT = "exit"
    EARLIER = "earlier"
    LATER = "later"
    HEAR = "hear"
    STOP = "stop"
    QUIETER = "quieter"
    LOUDER = "louder"
    HEADPHONES = "headphones"
    LANGUAGE = "language"
    TEXT_SIZE = "text-size"
    CONTRAST = "contrast"
    SLOW = "slow"
    """慢速: more time for everything."""
    EYE = "eye"
    EYE_OFF = "eye-off"
    NO_CARD = "no-card"
    """没有带卡."""
    GUIDE = "guide"
    """办事指南."""


AnyIcon = Icon | FrameIcon

TONE_ICON: dict[Tone, Icon | None] = {
    Tone.PLAIN: None,
    Tone.GOOD: Icon.DONE,
    Tone.ATTENTION: Icon.WARNING,
    Tone.PROBLEM: Icon.PROBLEM,
}


@cache
def _drawing(icon: AnyIcon) -> str:
    return (_FOLDER / f"{icon.value}.svg").read_text(encoding="ascii")


@cache
def pixmap(icon: AnyIcon, side: int, colour: str) -> QPixmap:
    """The icon, `side` × `side` pixels, in `colour` (`#RRGGBB`)."""
    renderer = QSvgRenderer(QByteArray(_drawing(icon).replace(_DRAWN_IN, colour).encode()))
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return made
