"""The scanner: what it reads becomes an event of the session; whether it is there is told to technicians."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import structlog

from drivers.cards.sam_serial import SerialLine
from drivers.scanners.scan_events import CodeScanned, ScanGarbled, ScannerEvent, ScannerGone, ScannerHere
from drivers.scanners.scanner_loop import ScannerLoop
from kiosk.clock import monotonic
from kiosk.conditions import Conditions
from kiosk.conversation.events import Event
from kiosk.conversation.touches import ScanRead
from kiosk.scanned import MAX_SCANNED
from kiosk.settings import ScannerSettings

_APART_S: Final = 0.2
"""Between two codes that are taken: nobody holds two before a scanner faster, and one that is stuck fills no
queue."""
_GARBLED_APART_S: Final = 60.0
"""Between two lines of the log that say what was dropped."""
_STOP_S: Final = 0.5
"""Of the few seconds that a front has to end."""


class ScannerWatch:
    """Listens to the scanner of the settings, where there is one."""

    def __init__(
        self,
        settings: ScannerSettings | None,
        conditions: Conditions,
        on_event: Callable[[Event], None],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._now = now
        self._last_taken = self._last_told = -math.inf
        self._too_fast = self._garbled = 0
        self._conditions = conditions
        self._on_event = on_event
        self._is_here = False
        self._loop = (
            None
            if settings is None
            else ScannerLoop(
                lambda: SerialLine(settings.device, settings.baud, name="scanner"),
                self._take,
                longest=MAX_SCANNED,
            )
        )

    @property
    def is_here(self) -> bool:
        """Whether a code can be scanned now, as far as can be known."""
        return self._is_here

    def start(self) -> None:
        if self._loop is not None:
            self._loop.start()

    def stop(self) -> None:
        """Ends it, within its time or not: what it still reads goes nowhere."""
        if self._loop is None or not self._loop.is_running:
            return
        try:
            self._loop.stop(_STOP_S)
        except TimeoutError as error:
            structlog.get_logger().warning("scanner not ended in time", why=str(error))
        self._tell_too_fast()

    def _take(self, event: ScannerEvent) -> None:
        match event:
            case ScannerHere():
                self._is_here = True
                self._conditions.change(why={"scanner": ""})
            case ScannerGone(why):
                self._is_here = False
                self._conditions.change(why={"scanner": why})
            case CodeScanned(text):
                self._read(text)
            case ScanGarbled(why):
                self._drop(why)

    def _read(self, text: str) -> None:
        now = self._now()
        if now - self._last_taken < _APART_S:
            self._too_fast += 1
            return
        self._last_taken = now
        self._tell_too_fast()
        self._on_event(ScanRead(text))

    def _tell_too_fast(self) -> None:
        if self._too_fast:
            structlog.get_logger().warning("scans dropped: one on the heels of another", count=self._too_fast)
            self._too_fast = 0

    def _drop(self, why: str) -> None:
        self._garbled += 1
        now = self._now()
        if now - self._last_told >= _GARBLED_APART_S:
            structlog.get_logger().warning("scan dropped", why=why, count=self._garbled)
            self._last_told, self._garbled = now, 0
