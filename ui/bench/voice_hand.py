"""The hand at the virtual sound box: an ear beside it, and a plug."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from drivers.virtual.sound_box_control import SoundBoxControl
from drivers.virtual.sound_box_state import Said, SoundBoxState
from ui.bench.hand import Hand

_LISTEN_S: Final = 0.15
"""A word is over in half a second."""


class VoiceAct(Enum):
    """What can be done to the sound box."""

    PLUG = "plug"
    """耳机插上"""
    UNPLUG = "unplug"


@dataclass(frozen=True, slots=True)
class VoiceSeen:
    """One moment of the box, and what of it would be missed between two looks."""

    state: SoundBoxState
    ended: Said | None = None
    """What ended since the last look; the last of it."""


class VoiceHand(Hand[SoundBoxControl, VoiceAct]):
    """Sees a `VoiceSeen`."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__("sound box", SoundBoxControl, (host, port), look_s=_LISTEN_S)
        self._heard = 0

    def begin(self, control: SoundBoxControl) -> VoiceSeen:
        # What was said before anybody listened is nobody's business.
        state = control.state()
        self._heard = state.ended
        return VoiceSeen(state)

    def look(self, control: SoundBoxControl) -> VoiceSeen:
        return self._hear(control, control.state())

    def do(self, control: SoundBoxControl, act: VoiceAct) -> VoiceSeen:
        return self._hear(control, control.headphones(plugged=act is VoiceAct.PLUG))

    def _hear(self, control: SoundBoxControl, state: SoundBoxState) -> VoiceSeen:
        if state.ended == self._heard:
            return VoiceSeen(state)
        # One sound ends before the next begins, so the number of a sound is that of all that ended by then.
        ended = control.said_since(self._heard)
        self._heard = state.ended
        return VoiceSeen(state, ended[-1] if ended else None)
