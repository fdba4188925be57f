"""What a virtual SAM-V module shows, as its control port sends it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from drivers.virtual.control_port import BadAnswer


@dataclass(frozen=True, slots=True)
class IdModuleState:
    """One moment of a virtual module."""

    card: str | None
    """The file's name of the card that lies there; None where none does."""
    commands: int
    """How many met this card since it was laid."""
    reading: bool
    """The card is selected and has not given its content yet, or an answer is under way."""
    on: bool
    """It has power."""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> IdModuleState:
        """Read a line that `to_json` wrote. Raises BadAnswer where it is another one."""
        try:
            return cls(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise BadAnswer(line) from error
