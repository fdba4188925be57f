"""The hand at the virtual printer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from drivers.virtual.printer_control import ALL_ANSWERS, PrinterControl
from drivers.virtual.printer_state import VirtualPrinterState
from ui.bench.hand import Hand

PAPER_LEFT_MM: Final = 40.0
"""What `Act.PAPER_OUT_SOON` leaves on the roll: it ends in the middle of the next paper."""


class Act(Enum):
    """What can be done to the printer."""

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


class PrinterHand(Hand[PrinterControl, Act]):
    """Sees a `Seen`."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__("printer", PrinterControl, (host, port))
        self._silent = False

    def begin(self, control: PrinterControl) -> Seen:
        # Said again at every beginning: another process may be there, or another hand have been.
        return self.do(control, Act.SILENCE if self._silent else Act.SPEAK)

    def look(self, control: PrinterControl) -> Seen:
        return Seen(control.state(), self._silent)

    def do(self, control: PrinterControl, act: Act) -> Seen:
        return Seen(self._after(control, act), self._silent)

    def _after(self, control: PrinterControl, act: Act) -> VirtualPrinterState:
        match act:
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
