"""A paper before it is printed: rows of text, cells, leaders, tables and codes.

One `Paper` feeds the screen's preview, the printer and the tests alike. It knows no dots and no bytes: widths
are half-width columns (48 on an 80 mm paper, 32 on 58 mm), text is Unicode.
"""

import enum
import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass


class Align(enum.Enum):
    """Where a text stands in its row or cell."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, wrapped to the paper; a line feed starts a new line."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    double: bool = False
    """Twice as wide and twice as high."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One text in a `Columns` row. `width` in half-width columns; without one it shares what is left."""

    text: str
    width: int | None = None
    align: Align = Align.LEFT
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells side by side, one column of space between them; on too narrow a paper one below the other."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Leader:
    """`label ........ value`: the value at the right edge, on a line of its own where both do not fit."""

    label: str
    value: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line over the whole width."""

    heavy: bool = False


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a `Table`. `width` in half-width columns; without one it shares what is left."""

    heading: str
    width: int | None = None
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A heading over rows of the same columns; a long table repeats its heading.

    On a paper too narrow for its columns each row becomes a block: its first cell over `heading ... value`
    lines.
    """

    columns: tuple[TableColumn, ...]
    body: tuple[tuple[str, ...], ...]
    repeat_heading_after: int = 12
    """Body rows between two headings; 12 is a year of months."""

    def __post_init__(self) -> None:
        if self.repeat_heading_after < 1:
            raise ValueError(f"a heading cannot repeat after {self.repeat_heading_after} rows")
        for row in self.body:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells in a table of {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with error correction level M, and the text under it that a person can read."""

    payload: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= 20:
            raise ValueError(f"a feed is 1 to 20 lines, not {self.lines}")


Row = Text | Columns | Leader | Rule | Table | Code | Feed


@dataclass(frozen=True, slots=True)
class Paper:
    """One printed paper from its top to its cut. `kind` is a short name for logs, never personal."""

    kind: str
    rows: tuple[Row, ...]

    @property
    def content_hash(self) -> str:
        """SHA-256 of kind and rows as lower-case hexadecimal; the same for equal papers in every process."""
        canonical = json.dumps([self.kind, [_canonical(row) for row in self.rows]], separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def reprint(paper: Paper, copy: int) -> Paper:
    """The paper with 补打 and its copy number on top; the first copy is the paper itself.

    Raises:
        ValueError: `copy` is less than 1.
    """
    if copy < 1:
        raise ValueError(f"copies are numbered from 1, not {copy}")
    if copy == 1:
        return paper
    mark = Text(f"【补打】第 {copy} 份", align=Align.CENTRE, bold=True)
    return Paper(paper.kind, (mark, Rule(), *paper.rows))


def _canonical(value: object) -> object:
    if is_dataclass(value):
        return [type(value).__name__, *(_canonical(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    return value
