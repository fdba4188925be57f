"""The printer's type: Noto Sans Mono CJK, whose half-width cell is exactly half its full-width one."""

import functools
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CELL_DOTS = 24
"""Height of a line and width of a full-width cell; a half-width cell is 12 dots wide."""

BLEED_DOTS = 4
"""Descenders reach this far below their cell, scaled with it."""

_FAMILY = "Noto Sans Mono CJK SC"
_DEBIAN = Path("/usr/share/fonts/opentype/noto")
_FACE_INDEX = 7  # Noto Sans Mono CJK SC in Debian's collection
_BASELINE = 21  # the font's em box stands 0.88 above the baseline
_FC_MATCH_S = 10.0
_NO_CHARACTER = "\U0010ffff"
"""A noncharacter: what a font draws for it is what it draws for everything that it does not have."""


class FontMissing(RuntimeError):
    """No Noto Sans Mono CJK on this machine: papers cannot be drawn (printing them needs no font)."""

    def __init__(self) -> None:
        super().__init__(f"{_FAMILY} is not installed; on Debian: apt install fonts-noto-cjk")


@dataclass(frozen=True, slots=True)
class _Face:
    file: Path
    index: int


@functools.cache
def _face(*, bold: bool) -> _Face:
    style = "Bold" if bold else "Regular"
    if shutil.which("fc-match"):
        found = subprocess.run(
            ["fc-match", "--format=%{file}\n%{index}\n%{family}", f"{_FAMILY}:style={style}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_FC_MATCH_S,
        ).stdout.splitlines()
        # fontconfig always finds something; only the family says whether it is the one.
        if len(found) == 3 and _FAMILY in found[2]:
            return _Face(Path(found[0]), int(found[1]))
    file = _DEBIAN / f"NotoSansCJK-{style}.ttc"
    if not file.exists():
        raise FontMissing
    return _Face(file, _FACE_INDEX)


@functools.cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    face = _face(bold=bold)
    return ImageFont.truetype(face.file, size, face.index)


@functools.cache
def _missing_glyph(*, bold: bool) -> bytes:
    return bytes(_font(CELL_DOTS, bold=bold).getmask(_NO_CHARACTER))


@functools.lru_cache(maxsize=4096)
def drawable(character: str) -> bool:
    """Whether the type here has a shape for it, in both weights; without a font it has none for any."""
    try:
        return all(
            bytes(_font(CELL_DOTS, bold=bold).getmask(character)) != _missing_glyph(bold=bold)
            for bold in (False, True)
        )
    except FontMissing:
        return False


def empty_box(*, half_width: bool, wide: int, high: int) -> Image.Image:
    """What a ROM font prints for a character that it does not hold: a `glyph` of a frame."""
    width = (CELL_DOTS // 2 if half_width else CELL_DOTS) * wide
    ink = Image.new("L", (width, (CELL_DOTS + BLEED_DOTS) * high))
    ImageDraw.Draw(ink).rectangle((2, 2, width - 3, CELL_DOTS * high - 3), outline=255, width=2)
    return ink


@functools.lru_cache(maxsize=4096)
def glyph(character: str, *, half_width: bool, bold: bool, wide: int, high: int) -> Image.Image:
    """Ink of one cell, 255 black, `wide` and `high` times magnified, with `BLEED_DOTS * high` rows below."""
    size = max(wide, high)
    width = (CELL_DOTS // 2 if half_width else CELL_DOTS) * size
    ink = Image.new("L", (width, (CELL_DOTS + BLEED_DOTS) * size))
    ImageDraw.Draw(ink).text(
        (0, _BASELINE * size), character, fill=255, font=_font(CELL_DOTS * size, bold=bold), anchor="ls"
    )
    if wide == high:
        return ink
    return ink.resize((width // size * wide, (CELL_DOTS + BLEED_DOTS) * high), Image.Resampling.LANCZOS)
