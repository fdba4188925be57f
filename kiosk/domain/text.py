"""Untranslated sentences.

A service says what it means once, in Chinese; the page translates, draws and speaks it. `say("…")` is
also the keyword by which the message catalogue is extracted.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class Language(Protocol):
    """How one language words a template and the values in it."""

    @property
    def code(self) -> str:
        """Its name in BCP 47: `zh`, `en`."""

    def translate(self, template: str) -> str:
        """The template in this language; itself where the catalogue has none."""

    def value(self, value: object) -> str:
        """A month, an amount, a date, a number as this language writes it."""


class Chinese:
    """简体中文: the language in which the sentences are written. Our own values know their Chinese form; a
    date is written `2019年1月8日`, a time `2019年1月8日 09:30`, as it stands in its own zone."""

    code = "zh"

    def translate(self, template: str) -> str:
        return template

    def value(self, value: object) -> str:
        match value:
            case datetime():
                return f"{self.value(value.date())} {value:%H:%M}"
            case date():
                return f"{value.year}年{value.month}月{value.day}日"
            case _:
                return str(value)


CHINESE = Chinese()


@dataclass(frozen=True, slots=True)
class Public:
    """A value that anybody may hear: an office's address, a telephone number. Any other value in a sentence
    is taken for somebody's own, and no loudspeaker says it."""

    value: object


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence with named places, and what stands in them (a value, or another `Text`)."""

    template: str
    values: tuple[tuple[str, object], ...] = ()

    def __post_init__(self) -> None:
        places = {name for _, name, _, _ in string.Formatter().parse(self.template) if name is not None}
        given = {name for name, _ in self.values}
        if places != given:
            raise ValueError(f"{self.template!r} has the places {sorted(places)}, given {sorted(given)}")

    def render(self, language: Language) -> str:
        words = {name: _worded(value, language) for name, value in self.values}
        return language.translate(self.template).format(**words)

    def __str__(self) -> str:
        return self.render(CHINESE)


def is_public(text: Text) -> bool:
    """Whether anybody may hear it: every value in it is `Public`, or itself a text that anybody may hear."""
    return all(_is_public_value(value) for _, value in text.values)


def _is_public_value(value: object) -> bool:
    match value:
        case Text():
            return is_public(value)
        case Public(Text() as text):
            # Marking a text says nothing of what stands in it.
            return is_public(text)
        case Public():
            return True
        case _:
            return False


def _worded(value: object, language: Language) -> str:
    match value:
        case Text():
            return value.render(language)
        case Public(open_to_all):
            return language.value(open_to_all)
        case _:
            return language.value(value)


def say(template: str, **values: object) -> Text:
    """A `Text`; raises `ValueError` where places and values do not match."""
    return Text(template, tuple(sorted(values.items())))


_IN_A_ROW = say("{one}、{others}", one="", others="")


def in_a_row(names: Iterable[str]) -> Text:
    """Names, numbers or other words that no language changes, as one text."""
    return joined(tuple(say("{name}", name=name) for name in names))


def joined(parts: tuple[Text, ...]) -> Text:
    """Several texts in a row, as one."""
    if not parts:
        return Text("")
    *before, made = parts
    for part in reversed(before):
        made = Text(_IN_A_ROW.template, (("one", part), ("others", made)))
    return made
