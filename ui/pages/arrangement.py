"""How the blocks of a step stand on its pages: on one, if there is any way to that."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize

from kiosk.conversation.content import Block, Facts, Notice, Tiles, Words
from ui.blocks.build import Builder
from ui.blocks.part import Part
from ui.metrics import Space
from ui.pages.pager import Leaf, bounded, paginate

_COLUMN_EMS = 26
"""The least width of each of two columns."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What stands on each page: one leaf, or two side by side."""

    builder: Builder
    """Of the widgets, as wide as a leaf."""
    spreads: tuple[tuple[Leaf, ...], ...]
    width: int
    """Of what they take, all leaves of a spread together."""


@dataclass(frozen=True, slots=True)
class Arranger:
    """Chooses by measured heights what is best to read; what was made for it is shown."""

    builder: Builder
    """As wide as what the blocks take by themselves, beside a picture if there is one."""
    blocks: tuple[Block, ...]
    room: QSize
    """For blocks; a pager, where there is one, is below it."""

    def one_page(self) -> Arrangement | None:
        """As the blocks are; over the whole width, for words go before a picture; tiles without hints, for
        what is on a second page many never see; in two columns. None where nothing helps."""
        if self._holds(self.builder, self.blocks):
            return self._spread(self.builder, self.blocks)
        if self._beside_something:
            wide = replace(self.builder, width=self.room.width())
            if self._holds(wide, self.blocks):
                return self._spread(wide, self.blocks)
        if self._tiles and self._holds(self.builder, self.blocks, brief_tiles=True):
            return self._spread(self.builder, self.blocks)
        if self._may_stand_in_columns:
            beside = self._in_columns()
            return beside if len(beside.spreads) == 1 else None
        return None

    def several_pages(self) -> Arrangement:
        """Tiles before what is only read, where all of them then stand on the first; in larger letters also
        where pages are saved."""
        if self._may_stand_in_columns:
            return self._in_columns()
        if not self._tiles:
            return self._spread(self.builder, self.blocks)
        first = tuple(block for block in self.blocks if isinstance(block, Notice | Tiles))
        moved = (*first, *(block for block in self.blocks if block not in first))
        if self._holds(self.builder, first, brief_tiles=True):
            return self._spread(self.builder, moved)
        # The builder makes what is chosen: its tiles are brief only where the last word is theirs.
        saved = self._spread(self.builder, moved) if self.builder.style.metrics.large else None
        self.builder.brief_tiles = False
        as_they_are = self._spread(self.builder, self.blocks)
        if saved is None or len(saved.spreads) >= len(as_they_are.spreads):
            return as_they_are
        self.builder.brief_tiles = True
        return saved

    @property
    def about(self) -> int:
        """How many pages it may be; at least so many for what can be cut anywhere."""
        parts = self._parts(self.builder, self.blocks)
        return max(len(parts) and 1, math.ceil(self._height(self.builder, parts) / self.room.height()))

    def _holds(self, builder: Builder, blocks: Iterable[Block], *, brief_tiles: bool = False) -> bool:
        """Whether one page does."""
        builder.brief_tiles = brief_tiles
        parts = self._parts(builder, blocks)
        # What is bounded is continued on another page.
        one_each = len({id(part.block) for part in parts}) == len(parts)
        return one_each and self._height(builder, parts) <= self.room.height()

    def _parts(self, builder: Builder, blocks: Iterable[Block]) -> list[Part]:
        builder.most = self.room.height()
        return [
            part
            for block in blocks
            for whole in builder.parted(block)
            for part in bounded(builder.whole(whole))
        ]

    @staticmethod
    def _height(builder: Builder, parts: list[Part]) -> int:
        gaps = builder.style.space(Space.APART) * max(0, len(parts) - 1)
        return gaps + sum(builder.height(part) for part in parts)

    @property
    def _beside_something(self) -> bool:
        return self.builder.width < self.room.width()

    @property
    def _tiles(self) -> bool:
        return any(isinstance(block, Tiles) for block in self.blocks)

    @property
    def _may_stand_in_columns(self) -> bool:
        """On a wide screen two columns of reading are better than a second page."""
        reading = all(isinstance(block, Words | Facts) for block in self.blocks)
        wide = self._column_width >= _COLUMN_EMS * self.builder.style.metrics.em()
        return reading and wide and not self._beside_something

    @property
    def _column_width(self) -> int:
        return (self.room.width() - self.builder.style.space(Space.FAR)) // 2

    def _in_columns(self) -> Arrangement:
        builder = replace(self.builder, width=self._column_width)
        leaves = self._leaves(builder, self.blocks)
        spreads = (leaves[first : first + 2] for first in range(0, len(leaves), 2))
        return Arrangement(builder, tuple(spreads), self.room.width())

    def _spread(self, builder: Builder, blocks: Iterable[Block]) -> Arrangement:
        spreads = ((leaf,) for leaf in self._leaves(builder, blocks))
        return Arrangement(builder, tuple(spreads), builder.width)

    def _leaves(self, builder: Builder, blocks: Iterable[Block]) -> tuple[Leaf, ...]:
        return paginate(builder, self._parts(builder, blocks), self.room.height())
