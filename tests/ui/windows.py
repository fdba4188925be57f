"""Screens and windows that the tests of pages share."""

from collections.abc import Callable

from gallery import Example
from PySide6.QtGui import QColor, QImage, QPainter

from drivers.printers.paper import Paper
from ui.appearance import Appearance
from ui.metrics import Screen
from ui.window import KioskWindow

LANDSCAPE = Screen(1280, 1024, 338, 270)
PORTRAIT = Screen(1080, 1920, 268, 476)
WIDE = Screen(1920, 1080, 476, 268)
SCREENS = (LANDSCAPE, PORTRAIT, WIDE)


def striped(_paper: Paper) -> QImage:
    """Stands for a paper: forty lines of text, drawn quickly."""
    image = QImage(640, 1200, QImage.Format.Format_RGB888)
    image.fill(QColor("white"))
    painter = QPainter(image)
    for line in range(40):
        painter.fillRect(40, line * 30 + 4, 500, 20, QColor("black"))
    painter.end()
    return image


MakeWindow = Callable[..., KioskWindow]


def name_of(value: object) -> str:
    """Of an example, a screen or an appearance, in the name of a test."""
    match value:
        case Example(name=name):
            return name
        case Screen(width_px=width):
            return str(width)
        case Appearance(text_size=size, contrast=contrast):
            return f"{size.name}-{contrast}"
        case _:
            raise TypeError(f"not in a test's name: {value!r}")
