"""In which appearances pages are looked at: every pair of values at least once, or all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from kiosk.domain.text import CHINESE, Language
from ui.appearance import Appearance
from ui.metrics import Screen, TextSize
from ui.theme import Contrast

SCREENS = (
    Screen(1280, 1024, 338, 270),
    Screen(1080, 1920, 268, 476),
    Screen(1920, 1080, 476, 268),
)


@dataclass(frozen=True)
class Setting:
    """One screen, and how everything is shown on it."""

    screen: Screen
    appearance: Appearance

    def __str__(self) -> str:
        shown = self.appearance
        return (
            f"{self.screen.width_px}x{self.screen.height_px} {shown.text_size.name} "
            f"{shown.contrast} {shown.language.code}"
        )


def every_setting(languages: tuple[Language, ...]) -> tuple[Setting, ...]:
    return tuple(
        Setting(screen, Appearance(size, contrast, language))
        for screen, size, contrast, language in product(SCREENS, TextSize, Contrast, (CHINESE, *languages))
    )


def pairwise(page: int, languages: tuple[Language, ...]) -> Iterator[Setting]:
    """Three settings for the page with this number: each screen, size and contrast, and two languages.

    Over nine pages in a row every screen meets every size, every contrast and every language, and so on: a
    Latin square turned by the page's number.
    """
    sizes, contrasts, spoken = list(TextSize), list(Contrast), (CHINESE, *languages)
    for i, screen in enumerate(SCREENS):
        size = sizes[(i + page) % len(sizes)]
        contrast = contrasts[(2 * i + page + page // 3) % len(contrasts)]
        language = spoken[(i + page // 9) % len(spoken)]
        yield Setting(screen, Appearance(size, contrast, language))
