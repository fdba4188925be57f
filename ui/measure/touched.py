"""`python -m ui.measure.touched CONFIG [--still]`: a front whose window tells on stdout when it has painted.

Window, session, services and devices are the front's own. What can be touched is in `glass.json` once a page
has come to rest, and never while one is drawn: looking takes time too.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from drivers.printers.paper import Paper
from kiosk.clock import clock_of, monotonic
from kiosk.conversation.events import AnyEvent
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Status, View
from kiosk.logs import configure_logs
from kiosk.settings import load_settings
from ui.front import Front
from ui.garbage import Collector
from ui.glass import visible
from ui.glass_file import FILE_NAME, GlassFile
from ui.metrics import Screen
from ui.window import KioskWindow

STILL = "--still"
"""Without motion: what fades in is painted in one frame."""
REST_MS = 150
"""After the last touch and the last page; longer than a page's fade."""


class TouchedWindow(KioskWindow):
    """The front's window, and when each of its frames was painted."""

    framed = Signal()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:
            self.framed.emit()
        return done


class Teller(QObject):
    """Tells what the window, once it is shown, painted: `painted SERIAL KIND AT`, `frame AT`; seconds of
    CLOCK_MONOTONIC."""

    def __init__(self, window: TouchedWindow, file: Path) -> None:
        super().__init__(window)
        self._window, self._file = window, file
        self._touches = 0
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._write)
        window.painted.connect(self._painted)
        window.framed.connect(lambda: _tell(f"frame {monotonic()}"))
        # What the X server gives the window; a filter of the whole application would cost what it measures.
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Counts touches, whatever is beneath the finger."""
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._touches += 1
            self._rest.start()
        return False

    def _painted(self, serial: int) -> None:
        at, page = monotonic(), self._window.page
        _tell(f"painted {serial} {'' if page is None else page.kind.value} {at}")
        self._rest.start()

    def _write(self) -> None:
        view = self._window.view
        if view is None or not self._window.touchable:
            self._rest.start()
            return
        seen = asdict(visible(self._window)) | {"touches": self._touches, "step": view.step_key}
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(seen, ensure_ascii=False), "utf-8")
        beside.replace(self._file)


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def main(config: Path, *, still: bool) -> int:
    configure_logs("front")
    settings = load_settings(config)
    screen, clock = settings.screen, clock_of(os.environ)
    application = QApplication(["touched"])
    Collector(application)

    def send(event: AnyEvent) -> None:
        front.send(event)

    def paint(paper: Paper) -> QImage:
        return front.paint_paper(paper)

    window = TouchedWindow(
        Screen(screen.width_px, screen.height_px, screen.width_mm, screen.height_mm),
        send=send,
        clock=clock.now,
        paint_paper=paint,
        motion=not still,
    )
    front = Front(window, settings, clock, card_forgotten=False)
    # The demo's own eyes look five times a second, also while a page is drawn.
    for eyes in front.findChildren(GlassFile):
        eyes.deleteLater()
    window.show_view(View(Phase.STARTING, Status(settings.terminal.place)))
    window.showFullScreen()
    Teller(window, settings.terminal.run_dir / FILE_NAME)
    front.begin()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), still=STILL in sys.argv))
