"""How everything on the screen is made: sizes, colours and language together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont

from kiosk.domain.text import Language, Text, is_public
from ui.metrics import Metrics, Scale, Space
from ui.theme import Role, Theme
from ui.typeface import font, measure

_WORD = re.compile(r"[!-~\u00c0-\u024f]+")


class Worded(str):
    """What stands on the screen and may be said aloud; whatever is made of it is no `Worded` any more."""

    __slots__ = ()


def may_be_heard(words: str) -> bool:
    """Whether anybody may hear it; said of nothing at all, yes."""
    return not words or isinstance(words, Worded)


@dataclass(frozen=True, slots=True)
class Style:
    """Handed to every widget; a change of size or contrast makes a new one, and new widgets."""

    metrics: Metrics
    theme: Theme
    language: Language

    def say(self, text: Text) -> str:
        """In the language of the screen; a `Worded`, where anybody may hear it."""
        said = text.render(self.language)
        return Worded(said) if is_public(text) else said

    def colour(self, role: Role) -> QColor:
        return QColor(self.theme[role])

    def font(self, scale: Scale = Scale.TEXT, *, bold: bool = False) -> QFont:
        return font(self.metrics.em(scale), bold=bold)

    def space(self, space: Space) -> int:
        return self.metrics.space(space)

    def width(self, text: str, scale: Scale = Scale.TEXT, *, bold: bool = False) -> int:
        """How wide `text` is in one line, in pixels."""
        return measure(self.metrics.em(scale), bold=bold).horizontalAdvance(text)

    def widest_word(self, text: str, scale: Scale = Scale.TEXT, *, bold: bool = False) -> int:
        """How wide is what no line can break: a word of Latin letters, a number; 0 where each sign stands for
        itself."""
        return max((self.width(word, scale, bold=bold) for word in _WORD.findall(text)), default=0)

    def line_height(self, scale: Scale = Scale.TEXT) -> int:
        return measure(self.metrics.em(scale), bold=False).lineSpacing()
