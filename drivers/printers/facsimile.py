"""ESC/POS bytes → the paper as it comes out, 8 dots to the millimetre.

The virtual printer and the preview on the screen draw with this, and know only bytes.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import assert_never

from PIL import Image, ImageChops, ImageOps

from drivers.printers.commands import (
    Act,
    Character,
    Command,
    CommandParser,
    Cut,
    Fence,
    Plain,
    RasterBand,
    Set,
    Setting,
    Unknown,
)
from drivers.printers.fonts import BLEED_DOTS, CELL_DOTS, empty_box, glyph
from drivers.printers.repertoire import Repertoire

DOTS_PER_MM = 8
HEAD_TO_CUTTER_DOTS = 80
"""What has passed the head but not the cutter; it is the blank top of the next paper."""

LINE_DOTS = 30
"""From line to line, unless the printer is told otherwise."""
_MORE_ROWS = 1024
_REMEMBERED = 256
_INK = "#16130f"
_PAPER = "#fdfcf8"


@dataclass(frozen=True, slots=True)
class PaperWidth:
    """Printable dots, and the blank margin on each side."""

    dots: int
    margin: int


EIGHTY_MM = PaperWidth(dots=576, margin=32)
FIFTY_EIGHT_MM = PaperWidth(dots=384, margin=40)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of paper that left the printer."""

    image: Image.Image
    inked: bool
    """False where nothing is printed on it."""


@dataclass(slots=True)
class _Style:
    align: int = 0
    bold: bool = False
    wide: int = 1
    high: int = 1
    line_dots: int = LINE_DOTS


@dataclass(frozen=True, slots=True)
class _Glyph:
    ink: Image.Image
    high: int


@dataclass(slots=True)
class _LineBuffer:
    glyphs: list[_Glyph] = field(default_factory=list)
    dots: int = 0
    high: int = 1


