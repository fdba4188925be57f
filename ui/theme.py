"""Colours by role, and which of them may stand on which (docs/facts/people-and-screen.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.conversation.signs import Tone


class Contrast(StrEnum):
    """高对比: each ground and what stands on it, for eyes that need more than the standard."""

    STANDARD = "standard"
    HIGH = "high"
    """Light on black."""
    HIGH_LIGHT = "high-light"
    """Dark on white, for whom light letters on black run together."""

    @property
    def high(self) -> bool:
        """Whether every ground has one colour, so that edges show what the grounds do not."""
        return self is not Contrast.STANDARD

    @property
    def required(self) -> float:
        """The least ratio of luminances between what is read and what it stands on."""
        return 7.0 if self.high else 4.5

    @property
    def next(self) -> Contrast:
        """The one after this; after the last the first again."""
        every = list(Contrast)
        return every[(every.index(self) + 1) % len(every)]


class Role(StrEnum):
    """What a colour is for."""

    PAPER = "paper"
    """The page itself."""
    SURFACE = "surface"
    """What lies on the page: cards, panels, bars."""
    SUNK = "sunk"
    """What can be touched within a surface."""
    INK = "ink"
    QUIET = "quiet"
    """Second-rank words: labels, hints, the breadcrumb."""
    LINE = "line"
    ACCENT = "accent"
    ACCENT_PRESSED = "accent-pressed"
    ON_ACCENT = "on-accent"
    ACCENT_TINT = "accent-tint"
    GOOD = "good"
    GOOD_TINT = "good-tint"
    ATTENTION = "attention"
    ATTENTION_TINT = "attention-tint"
    PROBLEM = "problem"
    PROBLEM_TINT = "problem-tint"


@dataclass(frozen=True, slots=True)
class Theme:
    contrast: Contrast
    colours: Mapping[Role, str]
    """`#RRGGBB` of each role."""

    def __getitem__(self, role: Role) -> str:
        return self.colours[role]


STANDARD = Theme(
    Contrast.STANDARD,
    {
        Role.PAPER: "#F6F7F9",
        Role.SURFACE: "#FFFFFF",
        Role.SUNK: "#EEF2F7",
        Role.INK: "#14213D",
        Role.QUIET: "#4A5568",
        Role.LINE: "#D5DBE3",
        Role.ACCENT: "#0B5CAD",
        Role.ACCENT_PRESSED: "#084A8C",
        Role.ON_ACCENT: "#FFFFFF",
        Role.ACCENT_TINT: "#E7F0FA",
        Role.GOOD: "#176F45",
        Role.GOOD_TINT: "#E6F4EC",
        Role.ATTENTION: "#8A5200",
        Role.ATTENTION_TINT: "#FFF4DF",
        Role.PROBLEM: "#B3261E",
        Role.PROBLEM_TINT: "#FDECEA",
    },
)
HIGH = Theme(
    Contrast.HIGH,
    {
        Role.PAPER: "#000000",
        Role.SURFACE: "#000000",
        Role.SUNK: "#000000",
        Role.INK: "#FFFFFF",
        Role.QUIET: "#FFFFFF",
        Role.LINE: "#FFFFFF",
        Role.ACCENT: "#FFD400",
        Role.ACCENT_PRESSED: "#FFFFFF",
        Role.ON_ACCENT: "#000000",
        Role.ACCENT_TINT: "#000000",
        Role.GOOD: "#FFFFFF",
        Role.GOOD_TINT: "#000000",
        Role.ATTENTION: "#FFD400",
        Role.ATTENTION_TINT: "#000000",
        Role.PROBLEM: "#FFD400",
        Role.PROBLEM_TINT: "#000000",
    },
)
HIGH_LIGHT = Theme(
    Contrast.HIGH_LIGHT,
    {
        Role.PAPER: "#FFFFFF",
        Role.SURFACE: "#FFFFFF",
        Role.SUNK: "#FFFFFF",
        Role.INK: "#000000",
        Role.QUIET: "#000000",
        Role.LINE: "#000000",
        Role.ACCENT: "#00308F",
        Role.ACCENT_PRESSED: "#000000",
        Role.ON_ACCENT: "#FFFFFF",
        Role.ACCENT_TINT: "#FFFFFF",
        Role.GOOD: "#00421F",
        Role.GOOD_TINT: "#FFFFFF",
        Role.ATTENTION: "#5C3300",
        Role.ATTENTION_TINT: "#FFFFFF",
        Role.PROBLEM: "#8A0000",
        Role.PROBLEM_TINT: "#FFFFFF",
    },
)
THEMES: Mapping[Contrast, Theme] = {theme.contrast: theme for theme in (STANDARD, HIGH, HIGH_LIGHT)}

_GROUNDS = (Role.PAPER, Role.SURFACE, Role.SUNK)
_TINTS = (Role.ACCENT_TINT, Role.GOOD_TINT, Role.ATTENTION_TINT, Role.PROBLEM_TINT)
PAIRS: tuple[tuple[Role, Role], ...] = (
    *((ink, ground) for ink in (Role.INK, Role.QUIET, Role.ACCENT) for ground in (*_GROUNDS, *_TINTS)),
    *((tone, ground) for tone in (Role.GOOD, Role.ATTENTION, Role.PROBLEM) for ground in _GROUNDS),
    (Role.GOOD, Role.GOOD_TINT),
    (Role.ATTENTION, Role.ATTENTION_TINT),
    (Role.PROBLEM, Role.PROBLEM_TINT),
    (Role.ON_ACCENT, Role.ACCENT),
    (Role.ON_ACCENT, Role.ACCENT_PRESSED),
)
"""Every pair (what is read, what it stands on) that the screen uses."""

TONE_INK: Mapping[Tone, Role] = {
    Tone.PLAIN: Role.INK,
    Tone.GOOD: Role.GOOD,
    Tone.ATTENTION: Role.ATTENTION,
    Tone.PROBLEM: Role.PROBLEM,
}
TONE_GROUND: Mapping[Tone, Role] = {
    Tone.PLAIN: Role.ACCENT_TINT,
    Tone.GOOD: Role.GOOD_TINT,
    Tone.ATTENTION: Role.ATTENTION_TINT,
    Tone.PROBLEM: Role.PROBLEM_TINT,
}


def contrast(one: str, other: str) -> float:
    """The ratio of the luminances of two `#RRGGBB`, 1 to 21 (WCAG 2.1, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
