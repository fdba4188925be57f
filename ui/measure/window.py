"""`python -m ui.measure.window`: says `painted` when a plain label stands on the screen.

What any Qt program on this machine needs until its first words can be read.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel


class MinimalWindow(QLabel):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: os.write(1, b"painted\n"))


def main() -> int:
    application = QApplication(["minimal"])
    label = MinimalWindow("请放入社保卡")
    label.setFixedSize(1280, 1024)
    label.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
