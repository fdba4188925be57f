"""When two pages are the same page: the same blocks and sentences, whoever and how much it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import groupby
from typing import Final

from drivers.printers.paper import Paper
from kiosk.conversation.content import Cards, ForPhone, Grid
from kiosk.conversation.steps import Pay, Present, Print
from kiosk.conversation.view import View
from kiosk.domain.text import Text

_NUMBERS: Final = re.compile(r"[0-9]+")
_NO_PART: Final = frozenset(
    {"key", "keys", "work", "inputs", "service", "about", "check", "given", "content_hash"}
)
"""Of steps and blocks: what is not seen, or is somebody's own."""
Shape = object
"""Hashable; equal for pages that are the same."""


def bare(text: str) -> str:
    """Without the numbers in it: `not-paid:2` is another turn of `not-paid:1`."""
    return _NUMBERS.sub("#", text)


def shape_of(view: View) -> Shape:
    """What page it is; not whose, when, or how much."""
    due = view.due
    laid = view.laid_card if due is None or isinstance(due, Print | Pay | Present) else None
    stage = None if view.paying is None else view.paying.stage
    where = tuple(_shape(name) for name in view.where)
    return (view.phase, where, type(due).__name__, bare(view.step_key), stage, laid, _shape(due))


def texts_in(value: object) -> Iterator[Text]:
    """Every sentence in a page, with those inside other sentences, in the order in which it holds them."""
    match value:
        case Text():
            yield value
            for _, inner in value.values:
                yield from texts_in(inner)
        case tuple() | frozenset():
            for one in value:
                yield from texts_in(one)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for one in fields(value):
                if one.name not in _NO_PART:
                    yield from texts_in(getattr(value, one.name))


def fullness_of(view: View) -> int:
    """How much is to be read on it: its signs in Chinese."""
    return sum(len(str(text)) for text in texts_in(view.due))


def _shape(value: object) -> Shape:
    match value:
        case Text(template=template, values=values):
            within = tuple(_shape(inner) for _, inner in values if isinstance(inner, Text))
            return (bare(template), within)
        case Paper() | ForPhone():
            return type(value).__name__
        case Grid(rows=rows):
            return ("Grid", any(row.brackets for row in rows))
        case Cards(cards):
            # Which insurances somebody has, and how many, are his own.
            return ("Cards", frozenset((_shape(one.state), one.tone, _shape(one.facts)) for one in cards))
        case tuple():
            return tuple((one, sum(1 for _ in same) > 1) for one, same in groupby(map(_shape, value)))
        case frozenset():
            return frozenset(map(_shape, value))
        case Enum() | bool() | None:
            return value
        case _ if is_dataclass(value) and not isinstance(value, type):
            names = (one.name for one in fields(value) if one.name not in _NO_PART)
            return (type(value).__name__, *(_shape(getattr(value, name)) for name in names))
        case _:
            # What is no sentence is a number or a name: somebody's own.
            return type(value).__name__


def sort_of(value: object, depth: int = 3) -> Shape:
    """Of what kind something is that a look is asked with, or gives: not which."""
    match value:
        case Enum() | bool() | None:
            return value
        case Exception():
            return (type(value).__name__, sort_of(getattr(value, "problem", None)))
        case tuple() | frozenset():
            return ("some" if value else "none",)
        case _ if is_dataclass(value) and not isinstance(value, type) and depth:
            within = (sort_of(getattr(value, one.name), depth - 1) for one in fields(value))
            return (type(value).__name__, *within)
        case _:
            return type(value).__name__
