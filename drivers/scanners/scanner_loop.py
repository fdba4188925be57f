"""The scanner loop: one thread that owns a serial scanner, and opens it again when it has gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from drivers.cards.sam_module import ByteLine, LineError
from drivers.scanners.scan_events import ScanGarbled, ScannerEvent, ScannerGone, ScannerHere
from drivers.scanners.scan_lines import ScanLines

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 1.0
_SLICE: Final = 0.1
"""Seconds a wait for bytes lasts before it looks whether the loop is to end."""
_LINE_LIMIT: Final = 1.0
"""Seconds after its last byte in which a line ends: what stays is a scanner's that ends nothing, and would
be the beginning of somebody else's code."""
_SETTLED: Final = 1.0
"""Seconds after which a line that had gone is taken to be back, unless bytes come before: one that goes at
every opening would be told as here and gone without end."""
_STOP_LIMIT: Final = 3.0


class ScannerLoop:
    """Listens to one scanner.

    `on_event` is called on the loop's thread, in order, and must return soon. An exception that nobody
    foresaw ends the loop and goes to `threading.excepthook`; the scanner is told as gone then, unless it came
    from `on_event` itself.
    """

    def __init__(
        self,
        open_line: Callable[[], ByteLine],
        on_event: Callable[[ScannerEvent], None],
        *,
        longest: int,
    ) -> None:
        """`open_line` opens the line anew, or raises `LineError`; `longest` is what a code may have in
        characters."""
        self._open_line = open_line
        self._on_event = on_event
        self._longest = longest
        self._stopping = threading.Event()
        self._gone_was_told = self._has_settled = False
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to listen. A scanner that is not there is told as gone, once."""
        self._thread.start()

    def stop(self, within_s: float = _STOP_LIMIT) -> None:
        """End the loop; nothing is told after this. Raises `TimeoutError` when it does not end in time."""
        self._stopping.set()
        self._thread.join(within_s)
        if self._thread.is_alive():
            raise TimeoutError(f"the scanner loop did not end within {within_s:g} s")

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        try:
            while not self._stopping.is_set():
                if self._visit():
                    pause = _FIRST_PAUSE
                self._stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        except BaseException as error:
            # Only what kind it is: its text may hold what was scanned.
            self._tell_gone(f"the loop has ended by a {type(error).__name__}: restart the terminal")
            raise

    def _visit(self) -> bool:
        """Open the line and listen until it goes; whether it was there for a while."""
        self._has_settled = False
        try:
            line = self._open_line()
            try:
                # What an earlier process did not take was somebody else's.
                line.flush()
                if not self._gone_was_told:
                    self._tell(ScannerHere())
                self._listen(line)
            finally:
                line.close()
        except LineError as gone:
            self._tell_gone(str(gone))
        return self._has_settled

    def _settle(self) -> None:
        if not self._has_settled and self._gone_was_told:
            self._gone_was_told = False
            self._tell(ScannerHere())
        self._has_settled = True

    def _listen(self, line: ByteLine) -> None:
        """Raises `LineError` when the line goes."""
        lines, last, since = ScanLines(self._longest), 0.0, time.monotonic()
        while not self._stopping.is_set():
            data = line.read(_SLICE)
            if data or time.monotonic() - since > _SETTLED:
                self._settle()
            for event in lines.take(data):
                self._tell(event)
            if data:
                last = time.monotonic()
            elif lines.has_begun and time.monotonic() - last > _LINE_LIMIT:
                lines.forget()
                self._tell(ScanGarbled("a code without an end: set the scanner to send CR after each"))

    def _tell_gone(self, why: str) -> None:
        if not self._gone_was_told:
            self._gone_was_told = True
            self._tell(ScannerGone(why))

    def _tell(self, event: ScannerEvent) -> None:
        if self._stopping.is_set():
            return
        try:
            self._on_event(event)
        except BaseException:
            # The loop ends by it, and its end is not told to whom it came from.
            self._stopping.set()
            raise
