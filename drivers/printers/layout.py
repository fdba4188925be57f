"""Rows of a `Paper` → lines of a given width, ready for bytes. No line is ever wider than the paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drivers.printers.characters import SUBSTITUTE, columns_of, printable, units_of
from drivers.printers.paper import (
    Align,
    Cell,
    Code,
    Columns,
    Feed,
    Leader,
    Paper,
    Row,
    Rule,
    Table,
    Text,
)

NARROWEST = 16
"""Columns below which a layout is refused; the papers in use have 48 and 32."""

_GAP = 1
_FEWEST_DOTS = 2
_RULE = "─"
_HEAVY_RULE = "━"
_NEVER_FIRST = frozenset("，。、；：？！）】》」』”’…％,.;:?!)]}%")
_NEVER_LAST = frozenset("（【《「『“‘")


@dataclass(frozen=True, slots=True)
class Span:
    """Printable text in one style."""

    text: str
    bold: bool = False
    double: bool = False

    @property
    def columns(self) -> int:
        """Half-width columns on paper."""
        return columns_of(self.text) * (2 if self.double else 1)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line."""

    spans: tuple[Span, ...]
    align: Align = Align.LEFT
    substituted: tuple[str, ...] = ()
    """The characters that this line prints as 〓."""

    @property
    def columns(self) -> int:
        """Half-width columns on paper."""
        return sum(span.columns for span in self.spans)


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A QR code in the middle of the paper."""

    payload: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """Empty lines."""

    lines: int


Line = TextLine | CodeLine | FeedLine


def layout(paper: Paper, columns: int = 48) -> tuple[Line, ...]:
    """Lay the paper out on `columns` half-width columns.

    Raises:
        ValueError: `columns` is less than `NARROWEST`.
    """
    if columns < NARROWEST:
        raise ValueError(f"a paper of {columns} columns; at least {NARROWEST} are needed")
    return tuple(line for row in paper.rows for line in _lines_of(row, columns))


def _lines_of(row: Row, columns: int) -> Iterator[Line]:
    match row:
        case Text():
            yield from _paragraph(row, columns)
        case Columns(cells):
            yield from _side_by_side(cells, columns)
        case Leader():
            yield from _leader(row, columns)
        case Rule(heavy):
            yield _rule(columns, heavy=heavy)
        case Table():
            yield from _table(row, columns)
        case Code(payload, caption):
            yield CodeLine(payload)
            if caption:
                yield from _paragraph(Text(caption, align=Align.CENTRE), columns)
        case Feed(lines):
            yield FeedLine(lines)


def _paragraph(row: Text, columns: int) -> Iterator[TextLine]:
    for piece in wrap(row.text, columns // 2 if row.double else columns):
        yield TextLine((Span(piece.text, row.bold, row.double),), row.align, piece.substituted)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One line of a wrapped text."""

    text: str
    substituted: tuple[str, ...]


def wrap(text: str, columns: int) -> tuple[_Piece, ...]:
    """Break a text into lines of at most `columns`: between words and ideographs, never before a comma.

    A text of nothing is one empty line.
    """
    taken = printable(text)
    lines = [line for paragraph in taken.text.split("\n") for line in _broken(paragraph, columns)]
    # The first line carries the report for its whole text: nobody needs to know the line, only the character.
    return tuple(_Piece(line, taken.substituted if i == 0 else ()) for i, line in enumerate(lines))


def _broken(paragraph: str, columns: int) -> Iterator[str]:
    if columns_of(paragraph) <= columns:
        yield paragraph.rstrip(" ")
        return
    line: list[str] = []
    free = columns
    for word in _words(paragraph, columns):
        width = columns_of(word)
        if width > free:
            if word == " ":
                continue  # a space at the break is the break
            carried = [line.pop()] if _goes_along(line, word, columns) else []
            if line:
                yield "".join(line).rstrip(" ")
            line, free = carried, columns - columns_of("".join(carried))
        line.append(word)
        free -= width
    yield "".join(line).rstrip(" ")


def _goes_along(line: Sequence[str], word: str, columns: int) -> bool:
    """Whether the last of a full line goes to the next one with `word`: a comma is not left alone there, nor
    an opening bracket here."""
    if len(line) < 2 or columns_of(line[-1]) + columns_of(word) > columns:
        return False
    if word in _NEVER_FIRST:
        return columns_of(line[-1]) == 2 and line[-1] not in _NEVER_FIRST
    return line[-1] in _NEVER_LAST


def _words(paragraph: str, columns: int) -> Iterator[str]:
    """Parts between which a line may break: ASCII words, spaces, and every other unit by itself."""
    word = ""
    for unit in units_of(paragraph, columns):
        if "!" <= unit <= "~" and len(unit) == 1:
            if columns_of(word) == columns:
                yield word
                word = ""
            word += unit
        else:
            if word:
                yield word
                word = ""
            yield unit
    if word:
        yield word


