"""What supervisor and front tell each other: arguments, the front's stdin and stdout, and its exit code."""

from __future__ import annotations

import enum
import json
from dataclasses import asdict, dataclass

EX_CONFIG = 78
"""sysexits.h: something in the settings is wrong; starting again will not mend it."""
BEAT = b"painted\n"
"""The front writes this after it has painted: it is alive, and its screen too."""
BEAT_EVERY_S = 5.0


class FrontExit(enum.IntEnum):
    """What a front's exit code says to the supervisor."""

    OVER = 0
    CARD_FORGOTTEN = 3
    """The card is still in: the next front must not take it for a new resident's."""
    CONFIGURATION = EX_CONFIG


@dataclass(frozen=True, slots=True)
class FirstPage:
    """All that the first page needs of the settings. The supervisor has read them; the front reads them again
    when its first page stands."""

    place: str
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    id_reader: bool = False
    """An ID card 身份证 opens a session too."""

    def to_argument(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_argument(cls, text: str) -> FirstPage:
        """Of what `to_argument` gave; the supervisor alone writes it."""
        return cls(**json.loads(text))
