"""What a virtual sound box shows, as its control port sends it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from drivers.virtual.control_port import BadAnswer
from drivers.voices.voice import Outlet


@dataclass(frozen=True, slots=True)
class Said:
    """A sound that is heard, or was."""

    number: int
    """Of all that the box played, from 1."""
    at: str
    """When it began: ISO 8601, in UTC."""
    outlet: Outlet
    text: str
    language: str
    seconds: float
    """Of the whole sound."""
    stopped_after: float | None = None
    """Seconds of it that were heard; None where it was heard whole, or is being heard."""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Said:
        """Read a line that `to_json` wrote. Raises BadAnswer where it is another one."""
        try:
            fields = json.loads(line)
            return cls(**{**fields, "outlet": Outlet(fields["outlet"])})
        except (ValueError, TypeError, KeyError) as error:
            raise BadAnswer(line) from error


@dataclass(frozen=True, slots=True)
class SoundBoxState:
    """One moment of a virtual sound box."""

    headphones: bool
    connected: bool
    """A terminal is."""
    saying: Said | None
    """What is being heard now."""
    heard_s: float
    """Seconds of it, so far."""
    ended: int
    """How many sounds have."""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> SoundBoxState:
        """Read a line that `to_json` wrote. Raises BadAnswer where it is another one."""
        try:
            fields = json.loads(line)
            saying = fields["saying"]
            return cls(**{**fields, "saying": saying and Said.from_json(json.dumps(saying))})
        except (ValueError, TypeError, KeyError) as error:
            raise BadAnswer(line) from error
