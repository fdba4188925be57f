"""What a person does at the screen: the events that the window sends.

Apart from the others, which the first page needs none of.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class WithoutCardWanted:
    """没有带卡, touched; the runner makes a `WithoutCard` of it."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An answer to the step with this serial."""

    serial: int
    key: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed, as the answer to the step with this serial."""

    serial: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScanRead:
    """A scanner read something. It answers a step that takes scans and is to be seen; at any other time it is
    nobody's, and is not kept."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BackWanted:
    serial: int


class ExitWanted:
    """退出"""


class HelpWanted:
    """帮助"""


class StillHere:
    """我还在: the answer to the idle warning, or any touch that is no answer."""


@dataclass(frozen=True, slots=True)
class SlowWanted:
    """慢一点"""

    slow: bool


@dataclass(frozen=True, slots=True)
class GiveUpWanted:
    """不缴了: while a payment is being asked; what becomes of it is still its own outcome."""

    serial: int
