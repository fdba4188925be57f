"""The hand at a virtual SAM-V module: a client of its control port."""

from __future__ import annotations

import json
from pathlib import Path

from drivers.virtual.control_port import ControlClient
from drivers.virtual.sam_v_state import IdModuleState


class IdModuleControl(ControlClient):
    """One connection to a control port. Every method returns the state after it, and raises as `ask` does."""

    def state(self) -> IdModuleState:
        """What there is to see."""
        return self._do("state")

    def lay(self, file: Path) -> IdModuleState:
        """Lay the ID card that this file describes; one that lies there is lifted first."""
        return self._do("lay", file=str(file.absolute()))

    def lift(self) -> IdModuleState:
        """Take the card away."""
        return self._do("lift")

    def power(self, *, on: bool) -> IdModuleState:
        """Cut the module's power, or give it back."""
        return self._do("module", on=on)

    def _do(self, what: str, /, **arguments: object) -> IdModuleState:
        return IdModuleState.from_json(json.dumps(dict(self.ask(what, **arguments))))
