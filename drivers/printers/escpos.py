"""Lines → ESC/POS bytes: native text, codes as raster, and lines that the printer's font cannot show.

Nothing here talks to a device.

python-escpos has the commands where it is right; what it gets wrong, and why the text is encoded here,
stands in `docs/facts/printing.md` §2. Only its constants are loaded: its printers parse a table of all models
for a quarter of a second, and leave a directory in /tmp each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from escpos.constants import ESC, GS, HW_INIT, TXT_SIZE, TXT_STYLE

from drivers.printers.characters import SUBSTITUTE
from drivers.printers.drawn import drawn, shown
from drivers.printers.facsimile import DOTS_PER_MM, HEAD_TO_CUTTER_DOTS, LINE_DOTS
from drivers.printers.fonts import CELL_DOTS
from drivers.printers.layout import CodeLine, FeedLine, Span, TextLine, layout
from drivers.printers.paper import Align, Paper, reprint
from drivers.printers.profile import Completion, Encoding, PrinterProfile, standard
from drivers.printers.raster import Raster, raster_commands

PIECE_BYTES = 1024
"""Upper bound of an `EncodedPaper`'s pieces, single long lines apart. Two of them in flight leave room for
real-time commands in the smallest receive buffer in use (4 kB)."""


def feed(lines: int) -> bytes:
    """ESC d: print, and feed so many lines."""
    return bytes(ESC) + b"d" + bytes([lines])


INITIALISE = bytes(HW_INIT)
_SELECT_CHINESE = b"\x1c\x26"
_SELECT = {
    Encoding.GB18030: _SELECT_CHINESE,
    Encoding.GBK: _SELECT_CHINESE,
    Encoding.UTF_8: b"\x1c\x28\x43\x02\x00\x30\x32",  # FS ( C
}
FENCE = b"\x1d\x72\x01"
"""GS r 1: the printer answers its paper sensors when it gets there."""

REPORTING = {
    Completion.PROCESS_ID: b"\x1d\x61\x0e",
    # Half an automatic status would look like the answer to a fence.
    Completion.FENCE: b"\x1d\x61\x00",
    Completion.ASB: b"\x1d\x61\x0e",
    Completion.NOTHING: b"",
}
"""GS a: report every change of on-line state, error and paper, or none."""

_ALIGN = {
    Align.LEFT: bytes(TXT_STYLE["align"]["left"]),
    Align.CENTRE: bytes(TXT_STYLE["align"]["center"]),
    Align.RIGHT: bytes(TXT_STYLE["align"]["right"]),
}
_BOLD = bytes(TXT_STYLE["bold"][True])
_NOT_BOLD = bytes(TXT_STYLE["bold"][False])
# TXT_SIZE is GS !, which holds for Chinese too; the sizes in TXT_STYLE are ESC !, which do not.
_LARGE = TXT_SIZE + b"\x11"
_NOT_LARGE = TXT_SIZE + b"\x00"
_AFTER_LARGE = b"\x1b\x4a\x0c"
"""ESC J 12: large type fills its line to the last dot; the next line needs air."""
_LARGE_LINE_DOTS = 2 * CELL_DOTS + 12

_LAST_LINES, _LINES_TO_THE_EDGE = 2, 4
_FEED = feed(_LAST_LINES)
CUT = GS + b"VB\x00"
"""GS V 66: the printer itself feeds to its cutter, whose distance no host knows."""
_TO_THE_EDGE = feed(_LINES_TO_THE_EDGE)
_LEAST_MODULE_DOTS = 5
_MOST_MODULE_DOTS = 8
_LARGE_CODE_DOTS = 240
_QUIET_MODULES = 4
_MOST_MODULES = 177


class CodeTooLarge(ValueError):
    """A payload needs a QR code that the paper cannot show at five dots a module."""

    def __init__(self, payload_length: int, modules: int, dots: int) -> None:
        super().__init__(
            f"a payload of {payload_length} characters needs {modules} modules; "
            f"{dots} dots of paper allow {dots // _LEAST_MODULE_DOTS - 2 * _QUIET_MODULES}"
        )
        self.payload_length = payload_length
        self.modules = modules
        self.dots = dots


@dataclass(frozen=True, slots=True)
class EncodedPaper:
    """A paper as bytes, cut into pieces between lines so that a sender can wait between them."""

    pieces: tuple[bytes, ...]
    substituted: tuple[str, ...]
    """Characters that come out as 〓, in their order."""
    length_mm: int
    """Of the paper from cut to cut, rounded up."""

    @property
    def data(self) -> bytes:
        """All pieces: begins with ESC @, ends with the cut."""
        return b"".join(self.pieces)


def encode(
    paper: Paper, *, copy: int = 1, columns: int = 48, profile: PrinterProfile | None = None
) -> EncodedPaper:
    """Bytes of one copy of a paper for a printer; without a `profile`, for a standard one of `columns`.

    Raises:
        CodeTooLarge: a code does not fit the paper.
        ValueError: `copy` or `columns` out of range.
    """
    profile = profile or standard(columns)
    lines = layout(reprint(paper, copy), profile.columns)
    parts = [INITIALISE + REPORTING[profile.completion] + _SELECT[profile.encoding]]
    substituted: list[str] = []
    dots = (_LAST_LINES + (0 if profile.cutter else _LINES_TO_THE_EDGE)) * LINE_DOTS + HEAD_TO_CUTTER_DOTS
    for line in lines:
        if isinstance(line, TextLine):
            fit, must_be_drawn = shown(line, profile)
            substituted.extend(fit.substituted)
            parts.extend(_drawn_line(fit, profile) if must_be_drawn else (_text_line(fit, profile.encoding),))
            dots += _LARGE_LINE_DOTS if any(span.double for span in line.spans) else LINE_DOTS
        else:
            more, tall = _line_parts(line, profile)
            parts.extend(more)
            dots += tall
    parts.append(_FEED + _end(profile))
    return EncodedPaper(_pieces(parts), tuple(substituted), -(-dots // DOTS_PER_MM))


def fence(process_id: bytes) -> bytes:
    """GS ( H fn 48: the printer answers `process_id` when all before it is printed.

    Raises:
        ValueError: not four bytes of 20 to 7E.
    """
    if len(process_id) != 4 or not all(0x20 <= byte <= 0x7E for byte in process_id):
        raise ValueError(f"a process id is four bytes of 20 to 7E, not {process_id.hex()}")
    return b"\x1d\x28\x48\x06\x00\x30\x30" + process_id


def cut_off(profile: PrinterProfile | None = None) -> bytes:
    """Feed what hangs in the printer to the cutter and cut it, below the last dots of a large line."""
    return INITIALISE + _AFTER_LARGE + _end(profile or standard())


def encode_text(text: str, encoding: Encoding = Encoding.GB18030) -> bytes:
    """Text in a printer's code; what has none there (lone surrogates) becomes 〓."""
    try:
        return text.encode(encoding.value)
    except UnicodeEncodeError:
        without = encoding.beyond(text)
        return "".join(SUBSTITUTE if c in without else c for c in text).encode(encoding.value)


def _end(profile: PrinterProfile) -> bytes:
    return CUT if profile.cutter else _TO_THE_EDGE


def _line_parts(line: CodeLine | FeedLine, profile: PrinterProfile) -> tuple[tuple[bytes, ...], int]:
    """The bytes of a line, and how many dots it takes; a code's fall into parts between which a sender may
    wait."""
    match line:
        case CodeLine(payload):
            raster = qr_raster(payload, profile.dots)
            return (_ALIGN[Align.CENTRE], *raster_commands(raster), _ALIGN[Align.LEFT]), raster.height
        case FeedLine(lines):
            return (feed(lines),), lines * LINE_DOTS


def _text_line(line: TextLine, encoding: Encoding) -> bytes:
    text = b"".join(_span_bytes(span, encoding) for span in line.spans) + b"\n"
    if any(span.double for span in line.spans):
        text += _AFTER_LARGE
    return text if line.align is Align.LEFT else _ALIGN[line.align] + text + _ALIGN[Align.LEFT]


def _drawn_line(line: TextLine, profile: PrinterProfile) -> tuple[bytes, ...]:
    """The line as dots, in parts like a code's."""
    native = INITIALISE + _SELECT_CHINESE + _text_line(line, Encoding.GB18030)
    raster = drawn(native, profile.dots)
    return (b"\n",) if raster is None else tuple(raster_commands(raster))


def _span_bytes(span: Span, encoding: Encoding) -> bytes:
    text = encode_text(span.text, encoding)
    if span.bold:
        text = _BOLD + text + _NOT_BOLD
    if span.double:
        text = _LARGE + text + _NOT_LARGE
    return text


def qr_raster(payload: str, dots: int) -> Raster:
    """The QR code of a payload with its quiet zone above and below, as large as reads well.

    Raises:
        CodeTooLarge: five dots a module are wider than `dots`.
    """
    try:
        matrix = segno.make_qr(payload, error="m", boost_error=False).matrix
    except segno.DataOverflowError as overflow:
        raise CodeTooLarge(len(payload), _MOST_MODULES, dots) from overflow
    modules = len(matrix)
    if (modules + 2 * _QUIET_MODULES) * _LEAST_MODULE_DOTS > dots:
        raise CodeTooLarge(len(payload), modules, dots)
    size = max(_LEAST_MODULE_DOTS, min(_MOST_MODULE_DOTS, _LARGE_CODE_DOTS // modules))
    size = min(size, dots // (modules + 2 * _QUIET_MODULES))
    quiet = [(False,) * (modules * size)] * (_QUIET_MODULES * size)
    rows = [tuple(bool(module) for module in row for _ in range(size)) for row in matrix for _ in range(size)]
    return Raster.of([*quiet, *rows, *quiet])


def _pieces(parts: Sequence[bytes]) -> tuple[bytes, ...]:
    """Gather lines into pieces; a raster of several bands is cut between its bands."""
    pieces: list[bytes] = []
    piece = b""
    for part in parts:
        if piece and len(piece) + len(part) > PIECE_BYTES:
            pieces.append(piece)
            piece = b""
        piece += part
    return (*pieces, piece)
