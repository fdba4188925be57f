"""Sizes in millimetres of the screen, never in pixels (docs/facts/people-and-screen.md §1, §2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, IntEnum

CAP_HEIGHT = 0.733
"""Height of a capital letter of Noto Sans CJK, as a part of the em."""
TARGET_MM = 12.7
LARGE_TARGET_MM = 15.0
GAP_MM = 2.54
"""The least distance between two things that can be touched."""
_RATIO = 1.25
_LARGE_RATIO = 1.15


class TextSize(Enum):
    """大字: the height of a capital letter in millimetres."""

    STANDARD = 4.8
    LARGE = 6.4
    LARGEST = 8.5

    @property
    def next(self) -> TextSize:
        """The size after this one; after the largest the first again."""
        sizes = list(TextSize)
        return sizes[(sizes.index(self) + 1) % len(sizes)]


class Scale(IntEnum):
    """The four sizes of text; each a step above the one before."""

    TEXT = 0
    LEAD = 1
    TITLE = 2
    DISPLAY = 3


class Space(Enum):
    """The rhythm of distances, in millimetres."""

    HAIR = 2.0
    TIGHT = 3.0
    NEAR = 4.0
    APART = 6.0
    FAR = 10.0
    WIDE = 16.0


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen as it was measured: pixels and millimetres."""

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float

    @property
    def px_per_mm(self) -> float:
        """The coarser of the two directions, so that nothing comes out smaller than meant."""
        return max(self.width_px / self.width_mm, self.height_px / self.height_mm)

    @property
    def portrait(self) -> bool:
        return self.height_px > self.width_px


@dataclass(frozen=True, slots=True)
class Metrics:
    """Every size on the screen, in pixels, for one screen and one size of text."""

    screen: Screen
    text_size: TextSize = TextSize.STANDARD

    def px(self, mm: float) -> int:
        """At least `mm` millimetres."""
        return math.ceil(mm * self.screen.px_per_mm)

    def space(self, space: Space) -> int:
        return self.px(space.value)

    def em(self, scale: Scale = Scale.TEXT) -> int:
        """The pixel size of a font."""
        ratio = _RATIO if self.text_size is TextSize.STANDARD else _LARGE_RATIO
        return self.px(self.text_size.value / CAP_HEIGHT * ratio**scale)

    @property
    def large(self) -> bool:
        return self.text_size is not TextSize.STANDARD

    @property
    def target(self) -> int:
        """The least width and height of anything that can be touched."""
        return self.px(LARGE_TARGET_MM if self.large else TARGET_MM)

    @property
    def margin(self) -> int:
        """From the screen's edge to everything on it."""
        return self.space(Space.FAR)

    @property
    def radius(self) -> int:
        return self.px(3.0)

    @property
    def line(self) -> int:
        """The width of a rule: a third of a millimetre."""
        return self.px(0.3)

    @property
    def icon(self) -> int:
        """The side of an icon that stands beside words."""
        return max(self.px(10.0), self.em())
