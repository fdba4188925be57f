"""The hand at the virtual pin pad."""

from __future__ import annotations

from enum import Enum
from typing import Final

from drivers.virtual.pin_pad_control import PinPadControl
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_state import VirtualPinPadState
from ui.bench.hand import Hand

BREAKS_AFTER_CHARGING: Final = Fault(FaultKind.DROPPED_ANSWER, after_charging=True)
"""扣款后断线: the card is charged, and whoever asked for it does not hear of it."""


class PadAct(Enum):
    """What can be done to the pin pad."""

    PRESENT_CARD = "present-card"
    RED_KEY = "red-key"
    REFUSE = "refuse"
    """A card whose bank says no: 余额不足."""
    WRONG_PIN = "wrong-pin"
    MUTE = "mute"
    SPEAK = "speak"
    BREAK_LINE = "break-line"
    KEEP_LINE = "keep-line"


class PadHand(Hand[PinPadControl, PadAct]):
    """Sees a `VirtualPinPadState`."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__("pin pad", PinPadControl, (host, port))

    def look(self, control: PinPadControl) -> VirtualPinPadState:
        return control.state()

    def do(self, control: PinPadControl, act: PadAct) -> VirtualPinPadState:
        match act:
            case PadAct.PRESENT_CARD:
                return control.present_card()
            case PadAct.RED_KEY:
                return control.cancel_key()
            case PadAct.REFUSE:
                return control.decline("Refusal")
            case PadAct.WRONG_PIN:
                return control.decline("WrongPIN")
            case PadAct.MUTE | PadAct.SPEAK:
                return control.mute(on=act is PadAct.MUTE)
            case PadAct.BREAK_LINE:
                return control.fault(BREAKS_AFTER_CHARGING)
            case PadAct.KEEP_LINE:
                muted = control.state().mute
                state = control.clear_faults()
                # The pad puts everything right at once; only the line was meant.
                return control.mute(on=True) if muted else state
