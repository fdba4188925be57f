"""The pages that a walk came to, each once, under a name of its own, and with most on it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from demo.walk.bounds import TooManyOfThem
from demo.walk.shapes import Shape, bare, fullness_of, shape_of
from kiosk.conversation.view import View

MOST_PAGES: Final = 2_000
_NO_NAME: Final = re.compile(r"[^0-9A-Za-z#:._+-]+")


@dataclass(frozen=True, slots=True)
class Walked:
    """A page, and how one comes there."""

    name: str
    """Unique, and the same in every walk: `service/step/variant`."""
    view: View
    id_reader: bool
    """Whether the terminal reads ID cards too."""
    path: tuple[str, ...]
    """The card, and then what was touched or happened."""


class Pages:
    """What was found so far."""

    def __init__(self) -> None:
        self._found: dict[Shape, Walked] = {}
        self._fullness: dict[Shape, int] = {}
        self._named: Counter[str] = Counter()

    @property
    def all(self) -> tuple[Walked, ...]:
        """In the order in which they were come to."""
        return tuple(self._found.values())

    def add(self, view: View, *, service: str, variant: str, id_reader: bool, path: tuple[str, ...]) -> Shape:
        """Its shape. Of pages of one shape the fullest stays: what holds six children holds one. Raises
        `TooManyOfThem`."""
        # Where nothing is asked, the page is made of the status and of what the terminal has.
        shape = (shape_of(view), None if view.due is not None else (view.status, id_reader))
        if shape not in self._found:
            if len(self._found) >= MOST_PAGES:
                raise TooManyOfThem("pages", MOST_PAGES)
            name = self._name(service, view.step_key or str(view.phase), variant)
            self._found[shape] = Walked(name, view, id_reader, path)
            self._fullness[shape] = fullness_of(view)
        elif (full := fullness_of(view)) > self._fullness[shape]:
            self._found[shape] = Walked(self._found[shape].name, view, id_reader, path)
            self._fullness[shape] = full
        return shape

    def _name(self, service: str, step: str, variant: str) -> str:
        name = "/".join(_NO_NAME.sub("-", bare(part)).strip("-") for part in (service, step, variant))
        self._named[name] += 1
        times = self._named[name]
        return name if times == 1 else f"{name}~{times}"
