"""What would be higher than a page, as several blocks that are not: only larger letters ever need it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kiosk.conversation.content import Block, Notice, Words
from kiosk.domain.text import Text
from ui.blocks.notice import NoticeStrip
from ui.blocks.words import Paragraphs, parted
from ui.metrics import Scale
from ui.parts import height_of
from ui.style import Style

_Key = tuple[str, Scale, bool, bool, str]


@dataclass(slots=True)
class Parting:
    """For pages of one width. Nothing is drawn twice to be measured."""

    style: Style
    width: int
    _notices: dict[int, tuple[Notice, int]] = field(default_factory=dict, init=False)
    """With the notice, so that it lives as long as its name."""
    _paragraphs: dict[_Key, int] = field(default_factory=dict, init=False)

    def of(self, block: Block, most: int) -> tuple[Block, ...]:
        """The block itself where pages `most` pixels high hold it, or can be continued on the next page as
        it is."""
        match block:
            case Words(numbered=False) as words:
                paragraphs = tuple(
                    part for one in words.paragraphs for part in self._parted(words, one, most)
                )
                same = paragraphs == words.paragraphs
                return (words if same else replace(words, paragraphs=paragraphs),)
            case Notice() as notice if notice.lines and self._height(notice) > most:
                rest = Words(notice.lines)
                return (replace(notice, lines=()), *self.of(rest, most))
            case _:
                return (block,)

    def holds_at(self, words: Words, scale: Scale, most: int) -> bool:
        """Whether no paragraph is higher than a page, set in this size."""
        return all(self._height_at(words, i, scale) <= most for i in range(len(words.paragraphs)))

    def _height_at(self, words: Words, i: int, scale: Scale) -> int:
        say = self.style.say
        heading = "" if words.heading is None else say(words.heading)
        # An icon or a number before it is as wide whichever it is.
        key = say(words.paragraphs[i]), scale, words.icon is not None, words.numbered, heading
        if key not in self._paragraphs:
            made = Paragraphs(self.style, words, slice(i, i + 1), self.width, scale=scale)
            self._paragraphs[key] = height_of(made, self.width)
        return self._paragraphs[key]

    def _height(self, notice: Notice) -> int:
        if id(notice) not in self._notices:
            made = NoticeStrip(self.style, notice, self.width, lambda _: None, scale=Scale.TEXT)
            self._notices[id(notice)] = notice, height_of(made, self.width)
        return self._notices[id(notice)][1]

    def _parted(self, words: Words, paragraph: Text, most: int) -> tuple[Text, ...]:
        def fits(texts: Iterable[Text]) -> bool:
            return self.holds_at(replace(words, paragraphs=tuple(texts)), Scale.TEXT, most)

        return parted(paragraph, self.style.say(paragraph), fits)
