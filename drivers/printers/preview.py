"""A paper as it will come out, for the screen: drawn from exactly the bytes that the printer would get."""

from PIL import Image

from drivers.printers.escpos import DOTS_PER_COLUMN, encode
from drivers.printers.facsimile import EIGHTY_MM, FIFTY_EIGHT_MM, PaperWidth, draw
from drivers.printers.paper import Paper


def preview(paper: Paper, *, copy: int = 1, columns: int = 48) -> Image.Image:
    """The paper as it will come out, 8 pixels to the millimetre.

    Raises:
        CodeTooLarge: a code does not fit the paper.
        FontMissing: there is no CJK font to draw with.
    """
    dots = columns * DOTS_PER_COLUMN
    width = FIFTY_EIGHT_MM if dots == FIFTY_EIGHT_MM.dots else PaperWidth(dots, EIGHTY_MM.margin)
    (sheet,) = draw(encode(paper, copy=copy, columns=columns).data, width)
    return sheet.image
