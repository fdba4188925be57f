"""The hand at the virtual printer: what a visitor does to it, done on a thread of its own."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, Signal

from drivers.virtual.printer_control import ALL_ANSWERS, PrinterControl, RequestRefused
from drivers.virtual.printer_state import BadState, VirtualPrinterState

PAPER_LEFT_MM: Final = 40.0
"""What `Act.PAPER_OUT_SOON` leaves on the roll: it ends in the middle of the next paper."""
_ANSWER_S: Final = 2.0
_LOOK_S: Final = 0.4
_AGAIN_S: Final = 1.0
_MOST_WAITING: Final = 8
_STOP_S: Final = _ANSWER_S + 1.0


class Act(Enum):
    """What can be done to the printer."""

    LOOK = "look"
    PAPER_OUT_SOON = "paper-out-soon"
    LOAD_PAPER = "load-paper"
    OPEN_COVER = "open-cover"
    CLOSE_COVER = "close-cover"
    SILENCE = "silence"
    SPEAK = "speak"
    TAKE_PAPER = "take-paper"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the printer. Its panel does not show silence: that is what the hand did last."""

    state: VirtualPrinterState
    silent: bool


class PrinterHand(QObject):
    """Signals come from the hand's thread. While the printer is away, what is asked is dropped, not kept."""

    saw = Signal(object)
    """What was `Seen`, again and again."""
    away = Signal(str)
    """The printer's process does not answer; why."""

    def __init__(self, host: str, port: int) -> None:
        """Connects by and by."""
        super().__init__()
        self._address = (host, port)
        self._asked: queue.Queue[Act] = queue.Queue(_MOST_WAITING)
        self._closing = threading.Event()
        self._silent = False
        self._thread = threading.Thread(target=self._run, name="printer-hand", daemon=True)

    def start(self) -> None:
        """Begin, once the signals are connected."""
        self._thread.start()

    def ask(self, act: Act) -> bool:
        """Have it done soon; False where too much waits already."""
        try:
            self._asked.put_nowait(act)
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        """End the thread. Raises `TimeoutError` when it does not end in 3 s."""
        self._closing.set()
        self.ask(Act.LOOK)
        if self._thread.ident is not None:
            self._thread.join(_STOP_S)
        if self._thread.is_alive():
            raise TimeoutError(f"the printer hand's thread did not end within {_STOP_S} s")

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with PrinterControl(*self._address, within_s=_ANSWER_S) as control:
                    self._stay(control)
            except (OSError, BadState, RequestRefused) as error:
                self._forget()
                self.away.emit(str(error))
                self._closing.wait(_AGAIN_S)

    def _stay(self, control: PrinterControl) -> None:
        # Said again at every beginning: another process may be there, or another hand have been.
        state = self._perform(control, Act.SILENCE if self._silent else Act.SPEAK)
        while not self._closing.is_set():
            self.saw.emit(Seen(state, self._silent))
            try:
                act = self._asked.get(timeout=_LOOK_S)
            except queue.Empty:
                act = Act.LOOK
            state = self._perform(control, act)

    def _perform(self, control: PrinterControl, act: Act) -> VirtualPrinterState:
        match act:
            case Act.LOOK:
                return control.state()
            case Act.PAPER_OUT_SOON:
                return control.paper_out_after(PAPER_LEFT_MM)
            case Act.LOAD_PAPER:
                return control.load_paper()
            case Act.OPEN_COVER | Act.CLOSE_COVER:
                return control.cover(open_=act is Act.OPEN_COVER)
            case Act.TAKE_PAPER:
                return control.take_paper()
            case Act.SILENCE | Act.SPEAK:
                state = control.silence(ALL_ANSWERS if act is Act.SILENCE else ())
                self._silent = act is Act.SILENCE
                return state

    def _forget(self) -> None:
        while True:
            try:
                self._asked.get_nowait()
            except queue.Empty:
                return
