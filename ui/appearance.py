"""What a resident chose for eyes and ears; ends with the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.text import CHINESE, Language
from ui import wording
from ui.metrics import TextSize
from ui.theme import Contrast

if TYPE_CHECKING:
    from kiosk.languages.catalogue import SelectableLanguage


@dataclass(frozen=True, slots=True)
class Appearance:
    """How everything is shown: text size, contrast and language."""

    text_size: TextSize = TextSize.STANDARD
    contrast: Contrast = Contrast.STANDARD
    language: Language = CHINESE

    def next_language(self, others: tuple[SelectableLanguage, ...]) -> tuple[Language, str]:
        """The one after the present one, `others` beside Chinese, and its own name; no name where there is no
        other."""
        every: list[tuple[Language, str]] = [(CHINESE, wording.CHINESE_NAME)]
        every += [(one, one.name) for one in others]
        codes = [one.code for one, _ in every]
        following = every[(codes.index(self.language.code) + 1) % len(every)]
        return following if others else (CHINESE, "")


AS_IT_IS = Appearance()
"""What everybody finds."""
