"""The sentences that no page of a walk says: the honest measure of how far it came."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.walk.pages import Walked
from demo.walk.shapes import texts_in
from kiosk.domain.text import say

_KIOSK: Final = Path(__file__).parents[2] / "kiosk"
SERVICES: Final = _KIOSK / "services"
_SPOKEN_BY: Final = (SERVICES, _KIOSK / "domain", _KIOSK / "conversation", _KIOSK / "offered.py")
"""Whatever puts words on a page; papers and the voice have their own."""


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """One `say("…")` in the source."""

    module: str
    line: int
    template: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what can be said was said."""

    sentences: int
    unsaid: tuple[Sentence, ...]


def coverage(walked: Iterable[Walked], rooms: Iterable[Path] = _SPOKEN_BY) -> Coverage:
    """Of every module in these rooms."""
    views = (page.view for page in walked)
    said = {text.template for view in views for text in texts_in((view.due, view.where, view.status))}
    files = [file for room in rooms for file in (sorted(room.glob("**/*.py")) or [room])]
    sentences = [one for file in files for one in sentences_in(file)]
    return Coverage(len(sentences), tuple(one for one in sentences if one.template not in said))


def sentences_in(file: Path) -> Iterator[Sentence]:
    """Every call of `say` with a literal."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=say.__name__), args=[ast.Constant(value=str(template)), *_]):
                yield Sentence(file.stem, node.lineno, template)
