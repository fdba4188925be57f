"""From a `Text` to what a voice is handed: amounts, days and numbers in words that it cannot read wrongly."""

from __future__ import annotations

from kiosk.domain.text import Language, Text
from kiosk.speech import chinese, other


def aloud(text: Text, language: Language) -> str:
    """`text` in words for the ear; empty where it holds nothing but signs for the eye."""
    if language.code.partition("-")[0] == "zh":
        return chinese.read(text.render(chinese.ChineseForTheEar(language)))
    return other.read(text.render(other.OtherForTheEar(language)), language)
