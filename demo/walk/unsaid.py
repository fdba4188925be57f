"""The sentences of the services that no page of a walk says: the honest measure of how far it came."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.walk.pages import Walked
from demo.walk.shapes import texts_in
from kiosk.domain.text import say

SERVICES: Final = Path(__file__).parents[2] / "kiosk" / "services"


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """One `say("…")` in the source."""

    module: str
    line: int
    template: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what services can say was said."""

    sentences: int
    unsaid: tuple[Sentence, ...]


def coverage(walked: Iterable[Walked], services: Path = SERVICES) -> Coverage:
    """Of every module of the services."""
    said = {text.template for page in walked for text in texts_in((page.view.due, page.view.where))}
    sentences = [one for file in sorted(services.glob("**/*.py")) for one in sentences_in(file)]
    return Coverage(len(sentences), tuple(one for one in sentences if one.template not in said))


def sentences_in(file: Path) -> Iterator[Sentence]:
    """Every call of `say` with a literal."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=say.__name__), args=[ast.Constant(value=str(template)), *_]):
                yield Sentence(file.stem, node.lineno, template)
