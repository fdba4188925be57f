"""What would be higher than a page, as several blocks that are not: only larger letters ever need it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.conversation.content import Block, Notice, Words
from kiosk.domain.text import Text
from ui.blocks.heights import Heights
from ui.blocks.notice import NoticeStrip
from ui.blocks.words import Paragraphs, parted
from ui.metrics import Metrics, Scale
from ui.parts import height_of
from ui.style import Style


@dataclass(frozen=True, slots=True)
class Parting:
    """For pages of one width."""

    style: Style
    width: int
    heights: Heights

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
        alone = replace(words, paragraphs=(words.paragraphs[i],))

        def measure() -> int:
            made = Paragraphs(self.style, alone, slice(0, 1), self.width, scale=scale)
            return height_of(made, self.width)

        return self.heights.of((alone, scale, *self._set), measure)

    def _height(self, notice: Notice) -> int:
        def measure() -> int:
            made = NoticeStrip(self.style, notice, self.width, lambda _: None, scale=Scale.TEXT)
            return height_of(made, self.width)

        return self.heights.of((notice, *self._set), measure)

    @property
    def _set(self) -> tuple[int, Metrics, str]:
        return self.width, self.style.metrics, self.style.language.code

    def _parted(self, words: Words, paragraph: Text, most: int) -> tuple[Text, ...]:
        def fits(texts: Iterable[Text]) -> bool:
            return self.holds_at(replace(words, paragraphs=tuple(texts)), Scale.TEXT, most)

        return parted(paragraph, self.style.say(paragraph), fits)
