"""The pictures and bytes that the papers are to have.

`python tests/papers/goldens.py` renews them; then look at every picture that changed, at its own size: it is
what a resident will hold.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from example_papers import PAPERS
from PIL import Image, ImageChops, ImageFilter

from drivers.printers.escpos import encode
from drivers.printers.paper import Paper
from drivers.printers.preview import preview

WIDTHS = (48, 32)
PICTURES = Path(__file__).parent / "golden"
_BYTES = PICTURES / "bytes.json"
_CELL = 24
"""Dots: the side of a character."""
_MOST_OTHER_DOTS = 80
"""Of the 576 of a cell. Another release of the same font moves edges; another character is more."""


def picture_file(name: str, columns: int) -> Path:
    return PICTURES / f"{name}-{columns}.png"


def digest(paper: Paper, columns: int) -> str:
    """SHA-256 of the bytes that the printer gets."""
    return hashlib.sha256(encode(paper, columns=columns).data).hexdigest()


def digests() -> dict[str, str]:
    """The golden ones, by the names of the pictures."""
    found: dict[str, str] = json.loads(_BYTES.read_text("ascii"))
    return found


def drawn(paper: Paper, columns: int) -> Image.Image:
    """The paper in black and white, a pixel to a dot."""
    return preview(paper, columns=columns).convert("L").point(_black_or_white, "1")


def other_dots(one: Image.Image, other: Image.Image) -> int:
    """How many dots differ where most do, in an area of a cell; all of it where the sizes differ."""
    if one.size != other.size:
        return _CELL * _CELL
    apart = ImageChops.logical_xor(one, other).convert("L")
    # The mean over a cell around each dot: 255 where all of its dots differ.
    _, most = apart.filter(ImageFilter.BoxBlur((_CELL - 1) / 2)).getextrema()
    return round(float(most) / 255 * _CELL * _CELL)  # type: ignore[arg-type]


def looks_alike(one: Image.Image, other: Image.Image) -> bool:
    return other_dots(one, other) <= _MOST_OTHER_DOTS


def renew() -> None:
    """Write every picture and every digest; pictures of papers that are no more go."""
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    for name, paper in PAPERS.items():
        for columns in WIDTHS:
            drawn(paper, columns).save(picture_file(name, columns), optimize=True)
    fresh = {
        picture_file(name, columns).stem: digest(paper, columns)
        for name, paper in PAPERS.items()
        for columns in WIDTHS
    }
    _BYTES.write_text(json.dumps(fresh, indent=1, sort_keys=True) + "\n", "ascii")


def _black_or_white(grey: int) -> int:
    return 255 if grey >= 128 else 0


if __name__ == "__main__":
    renew()
