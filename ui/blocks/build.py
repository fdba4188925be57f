"""From a part of a block to its widget, and how many units fit into a height."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from drivers.printers.paper import Paper
from kiosk.conversation.content import (
    Answers,
    Block,
    Cards,
    Facts,
    ForPhone,
    Grid,
    Notice,
    Sheet,
    Tiles,
    Words,
)
from ui import wording
from ui.blocks import cards, sheet, tiles
from ui.blocks.answers import AnswerTable
from ui.blocks.card_table import CardTable, as_table
from ui.blocks.cards import CardRow
from ui.blocks.code_modules import modules_of
from ui.blocks.code_picture import CodePicture
from ui.blocks.facts import FactTable
from ui.blocks.grid import GridBoard
from ui.blocks.heights import Heights
from ui.blocks.notice import NoticeStrip
from ui.blocks.part import Answer, PaintPaper, Part
from ui.blocks.parting import Parting
from ui.blocks.sheet import PaperSheet
from ui.blocks.tiles import TileBoard
from ui.blocks.words import Paragraphs
from ui.metrics import Scale
from ui.parts import height_of
from ui.style import Style

_FEWEST_ROWS = 8 * 30
"""Eight lines of a paper: fewer at the foot of a page are no preview."""
_CODE_MM = 55.0
"""With what surrounds it."""
_LEAST_CODE_MM = 28.0
"""Of a code beside words: modules of more than 1 mm, for a telephone held at half an arm's length."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a block is made where a page is so wide and high; parts of one manner are equally high."""

    scale: Scale = Scale.TEXT
    columns: int = 1
    table: bool = False
    """Cards as the rows of one."""
    brief: bool = False
    """Tiles without hints."""
    side: int = 0
    """Of a code, in pixels."""


_PartName = tuple[int, int, int, Manner]
"""A part by its block's id, which is asked for more often than anything else."""


@dataclass(slots=True)
class _Made:
    """What was made to be measured, and is yet to be shown. With each thing stands its block, so that this
    lives as long as its id."""

    parting: Parting
    heights: dict[_PartName, tuple[Part, int]] = field(default_factory=dict)
    widgets: dict[_PartName, QWidget] = field(default_factory=dict)
    cards: dict[int, tuple[Cards, Manner]] = field(default_factory=dict)
    parted: dict[tuple[int, int], tuple[Block, tuple[Block, ...]]] = field(default_factory=dict)
    papers: dict[int, tuple[Paper, QImage]] = field(default_factory=dict)


