"""What would be higher than a page, as several blocks that are not: only larger letters ever need it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.conversation.content import Block, Notice, Words
from kiosk.domain.text import Text
from ui.blocks.notice import NoticeStrip
from ui.blocks.words import Paragraphs, parted
from ui.metrics import Scale
from ui.parts import height_of
from ui.style import Style


@dataclass(frozen=True, slots=True)
class Parting:
    """For pages of one width, and at most so high, in pixels."""

    style: Style
    width: int
    most: int

    def of(self, block: Block) -> tuple[Block, ...]:
        """The block itself where it fits, or can be continued on the next page as it is."""
        match block:
            case Words(numbered=False) as words:
                paragraphs = tuple(part for one in words.paragraphs for part in self._parted(words, one))
                same = paragraphs == words.paragraphs
                return (words if same else replace(words, paragraphs=paragraphs),)
            case Notice() as notice if notice.lines and not self._holds(notice):
                rest = Words(notice.lines)
                return (replace(notice, lines=()), *self.of(rest))
            case _:
                return (block,)

    def holds_at(self, words: Words, scale: Scale) -> bool:
        """Whether no paragraph is higher than a page, set in this size."""
        alone = (slice(i, i + 1) for i in range(len(words.paragraphs)))
        made = (Paragraphs(self.style, words, one, self.width, scale=scale) for one in alone)
        return all(height_of(one, self.width) <= self.most for one in made)

    def _holds(self, notice: Notice) -> bool:
        made = NoticeStrip(self.style, notice, self.width, lambda _: None, scale=Scale.TEXT)
        return height_of(made, self.width) <= self.most

    def _parted(self, words: Words, paragraph: Text) -> tuple[Text, ...]:
        def fits(texts: Iterable[Text]) -> bool:
            return self.holds_at(replace(words, paragraphs=tuple(texts)), Scale.TEXT)

        return parted(paragraph, self.style.say(paragraph), fits)
