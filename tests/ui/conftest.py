import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from drivers.printers.paper import Paper
from kiosk.conversation.events import Event
from ui.metrics import Screen
from ui.pages.open import AllPages
from ui.window import Appearance, KioskWindow

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


@pytest.fixture
def sent() -> list[Event]:
    return []


@pytest.fixture
def make_window(qtbot: QtBot, sent: list[Event]) -> Iterator[MakeWindow]:
    made: list[KioskWindow] = []

    def make(
        screen: Screen = LANDSCAPE, appearance: Appearance | None = None, *, motion: bool = False
    ) -> KioskWindow:
        window = KioskWindow(
            screen,
            send=sent.append,
            clock=lambda: datetime(2026, 11, 21, 10, 32),  # noqa: DTZ001 a clock on the wall
            pages=AllPages(),
            paint_paper=striped,
            motion=motion,
        )
        if appearance is not None:
            window._appearance = appearance
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        window.end()
        window.deleteLater()