@dataclass(slots=True)
class Builder:
    """Makes the widgets of one page's blocks, all of one width. A page is laid out again when it needs a
    pager: nothing is made twice to be measured."""

    style: Style
    width: int
    answer: Answer
    paint_paper: PaintPaper
    heights: Heights
    words_scale: Scale = Scale.TEXT
    brief_tiles: bool = False
    most: int = 1_000_000
    """How high a page is: what would be higher alone is made smaller."""
    _made: _Made = field(init=False)

    def __post_init__(self) -> None:
        self._made = _Made(Parting(self.style, self.width, self.heights))

    def parted(self, block: Block) -> tuple[Block, ...]:
        """The same, with nothing that is higher than a page and cannot be continued on the next."""
        if not self.style.metrics.large:
            return (block,)
        key, made = (id(block), self.most), self._made.parted
        if key not in made:
            made[key] = block, self._made.parting.of(block, self.most)
        return made[key][1]

    def whole(self, block: Block) -> Part:
        return Part(block, 0, self._units(block))

    def height(self, part: Part) -> int:
        """How high `part` is; a widget that was made for it is kept for `build`."""
        return self._height(part, self._manner(part.block))

    def build(self, part: Part) -> QWidget:
        manner = self._manner(part.block)
        kept = self._made.widgets.pop(_name(part, manner), None)
        return self._make(part, manner) if kept is None else kept

    def forget_measured(self) -> None:
        """Lets go of what was made only to be measured."""
        self._made.widgets.clear()

    def _height(self, part: Part, manner: Manner) -> int:
        name, heights = _name(part, manner), self._made.heights

        def measure() -> int:
            widget = self._made.widgets[name] = self._make(part, manner)
            return height_of(widget, self.width)

        if name not in heights:
            # A paper is long to compare, and made at once.
            key = (part, manner, self.width, self.style.metrics, self.style.language.code)
            high = measure() if isinstance(part.block, Sheet) else self.heights.of(key, measure)
            heights[name] = part, high
        return heights[name][1]

    def _manner(self, block: Block) -> Manner:
        match block:
            case Notice():
                large = Manner(Scale.LEAD)
                return large if self._height(Part(block, 0, 1), large) <= self.most else Manner()
            case Words():
                return Manner(self._scale_of(block))
            case Facts():
                return self._manner_of_facts(block)
            case Cards():
                return self._manner_of_cards(block)
            case Tiles():
                return self._manner_of_tiles(block)
            case ForPhone():
                # As small as reads well: words stand beside it. Smaller, where a page is lower than that.
                return Manner(side=min(self.style.metrics.px(_CODE_MM), self.most))
            case _:
                return Manner()

    def _scale_of(self, words: Words) -> Scale:
        """Smaller, where one of its paragraphs would be higher than a page."""
        wanted = self.words_scale
        if wanted is Scale.TEXT or not self.style.metrics.large:
            return wanted
        return wanted if self._made.parting.holds_at(words, wanted, self.most) else Scale.TEXT

    def _manner_of_facts(self, block: Facts) -> Manner:
        """Under a smaller heading, where a row of it would be higher than a page."""
        large = Manner(Scale.LEAD)
        if block.heading is None or not self.style.metrics.large:
            return large
        count = len(block.facts)
        if self._height(Part(block, 0, count), large) <= self.most:
            return large
        rows = (Part(block, i, i + 1) for i in range(count))
        return large if all(self._height(row, large) <= self.most for row in rows) else Manner()

    def _manner_of_cards(self, block: Cards) -> Manner:
        made = self._made.cards
        if id(block) not in made:
            table = as_table(self.style, block, self.width)
            columns = 1 if table else cards.columns_of(self.style, block, self.width)
            made[id(block)] = block, Manner(columns=columns, table=table)
        return made[id(block)][1]

    def _manner_of_tiles(self, block: Tiles) -> Manner:
        """In one column, where beside each other they would be higher than a page: then their words have the
        whole width."""
        columns = tiles.fitting_columns(self.style, block, self.width)
        beside, single = Manner(columns=columns, brief=self.brief_tiles), Manner(brief=self.brief_tiles)
        if columns == 1 or not self.style.metrics.large:
            return beside
        for board in tiles.boards_of(len(block.tiles)):
            part = Part(block, board.start, board.stop)
            height = self._height(part, beside)
            if tiles.height_of_each(self.style, height, part.length, columns) > self.most:
                return single
        return beside

    def _make(self, part: Part, manner: Manner) -> QWidget:
        style, width = self.style, self.width
        match part.block:
            case Notice() as notice:
                return NoticeStrip(style, notice, width, self.answer, scale=manner.scale)
            case Facts() as facts:
                return FactTable(style, facts, part.shown, width, heading=manner.scale)
            case Cards() as shown if manner.table:
                return CardTable(style, shown, part.shown)
            case Cards() as shown:
                return CardRow(style, shown, part.shown, width, columns=manner.columns)
            case Tiles() as board:
                brief, columns = manner.brief, manner.columns
                return TileBoard(style, board, part.shown, width, self.answer, columns=columns, brief=brief)
            case Words() as words:
                return Paragraphs(style, words, part.shown, width, scale=manner.scale)
            case Grid() as grid:
                return GridBoard(style, grid, part.shown, width, self.answer)
            case Answers() as answers:
                return AnswerTable(style, answers, part.shown, width, self.answer)
            case Sheet(paper):
                image = self._image(paper)
                scale = sheet.scale_of(style, image.size(), width)
                says = style.say(wording.PAPER_PREVIEW)
                return PaperSheet(style, image, part.shown, scale, says)
            case ForPhone(payload, says):
                room = QSize(manner.side, manner.side)
                return CodePicture(style, modules_of(payload), room, style.say(says), _LEAST_CODE_MM)

    def split(self, part: Part, height: int, *, fresh: bool) -> Part | None:
        """The longest beginning of `part` that is no higher than `height`; None where it is not worth it.

        On a `fresh` page, with nothing above it, whatever fits is worth it.
        """
        match part.block:
            case Notice() | ForPhone():
                return None
            case Sheet(paper):
                image = self._image(paper)
                scale = sheet.scale_of(self.style, image.size(), self.width)
                rows = sheet.rows_within(self.style, image, part.start, height, scale)
                begun = min(rows, part.length)
                return part.first(begun) if fresh or begun >= min(_FEWEST_ROWS, part.length) else None
            case _:
                return self._longest(part, height)

    def _longest(self, part: Part, height: int) -> Part | None:
        """Each try makes a widget, so the next one is where it would be if heights grew evenly: they nearly
        do."""
        # Units of one row stay together.
        row = self._manner(part.block).columns
        fits, low = 0, 0
        too_many, high = math.ceil(part.length / row), self.height(part)
        if high <= height:
            return part
        while too_many - fits > 1:
            guess = fits + (height - low) * (too_many - fits) // (high - low)
            rows = max(fits + 1, min(guess, too_many - 1))
            tried = self.height(part.first(rows * row))
            if tried <= height:
                fits, low = rows, tried
            else:
                too_many, high = rows, tried
        return part.first(fits * row) if fits else None

    def sheet_width(self, paper: Paper) -> int:
        """How wide the paper stands on the screen, its frame included."""
        image = self._image(paper)
        part = Part(Sheet(paper), 0, 1)
        scale = sheet.scale_of(self.style, image.size(), self.width)
        return PaperSheet(self.style, image, part.shown, scale, "").width()

    def _units(self, block: Block) -> int:
        match block:
            case Facts(facts):
                return len(facts)
            case Cards(shown):
                return len(shown)
            case Tiles(board):
                return len(board)
            case Words(paragraphs):
                return len(paragraphs)
            case Grid(rows=rows, legend=legend):
                return len(rows) + bool(legend)
            case Answers(answers):
                return len(answers)
            case Sheet(paper):
                return self._image(paper).height()
            case Notice() | ForPhone():
                return 1

    def _image(self, paper: Paper) -> QImage:
        """Drawn once for a page."""
        papers = self._made.papers
        if id(paper) not in papers:
            drawn = self.paint_paper(paper).convertToFormat(QImage.Format.Format_Grayscale8)
            papers[id(paper)] = paper, drawn
        return papers[id(paper)][1]


def _name(part: Part, manner: Manner) -> _PartName:
    return id(part.block), part.start, part.stop, manner
