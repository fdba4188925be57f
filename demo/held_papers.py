"""Papers in a visitor's hand: what a scanner reads from one that is held before it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zxingcpp
from PIL import Image

_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a paper's code; a seal has some more."""


@dataclass(frozen=True, slots=True)
class Read:
    """A code of a paper: which one, from 1, of how many."""

    text: str
    code: int
    codes: int


class HeldPapers:
    """A scanner reads one code at a time: of a paper that is held before it again, the next one."""

    def __init__(self, papers: Path) -> None:
        """`papers`: where the printer's papers fall, `0001.png` and on."""
        self._papers = papers
        self._read: dict[int, int] = {}

    def hold(self, paper: int) -> Read | None:
        """None where it has no code that can be read, or where there is no such paper."""
        codes = _codes_on(self._papers / f"{paper:04}.png")
        if not codes:
            return None
        which = self._read.get(paper, 0) % len(codes)
        self._read[paper] = which + 1
        return Read(codes[which], which + 1, len(codes))


def altered(text: str) -> str:
    """The same with one sign near its end another: in a seal the signature holds no more, in a code it is
    another's. What has none of a code's signs stays as it is."""
    for at in range(len(text) - 3, -1, -1):
        place = _SIGNS.find(text[at])
        if place >= 0:
            return text[:at] + _SIGNS[place - 1 if place else 1] + text[at + 1 :]
    return text


def _codes_on(picture: Path) -> tuple[str, ...]:
    """From the upper edge down."""
    try:
        with Image.open(picture) as paper:
            found = zxingcpp.read_barcodes(paper)
    except FileNotFoundError:
        return ()
    return tuple(one.text for one in sorted(found, key=lambda one: one.position.top_left.y))
