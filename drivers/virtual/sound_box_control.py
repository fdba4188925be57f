"""The hand at a virtual sound box: a client of its control port."""

from __future__ import annotations

import json

from drivers.virtual.control_port import BadAnswer, ControlClient
from drivers.virtual.sound_box_state import Said, SoundBoxState


class SoundBoxControl(ControlClient):
    """One connection to a control port. All raise as `ask` does."""

    def state(self) -> SoundBoxState:
        """What is heard now."""
        return self._do("state")

    def headphones(self, *, plugged: bool) -> SoundBoxState:
        """Put headphones in, or pull them out; the state after it."""
        return self._do("headphones", **{"in": plugged})

    def said_since(self, number: int) -> tuple[Said, ...]:
        """What has ended after this sound, the oldest first; the last few hundred at most."""
        match self.ask("said", since=number):
            case {"said": list() as sounds}:
                return tuple(Said.from_json(json.dumps(said)) for said in sounds)
            case other:
                raise BadAnswer(json.dumps(dict(other)))

    def _do(self, what: str, /, **arguments: object) -> SoundBoxState:
        return SoundBoxState.from_json(json.dumps(self.ask(what, **arguments).get("state")))
