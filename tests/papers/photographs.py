"""Codes as a phone sees them: cut from a paper's picture, printed by a worn head, photographed by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

PHOTOGRAPHS = 20
_PHOTOGRAPH = 600
"""Pixels: a phone's camera has several to a dot."""
_MARGIN = 20
"""Dots of white paper that a photograph shows around a code and its quiet zone."""
_WHITE_SPOTS = [255 if chance < 3 else 0 for chance in range(256)]
"""A dot in eighty or so stays white."""
_BLUR = (1.2, 1.7)
"""Dots: ink that spreads, a hand that shakes, a lens that is not sharp."""
_SLANT = 0.015
"""Of the side: how far a corner is from where it would be straight in front of the camera."""
_TURN = 4.0
"""Degrees."""
_DARK, _BRIGHT = 60, 210
_NOISE = bytes(round(128 + NormalDist(0, 8).inv_cdf((step + 0.5) / 256)) for step in range(256))
"""From evenly spread bytes to those of a sensor in a hall's light."""


@dataclass(frozen=True)
class PrintedCode:
    """One QR code on a paper, in dots of the print head."""

    text: str
    picture: Image.Image
    """Black and white, with as much around it as a quiet zone has."""
    module: int
    """Dots a module; its finder pattern says so."""
    modules: int
    """Of its side."""
    quiet: bool
    """Nothing is printed in four modules around it."""

    def at(self, module: int) -> PrintedCode:
        """The same code with other modules."""
        side = (self.modules + 8) * module
        smaller = self.picture.resize((side, side), Image.Resampling.NEAREST)
        return PrintedCode(self.text, smaller, module, self.modules, self.quiet)


def printed_codes(paper: Image.Image) -> Iterator[PrintedCode]:
    """Every code of a paper, a pixel to a dot, as zxing finds them."""
    ink = ImageOps.invert(paper.convert("L"))
    for found in _found(paper.convert("L")):
        corners = (found.position.top_left, found.position.bottom_right)
        (left, top), (right, bottom) = ((corner.x, corner.y) for corner in corners)
        # zxing says where it is to about a dot; the quiet zone leaves room to look for its edges.
        around = (left - 10, top - 10, right + 10, bottom + 10)
        edges = ink.crop(around).getbbox()
        assert edges is not None
        box = (around[0] + edges[0], around[1] + edges[1], around[0] + edges[2], around[1] + edges[3])
        module = _run(ink, box[0], box[1]) // 7
        with_quiet = (box[0] - 4 * module, box[1] - 4 * module, box[2] + 4 * module, box[3] + 4 * module)
        yield PrintedCode(
            found.text,
            ImageOps.invert(ink.crop(with_quiet)),
            module,
            (box[2] - box[0]) // module,
            _black(ink.crop(with_quiet)) == _black(ink.crop(box)),
        )


def photographs(code: PrintedCode) -> Iterator[Image.Image]:
    """`PHOTOGRAPHS` of them, the same ones every time."""
    for number in range(PHOTOGRAPHS):
        chance = random.Random(number)  # noqa: S311 # the same for everyone
        yield _photograph(_worn(code.picture, chance), chance)


def times_read(code: PrintedCode) -> int:
    """How many photographs give the text, and nothing else."""
    return sum([found.text for found in _found(photo)] == [code.text] for photo in photographs(code))


def _found(picture: Image.Image) -> list[zxingcpp.Barcode]:
    found: list[zxingcpp.Barcode] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found


def _run(ink: Image.Image, x: int, y: int) -> int:
    """Black dots in a row, from this one on: seven modules at a corner of the code."""
    end = x
    while ink.getpixel((end, y)):
        end += 1
    return end - x


def _black(ink: Image.Image) -> int:
    return ink.histogram()[255]


def _worn(code: Image.Image, chance: random.Random) -> Image.Image:
    """With a dead element of the head, a white line all down the code, and dots that stayed white."""
    spots = Image.frombytes("L", code.size, chance.randbytes(code.width * code.height)).point(_WHITE_SPOTS)
    printed = ImageChops.lighter(code, spots)
    line = chance.randrange(code.width)
    printed.paste(255, (line, 0, line + 1, code.height))
    return printed


def _photograph(code: Image.Image, chance: random.Random) -> Image.Image:
    seen = ImageOps.expand(code, _MARGIN, 255)
    side, scale = seen.width, _PHOTOGRAPH / seen.width
    seen = seen.rotate(chance.uniform(-_TURN, _TURN), Image.Resampling.BICUBIC, fillcolor=255)
    corners = (0, 0, 0, side, side, side, side, 0)
    slanted = [at + chance.uniform(-_SLANT, _SLANT) * side for at in corners]
    size = (_PHOTOGRAPH, _PHOTOGRAPH)
    seen = seen.transform(size, Image.Transform.QUAD, slanted, Image.Resampling.BILINEAR, fillcolor=255)
    seen = seen.filter(ImageFilter.GaussianBlur(chance.uniform(*_BLUR) * scale))
    seen = seen.point([_DARK + grey * (_BRIGHT - _DARK) // 255 for grey in range(256)])
    noise = Image.frombytes("L", size, chance.randbytes(_PHOTOGRAPH**2).translate(_NOISE))
    return ImageChops.add(seen, noise, offset=-128)
