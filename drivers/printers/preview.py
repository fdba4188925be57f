"""A paper as it will come out, for the screen: drawn from exactly the bytes that the printer would get."""

from PIL import Image

from drivers.printers.escpos import encode
from drivers.printers.facsimile import EIGHTY_MM, FIFTY_EIGHT_MM, PaperWidth, draw
from drivers.printers.paper import Paper
from drivers.printers.profile import PrinterProfile, standard

_CUT_HERE = b"\x1d\x56\x00"


def preview(
    paper: Paper, *, copy: int = 1, columns: int = 48, profile: PrinterProfile | None = None
) -> Image.Image:
    """The paper as it will come out, 8 pixels to the millimetre.

    Raises:
        CodeTooLarge: a code does not fit the paper.
        FontMissing: there is no CJK font to draw with.
    """
    profile = profile or standard(columns)
    dots = profile.dots
    width = FIFTY_EIGHT_MM if dots == FIFTY_EIGHT_MM.dots else PaperWidth(dots, EIGHTY_MM.margin)
    data = encode(paper, copy=copy, profile=profile).data
    # Without a cutter a person tears it off.
    (sheet,) = draw(data if profile.cutter else data + _CUT_HERE, width)
    return sheet.image
