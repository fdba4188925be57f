"""In the demo, what can be seen is also in a file: the scripted resident looks there where to touch.

Read-only: nothing comes back this way, touches come through the X server like anybody's.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from ui.glass import visible
from ui.window import KioskWindow

FILE_NAME = "glass.json"
LOOK_MS = 200
"""For what changes without a new page; a new page is told when it is painted."""


class GlassFile(QObject):
    """Keeps the file in step with the window."""

    def __init__(self, window: KioskWindow, run_dir: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._file = run_dir / FILE_NAME
        self._written = self._seen = ""
        self._since = 0.0
        timer = QTimer(self, interval=LOOK_MS)
        timer.timeout.connect(self.write)
        timer.start()
        window.painted.connect(self.write)
        window.rested.connect(self.write)

    @Slot()
    def write(self) -> None:
        """Replaces the file where something has changed."""
        told = asdict(visible(self._window)) | {"front_pid": os.getpid()}
        seen = json.dumps(told | {"touchable": None}, ensure_ascii=False)
        if seen != self._seen:
            # When it could be seen first: CLOCK_MONOTONIC, which all processes share.
            self._seen, self._since = seen, time.monotonic()
        text = json.dumps(told | {"painted_at": self._since}, ensure_ascii=False)
        if text == self._written:
            return
        self._written = text
        beside = self._file.with_suffix(f".{os.getpid()}.new")
        beside.write_text(text, "utf-8")
        beside.replace(self._file)
