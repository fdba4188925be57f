"""`python -m ui.measure.page FILE`: reads two pickled `View`s and prints the median milliseconds of painting
the second after the first.
"""

from __future__ import annotations

import pickle
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from drivers.printers.profile import standard
from kiosk.conversation.view import View
from ui.metrics import Screen
from ui.pages.open import AllPages
from ui.paper_picture import picture_of
from ui.window import KioskWindow

PAINTS = 30
PAUSE_MS = 20


def main(file: Path) -> int:
    views: tuple[View, View] = pickle.loads(file.read_bytes())  # noqa: S301 the benchmark wrote it
    before, page = views
    application = QApplication(["page"])
    window = KioskWindow(
        Screen(1280, 1024, 338, 270),
        send=lambda _: None,
        clock=lambda: datetime.now(UTC),
        paint_paper=lambda paper: picture_of(paper, standard(48)),
        pages=AllPages(),
        motion=False,
    )
    took: list[float] = []
    asked_at = 0.0

    def ask() -> None:
        nonlocal asked_at
        window.show_view(before)
        application.processEvents()
        asked_at = time.perf_counter()
        window.show_view(page)

    def painted(serial: int) -> None:
        if serial != page.serial:
            return
        took.append((time.perf_counter() - asked_at) * 1000)
        if len(took) < PAINTS:
            QTimer.singleShot(PAUSE_MS, ask)
            return
        print(statistics.median(took))
        # Not `quit`: it asks the windows, and this one does not let itself be closed.
        application.exit()

    window.painted.connect(painted)
    window.show()
    QTimer.singleShot(PAUSE_MS, ask)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