def _side_by_side(cells: Sequence[Cell], columns: int) -> Iterator[TextLine]:
    widths = _widths([cell.width for cell in cells], [_longest_word([cell.text]) for cell in cells], columns)
    if widths is None:
        for cell in cells:
            yield from _paragraph(Text(cell.text, cell.align, cell.bold), columns)
        return
    yield from _row(cells, widths)


def _row(cells: Sequence[Cell], widths: Sequence[int]) -> Iterator[TextLine]:
    blocks = [wrap(cell.text, width) for cell, width in zip(cells, widths, strict=True)]
    for i in range(max(map(len, blocks), default=0)):
        spans: list[Span] = []
        substituted: list[str] = []
        for cell, width, block in zip(cells, widths, blocks, strict=True):
            piece = block[i] if i < len(block) else _Piece("", ())
            if spans:
                spans.append(Span(" " * _GAP))
            spans.append(Span(_padded(piece.text, width, cell.align), cell.bold))
            substituted.extend(piece.substituted)
        yield TextLine(_joined(spans), substituted=tuple(substituted))


def _longest_word(texts: Sequence[str]) -> int:
    """Columns of the longest part that must not be broken: half a figure is a wrong figure."""
    return max(columns_of(word) for text in texts for word in (*_split(text), SUBSTITUTE))


def _split(text: str) -> list[str]:
    return [word for word in _words(printable(text).text.replace("\n", " "), columns=10**6) if word != " "]


def _widths(wanted: Sequence[int | None], least: Sequence[int], columns: int) -> tuple[int, ...] | None:
    """Widths that fill the paper: the wanted ones, the rest shared out; None where a word would break."""
    widths = [needed if width is None else width for width, needed in zip(wanted, least, strict=True)]
    free = columns - _GAP * (len(widths) - 1) - sum(widths)
    if free < 0 or any(width < needed for width, needed in zip(widths, least, strict=True)):
        return None
    flexible = [i for i, width in enumerate(wanted) if width is None]
    while free and flexible:
        widths[min(flexible, key=widths.__getitem__)] += 1
        free -= 1
    return tuple(widths)


def _padded(text: str, width: int, align: Align) -> str:
    room = width - columns_of(text)
    match align:
        case Align.LEFT:
            return text + " " * room
        case Align.RIGHT:
            return " " * room + text
        case Align.CENTRE:
            return " " * (room // 2) + text + " " * (room - room // 2)


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Neighbours of one style become one span; spaces at the end go."""
    joined: list[Span] = []
    for span in spans:
        if joined and (joined[-1].bold, joined[-1].double) == (span.bold, span.double):
            joined[-1] = Span(joined[-1].text + span.text, span.bold, span.double)
        else:
            joined.append(span)
    while joined and not joined[-1].text.rstrip(" "):
        joined.pop()
    if joined:
        last = joined[-1]
        joined[-1] = Span(last.text.rstrip(" "), last.bold, last.double)
    return tuple(joined)


def _leader(row: Leader, columns: int) -> Iterator[TextLine]:
    labels, values = wrap(row.label, columns), wrap(row.value, columns)
    label, value = labels[-1], values[0]
    dots = columns - columns_of(label.text) - columns_of(value.text) - 2
    if len(values) == 1 and dots >= _FEWEST_DOTS:
        yield from _plain(labels[:-1], bold=row.bold)
        text = f"{label.text} {'.' * dots} {value.text}"
        yield TextLine((Span(text, row.bold),), substituted=label.substituted + value.substituted)
        return
    yield from _plain(labels, bold=row.bold)
    for piece in values:
        yield TextLine((Span(piece.text, row.bold),), Align.RIGHT, piece.substituted)


def _plain(pieces: Sequence[_Piece], *, bold: bool) -> Iterator[TextLine]:
    for piece in pieces:
        yield TextLine((Span(piece.text, bold),), substituted=piece.substituted)


def _table(table: Table, columns: int) -> Iterator[TextLine]:
    texts = [(c.heading, *(row[i] for row in table.body)) for i, c in enumerate(table.columns)]
    widths = _widths([c.width for c in table.columns], [_longest_word(column) for column in texts], columns)
    if widths is None:
        yield from _records(table, columns)
        return
    step = table.repeat_heading_after
    for start in range(0, max(1, len(table.body)), step):
        yield from _row([Cell(c.heading, align=c.align, bold=True) for c in table.columns], widths)
        yield _rule(columns)
        for row in table.body[start : start + step]:
            cells = [Cell(text, align=c.align) for text, c in zip(row, table.columns, strict=True)]
            yield from _row(cells, widths)


def _records(table: Table, columns: int) -> Iterator[TextLine]:
    """A table on a paper too narrow for it: a block for each row, its first cell as a title over leaders."""
    for title, *texts in table.body:
        yield from _paragraph(Text(title, bold=True), columns)
        for column, text in zip(table.columns[1:], texts, strict=True):
            yield from _leader(Leader(column.heading, text), columns)


def _rule(columns: int, *, heavy: bool = False) -> TextLine:
    return TextLine((Span((_HEAVY_RULE if heavy else _RULE) * (columns // 2)),))
