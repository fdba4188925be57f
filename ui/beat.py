"""The front's beat: tells the supervisor after painted frames that the screen is alive."""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from kiosk.front_pipe import BEAT, BEAT_EVERY_S, FrontExit


class Beat(QObject):
    """One line on stdout after a painted frame; asks for a frame when nothing moves."""

    first_paint = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._painted = False
        window.installEventFilter(self)
        timer = QTimer(self, interval=int(BEAT_EVERY_S * 1000))
        timer.timeout.connect(window.update)
        timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and watched is self._window:
            # After this event the frame stands; only then is it told.
            QTimer.singleShot(0, self._tell)
        return False

    @Slot()
    def _tell(self) -> None:
        try:
            os.write(1, BEAT)
        except BrokenPipeError:
            QCoreApplication.exit(int(FrontExit.OVER))
        if not self._painted:
            self._painted = True
            self.first_paint.emit()
