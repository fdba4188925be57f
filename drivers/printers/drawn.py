"""Lines that a printer's ROM font cannot show: drawn here and sent as dots, on the same grid."""

from dataclasses import replace

from drivers.printers.characters import SUBSTITUTE
from drivers.printers.commands import CommandParser
from drivers.printers.facsimile import Facsimile, PaperWidth
from drivers.printers.fonts import drawable
from drivers.printers.layout import Span, TextLine
from drivers.printers.profile import PrinterProfile
from drivers.printers.raster import Raster

_INK = 112
"""Grey from which a dot is black: thin strokes stay whole, counters stay open."""


def shown(line: TextLine, profile: PrinterProfile) -> tuple[TextLine, bool]:
    """The line with 〓 for what neither printer nor type here can show, and whether it must be drawn."""
    beyond = profile.beyond("".join(span.text for span in line.spans))
    if not beyond:
        return line, False
    shapeless = {character for character in beyond if not drawable(character)}
    if not shapeless:
        return line, True
    lost = tuple(c for span in line.spans for c in span.text if c in shapeless)
    spans = tuple(_without(span, shapeless) for span in line.spans)
    return replace(line, spans=spans, substituted=(*line.substituted, *lost)), beyond != shapeless


def drawn(native: bytes, dots: int) -> Raster | None:
    """What bytes in GB18030, from an ESC @ on, would print with a whole ROM font; None for a blank."""
    facsimile, parser = Facsimile(PaperWidth(dots, margin=0)), CommandParser()
    parser.feed(native)
    for command in parser:
        facsimile.draw(command)
    ink = facsimile.hanging()
    box = ink.getbbox()
    if box is None:
        return None
    right = -(-box[2] // 8) * 8
    black = ink.crop((0, 0, right, ink.height)).point(lambda grey: 255 if grey >= _INK else 0, "1")
    return Raster(right // 8, black.tobytes())


def _without(span: Span, shapeless: set[str]) -> Span:
    return replace(span, text="".join(SUBSTITUTE if c in shapeless else c for c in span.text))
