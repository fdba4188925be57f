"""From a part of a block to its widget, and how many units fit into a height."""

from __future__ import annotations

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


_PartName = tuple[int, int, int, bool]


@dataclass(slots=True)
class Builder:
    """Makes the widgets of one page's blocks, all of one width."""

    style: Style
    width: int
    answer: Answer
    paint_paper: PaintPaper
    words_scale: Scale = Scale.TEXT
    brief_tiles: bool = False
    most: int = 1_000_000
    """How high a page is: what would be higher alone is made smaller."""
    _drawn: dict[int, tuple[Paper, QImage]] = field(default_factory=dict, init=False)
    """Each paper is drawn once for a page; by its id, for it is kept with it and hashing it takes long."""
    _columns: dict[tuple[int, int], tuple[Tiles, int]] = field(default_factory=dict, init=False)
    """Of tiles; with them, so that they live as long as their name."""
    _measured: dict[_PartName, QWidget] = field(default_factory=dict, init=False)
    _heights: dict[_PartName, tuple[Part, int]] = field(default_factory=dict, init=False)
    """With the part, so that its block lives as long as its name: a page is laid out again when it needs a
    pager, and nothing is made twice to be measured."""

    def fit_to(self, most: int) -> None:
        """Pages are so high from now on."""
        if most == self.most:
            return
        # What is no higher than a page was made no smaller for it, and is not for another one that holds it;
        # but tiles may stand in more columns on a higher one.
        low, grows = min(most, self.most), most > self.most
        same = {
            name
            for name, (part, high) in self._heights.items()
            if high <= low and not (grows and isinstance(part.block, Tiles))
        }
        self._heights = {name: told for name, told in self._heights.items() if name in same}
        self._measured = {name: widget for name, widget in self._measured.items() if name in same}
        self.most = most

    def parted(self, block: Block) -> tuple[Block, ...]:
        """The same, with nothing that is higher than a page and cannot be continued on the next."""
        return self._parting.of(block) if self.style.metrics.large else (block,)

    @property
    def _parting(self) -> Parting:
        return Parting(self.style, self.width, self.most)

    def _scale_of(self, words: Words) -> Scale:
        """Smaller, where one of its paragraphs would be higher than a page."""
        wanted = self.words_scale
        if wanted is Scale.TEXT or not self.style.metrics.large:
            return wanted
        return wanted if self._parting.holds_at(words, wanted) else Scale.TEXT

    def whole(self, block: Block) -> Part:
        return Part(block, 0, self._units(block))

    def height(self, part: Part) -> int:
        """How high `part` is; the widget made for it is kept for `build`."""
        name = self._name(part)
        if name not in self._heights:
            widget = self._measured[name] = self._make(part)
            self._heights[name] = part, height_of(widget, self.width)
        return self._heights[name][1]

    def build(self, part: Part) -> QWidget:
        kept = self._measured.pop(self._name(part), None)
        return self._make(part) if kept is None else kept

    def _name(self, part: Part) -> _PartName:
        """Of a part as it is built now, for as long as its block lives; hashing a whole block would cost more
        than drawing it."""
        brief = self.brief_tiles and isinstance(part.block, Tiles)
        return id(part.block), part.start, part.stop, brief

    def forget_measured(self) -> None:
        """Lets go of what was made only to be measured."""
        self._measured.clear()

    def _make(self, part: Part) -> QWidget:
        style, width = self.style, self.width
        match part.block:
            case Notice() as notice:
                strip = NoticeStrip(style, notice, width, self.answer)
                if height_of(strip, width) <= self.most:
                    return strip
                return NoticeStrip(style, notice, width, self.answer, scale=Scale.TEXT)
            case Facts() as facts:
                return FactTable(style, facts, part.shown, width)
            case Cards() as shown if as_table(style, shown, width):
                return CardTable(style, shown, part.shown)
            case Cards() as shown:
                return CardRow(style, shown, part.shown, width)
            case Tiles() as board:
                return TileBoard(
                    style,
                    board,
                    part.shown,
                    width,
                    self.answer,
                    columns=self._columns_of(board),
                    brief=self.brief_tiles,
                )
            case Words() as words:
                return Paragraphs(style, words, part.shown, width, scale=self._scale_of(words))
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
                # As small as reads well: words stand beside it. Smaller, where a page is lower than that.
                side = min(style.metrics.px(_CODE_MM), self.most)
                room = QSize(side, side)
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
                step = self._step(part.block)
                return self._longest(part, height, step)

    def _columns_of(self, board: Tiles) -> int:
        """Asked once for a height of pages: where letters are large, it makes every tile."""
        name = id(board), self.most
        if name not in self._columns:
            self._columns[name] = board, tiles.columns_of(self.style, board, self.width, self.most)
        return self._columns[name][1]

    def sheet_width(self, paper: Paper) -> int:
        """How wide the paper stands on the screen, its frame included."""
        image = self._image(paper)
        part = Part(Sheet(paper), 0, 1)
        scale = sheet.scale_of(self.style, image.size(), self.width)
        return PaperSheet(self.style, image, part.shown, scale, "").width()

    def _longest(self, part: Part, height: int, step: int) -> Part | None:
        """By halving: each try makes a widget."""
        fitting, fits, too_many = None, 0, -(-part.length // step) + 1
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            tried = part.first(min(middle * step, part.length))
            if self.height(tried) > height:
                too_many = middle
            else:
                fitting, fits = tried, middle
        return fitting

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

    def _step(self, block: Block) -> int:
        """Units that stay together: those of one row."""
        match block:
            case Cards():
                table = as_table(self.style, block, self.width)
                return 1 if table else cards.columns_of(self.style, block, self.width)
            case Tiles():
                return self._columns_of(block)
            case _:
                return 1

    def _image(self, paper: Paper) -> QImage:
        if id(paper) not in self._drawn:
            drawn = self.paint_paper(paper).convertToFormat(QImage.Format.Format_Grayscale8)
            self._drawn[id(paper)] = paper, drawn
        return self._drawn[id(paper)][1]
