"""The front's start: the first page stands before anything else is loaded.

Qt and the window come first; settings, libraries, devices, vault and network come after the first paint, on a
thread of their own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from kiosk.clock import SystemClock
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Status, View
from kiosk.front_pipe import FirstPage, FrontExit
from ui.beat import Beat
from ui.metrics import Screen
from ui.pages import first
from ui.window import KioskWindow

if TYPE_CHECKING:
    from drivers.printers.paper import Paper
    from kiosk.conversation.events import AnyEvent
    from ui.front import Front


@dataclass(frozen=True, slots=True)
class Told:
    """What the supervisor told this front."""

    config: Path
    first_page: FirstPage
    card_forgotten: bool


class Start(QObject):
    """Shows the first page; becomes a `Front` when everything is loaded. Raises `TypefaceMissing`."""

    loaded = Signal(object)
    """A maker of the `Front`, or the error message of the settings."""

    def __init__(self, told: Told, clock: SystemClock) -> None:
        super().__init__()
        self._told = told
        self._clock = clock
        self._front: Front | None = None
        page = told.first_page
        self._window = KioskWindow(
            Screen(page.width_px, page.height_px, page.width_mm, page.height_mm),
            send=self._send,
            clock=clock.now,
            paint_paper=self._paint_paper,
            pages=first.FirstPage(id_reader=page.id_reader),
        )
        self._beat = Beat(self._window)
        self._beat.first_paint.connect(self._load, Qt.ConnectionType.QueuedConnection)
        self.loaded.connect(self._become, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        self._window.show_view(View(Phase.STARTING, Status(self._told.first_page.place)))
        self._window.showFullScreen()

    def _send(self, event: AnyEvent) -> None:
        """Before the front is there nothing can be answered."""
        if self._front is not None:
            self._front.send(event)

    def _paint_paper(self, paper: Paper) -> QImage:
        if self._front is None:
            raise RuntimeError("a page with a paper was shown before the front was there")
        return self._front.paint_paper(paper)

    @Slot()
    def _load(self) -> None:
        threading.Thread(target=self._load_rest, name="front-start", daemon=True).start()

    def _load_rest(self) -> None:
        # Here and not at the top: 0.6 s of libraries that the first page does not need.
        from kiosk.logs import configure_logs  # noqa: PLC0415
        from kiosk.settings import SettingsError, load_settings  # noqa: PLC0415
        from ui.front import Front  # noqa: PLC0415

        configure_logs("front")
        try:
            settings = load_settings(self._told.config)
        except SettingsError as error:
            os.write(2, f"front: {error}\n".encode())
            self.loaded.emit(None)
            return
        make = partial(Front, self._window, settings, self._clock, card_forgotten=self._told.card_forgotten)
        self.loaded.emit(make)

    @Slot(object)
    def _become(self, make: Callable[[], Front] | None) -> None:
        if make is None:
            QCoreApplication.exit(int(FrontExit.CONFIGURATION))
            return
        self._front = make()
        self._front.begin()