class Facsimile:
    """Draws commands on an endless paper; each cut gives a `Sheet`.

    `unknown` holds the last commands outside the subset, in their order. What the `rom` does not hold
    comes out as an empty box.
    """

    def __init__(self, width: PaperWidth = EIGHTY_MM, rom: Repertoire = Repertoire.EVERY_CODE) -> None:
        self.width = width
        self._rom = rom
        self.unknown: deque[bytes] = deque(maxlen=_REMEMBERED)
        self._style = _Style()
        self._line = _LineBuffer()
        self._ink = self._blank(_MORE_ROWS)
        self._y = HEAD_TO_CUTTER_DOTS
        self._inked = False

    @property
    def inked(self) -> bool:
        """Something is printed on the paper that hangs in the printer."""
        return self._inked

    def advance_of(self, command: Command) -> int:
        """Dots of paper that `draw(command)` will move."""
        match command:
            case Plain(Act.LINE_FEED):
                return self._line_height()
            case Character() if self._line.dots + self._cell_width(command) > self.width.dots:
                return self._line_height()
            case Setting(Set.FEED_LINES, lines):
                return max(lines * self._style.line_dots, self._line_height() if self._line.glyphs else 0)
            case Setting(Set.FEED_DOTS, dots):
                return max(dots, self._line_height() if self._line.glyphs else 0)
            case RasterBand(width_bytes, data):
                return len(data) // width_bytes
            case Cut(feed):
                return 0 if feed is None else HEAD_TO_CUTTER_DOTS + feed
            case _:
                return 0

    def draw(self, command: Command) -> Sheet | None:
        """Draw one command; a cut returns the sheet that falls out."""
        advance = self.advance_of(command)
        match command:
            case Character():
                if advance:
                    self._print_line(advance)
                self._put(command)
            case Plain(Act.LINE_FEED) | Setting(Set.FEED_LINES | Set.FEED_DOTS):
                self._print_line(advance)
            case Plain(act):
                self._act(act)
            case Setting(what, value):
                self._set(what, value)
            case RasterBand():
                self._print_raster(command, advance)
            case Cut():
                self._print_line(advance)
                return self._cut(self._y - HEAD_TO_CUTTER_DOTS)
            case Fence():
                pass  # an answer, no ink
            case Unknown(raw):
                self.unknown.append(raw)
            case _:
                assert_never(command)
        return None

    def tear_off(self) -> Sheet:
        """Take the hanging paper as it is, as when the roll ends."""
        return self._cut(self._y)

    def hanging(self) -> Image.Image:
        """Ink of what was printed since the last cut, 255 black, without the blank top of the paper."""
        return self._ink.crop((0, HEAD_TO_CUTTER_DOTS, self.width.dots, self._y))

    def forget_line(self) -> None:
        """Drop the characters of the line that is not printed yet."""
        self._line = _LineBuffer()

    def _blank(self, rows: int) -> Image.Image:
        return Image.new("L", (self.width.dots, rows))

    def _act(self, act: Act) -> None:
        if act is Act.INITIALISE:
            self._style = _Style()
            self.forget_line()

    def _set(self, what: Set, value: int) -> None:
        match what:
            case Set.ALIGN:
                self._style.align = value % 48  # 0, 1, 2 or their digits
            case Set.EMPHASIS:
                self._style.bold = bool(value & 1)
            case Set.SIZE:
                self._style.wide, self._style.high = (value >> 4 & 7) + 1, (value & 7) + 1
            case Set.MODE:
                self._style.bold = bool(value & 0x08)
                self._style.wide, self._style.high = 1 + (value >> 5 & 1), 1 + (value >> 4 & 1)
            case Set.LINE_SPACING:
                self._style.line_dots = value
            case _:
                pass  # feeds and answers: no setting of the type

    def _cell_width(self, character: Character) -> int:
        return (CELL_DOTS // 2 if character.half_width else CELL_DOTS) * self._style.wide

    def _line_height(self) -> int:
        return max(self._style.line_dots, CELL_DOTS * self._line.high)

    def _put(self, character: Character) -> None:
        style = self._style
        if self._rom.beyond(character.character):
            ink = empty_box(half_width=character.half_width, wide=style.wide, high=style.high)
        else:
            ink = glyph(
                character.character,
                half_width=character.half_width,
                bold=style.bold,
                wide=style.wide,
                high=style.high,
            )
        self._line.glyphs.append(_Glyph(ink, style.high))
        self._line.dots += ink.width
        self._line.high = max(self._line.high, style.high)

    def _start(self, dots: int) -> int:
        return max(0, (self.width.dots - dots) * self._style.align // 2)

    def _print_line(self, advance: int) -> None:
        x = self._start(self._line.dots)
        for put in self._line.glyphs:
            # Cells of one line stand on one baseline.
            self._stamp(put.ink, x, self._y + CELL_DOTS * (self._line.high - put.high))
            x += put.ink.width
        self.forget_line()
        self._move(advance)

    def _print_raster(self, band: RasterBand, advance: int) -> None:
        dots = Image.frombytes("1", (band.width_bytes * 8, advance), band.data).convert("L")
        self._stamp(dots, self._start(dots.width), self._y)
        self._move(advance)

    def _stamp(self, ink: Image.Image, x: int, y: int) -> None:
        self._reserve(y + ink.height)
        box = (x, y, min(x + ink.width, self.width.dots), y + ink.height)
        ink = ink.crop((0, 0, box[2] - box[0], ink.height))
        self._ink.paste(ImageChops.lighter(self._ink.crop(box), ink), box[:2])
        self._inked = self._inked or ink.getbbox() is not None

    def _move(self, dots: int) -> None:
        self._y += dots
        self._reserve(self._y + BLEED_DOTS * 8)

    def _reserve(self, rows: int) -> None:
        if rows > self._ink.height:
            longer = self._blank(rows + _MORE_ROWS)
            longer.paste(self._ink)
            self._ink = longer

    def _cut(self, at: int) -> Sheet:
        at = max(1, at)
        sheet = Sheet(self._on_paper(self._ink.crop((0, 0, self.width.dots, at))), self._inked)
        rest = self._ink.crop((0, at, self.width.dots, self._y))
        self._y = HEAD_TO_CUTTER_DOTS
        self._ink = self._blank(_MORE_ROWS)
        self._ink.paste(rest)
        self._inked = rest.height > 0 and rest.getbbox() is not None
        return sheet

    def _on_paper(self, ink: Image.Image) -> Image.Image:
        """Ink in its colour on paper with margins."""
        paper = Image.new("L", (self.width.dots + 2 * self.width.margin, ink.height))
        paper.paste(ink, (self.width.margin, 0))
        return ImageOps.colorize(paper, black=_PAPER, white=_INK)


def draw(data: bytes, width: PaperWidth = EIGHTY_MM) -> tuple[Sheet, ...]:
    """Every sheet that a whole stream of bytes cuts."""
    facsimile, parser = Facsimile(width), CommandParser()
    parser.feed(data)
    return tuple(sheet for command in parser if (sheet := facsimile.draw(command)) is not None)
