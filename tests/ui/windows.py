"""Screens and windows that the tests of pages share."""

from collections.abc import Callable

from PySide6.QtGui import QColor, QImage, QPainter

from drivers.printers.paper import Paper
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
