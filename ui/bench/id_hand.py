"""The hand at the virtual ID module."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drivers.virtual.control_port import RequestRefused
from drivers.virtual.sam_v_control import IdModuleControl
from drivers.virtual.sam_v_state import IdModuleState
from ui.bench.hand import Hand


@dataclass(frozen=True, slots=True)
class IdAct:
    """What is to lie on the area: the card of this file, or none. `number` tells it from every other act."""

    number: int
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class IdSeen:
    """One look at the module; `act` is the number of what the hand did last."""

    state: IdModuleState
    act: int


class IdHand(Hand[IdModuleControl, IdAct]):
    """Sees an `IdSeen`. What was asked last is done also at a module that comes back, or comes late."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__("ID module", IdModuleControl, (host, port))
        # Replaced whole by the GUI's thread: the hand's sees the old or the new one.
        self._wanted = IdAct(0)
        self._done = 0

    def want(self, file: Path | None) -> int:
        """Have this card lie there, or none; gives the act's number."""
        self._wanted = IdAct(self._wanted.number + 1, file)
        # Where too much waits already, the next look does it.
        self.ask(self._wanted)
        return self._wanted.number

    def begin(self, control: IdModuleControl) -> IdSeen:
        # Another process may be there, which knows of no card.
        self._done = 0
        try:
            return self.look(control)
        except RequestRefused:
            # It was asked, and is not asked again: this look says what lies there.
            return self.look(control)

    def look(self, control: IdModuleControl) -> IdSeen:
        wanted = self._wanted
        if wanted.number != self._done:
            return self.do(control, wanted)
        return IdSeen(control.state(), wanted.number)

    def do(self, control: IdModuleControl, _act: IdAct) -> IdSeen:
        """What is wanted by now, whatever was asked before."""
        wanted = self._wanted
        # Before it is done: what the module refuses is not asked again.
        self._done = wanted.number
        state = control.lift() if wanted.file is None else control.lay(wanted.file)
        return IdSeen(state, wanted.number)
