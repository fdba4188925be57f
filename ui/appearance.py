"""What a resident chose for eyes and ears; ends with the session."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.text import CHINESE, Language
from ui.metrics import TextSize
from ui.theme import Contrast


@dataclass(frozen=True, slots=True)
class Appearance:
    """How everything is shown: text size, contrast and language."""

    text_size: TextSize = TextSize.STANDARD
    contrast: Contrast = Contrast.STANDARD
    language: Language = CHINESE


AS_IT_IS = Appearance()
"""What everybody finds."""
