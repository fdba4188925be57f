"""The paper of a probe: what a technician's eyes must say of a printer, because it cannot say it itself.

Its own words are few and its numbers are ASCII: it must be answerable where no Chinese comes out.
"""

from collections.abc import Collection
from dataclasses import dataclass

from drivers.printers.escpos import CUT, encode, feed
from drivers.printers.paper import Feed, Paper, Row, Text
from drivers.printers.profile import Completion, Encoding, PrinterProfile
from drivers.printers.repertoire import Repertoire

DOTS_OF = {32: 384, 42: 512, 48: 576}
"""Dots across the papers in use, by their columns; each has a ruler on the paper."""

WAY_OUT = feed(20) + CUT
"""75 mm of feed and the cut: the fastest printers need 0.15 s for the one, and as long for the other."""

_LEVELS = (Repertoire.GB2312, Repertoire.GBK, Repertoire.GB18030_2000, Repertoire.GB18030_2022_3)
_SIGNS = {
    Repertoire.GB2312: "永国啊齄鼯鲲",
    Repertoire.GBK: "镕堃喆犇丂龥",
    Repertoire.GB18030_2000: "㼆㛃㐂䶵㙘䶮",
    Repertoire.GB18030_2022_3: "𠮷𠀋𡈽𫓧𫟹𬬻鿏",
}
"""Characters that each level has and the one before has not; four-byte codes from the third on."""


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """One numbered line: the signs of a level in one of the two codes."""

    number: int
    signs: str


_IN_GB = tuple(ProbeLine(i, _SIGNS[level]) for i, level in enumerate(_LEVELS, start=1))
_IN_UTF_8 = tuple(ProbeLine(i, _SIGNS[level]) for i, level in enumerate(_LEVELS, start=1 + len(_LEVELS)))
LINES = (*_IN_GB, *_IN_UTF_8)


def probe_bytes() -> bytes:
    """The paper up to its `WAY_OUT`; with that, less than a printer's receive buffer.

    UTF-8 stands last: whatever a printer makes of the command for it harms nothing behind.
    """
    first = (
        Text("打印机探测", bold=True, double=True),
        Text("Printer probe  请与屏幕逐字核对"),
        Feed(),
        *(Text(f"{columns} {'.' * (columns - 4)}|") for columns in DOTS_OF),
        Feed(),
        Text("GB18030", bold=True),
        *_rows(_IN_GB),
    )
    second = (Text("UTF-8", bold=True), *_rows(_IN_UTF_8))
    return b"".join(
        _sent(rows, encoding).removesuffix(CUT)
        for rows, encoding in ((first, Encoding.GB18030), (second, Encoding.UTF_8))
    )


def font_shown(
    right: Collection[int], encoding: Encoding | None = None
) -> tuple[Encoding, Repertoire] | None:
    """What the numbers of the lines that came out right say of the font; None where it shows no Chinese.

    A level counts only where all before it came out. Where four-byte codes do not, GBK is said: then none is
    ever sent. `encoding`: what is known of it.
    """
    in_gb, in_utf_8 = _depth(right, _IN_GB), _depth(right, _IN_UTF_8)
    if encoding is None:
        two_bytes = in_gb < 3
        encoding = Encoding.UTF_8 if in_utf_8 > in_gb else Encoding.GBK if two_bytes else Encoding.GB18030
    depth = in_utf_8 if encoding is Encoding.UTF_8 else in_gb
    return (encoding, _LEVELS[depth - 1]) if depth else None


def _depth(right: Collection[int], lines: tuple[ProbeLine, ...]) -> int:
    return next((i for i, line in enumerate(lines) if line.number not in right), len(lines))


def _rows(lines: tuple[ProbeLine, ...]) -> tuple[Row, ...]:
    return tuple(Text(f"{line.number}  {' '.join(line.signs)}") for line in lines)


def _sent(rows: tuple[Row, ...], encoding: Encoding) -> bytes:
    """To a printer that gets every sign as its code: whether it has a shape for it is the question."""
    profile = PrinterProfile("probed", encoding=encoding, completion=Completion.NOTHING)
    return encode(Paper("probe", rows), profile=profile).data
