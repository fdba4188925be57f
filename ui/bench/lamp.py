"""What a device of the bench says of itself: a lamp, and words beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from ui.theme import Role


class Lamp(Enum):
    """A lamp's colour on a device's dark body, and on paper."""

    GOOD = ("#57D08F", Role.GOOD)
    BUSY = ("#5AB0FF", Role.ACCENT)
    ATTENTION = ("#FFC04D", Role.ATTENTION)
    PROBLEM = ("#FF8A80", Role.PROBLEM)
    DARK = ("#7C8694", Role.QUIET)

    def __init__(self, on_dark: str, on_paper: Role) -> None:
        self.on_dark = on_dark
        self.on_paper = on_paper


BODY_SHADE: Final = "#0A1226"
"""Slits and screens in a device's dark body."""


@dataclass(frozen=True, slots=True)
class Said:
    """The one thing that is to be said of a device."""

    words: str
    lamp: Lamp
    short: str = ""
    """For where there is little room."""

    @property
    def brief(self) -> str:
        return self.short or self.words
