"""One language beside Chinese: its catalogue of templates, and how it writes months, amounts and dates.

A new language is one file more in this folder. What its template has beyond the Chinese one is the plural:
`{months} {months:month|months}` takes the word of the number, in the order of the language's plural forms.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Protocol, Self

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from kiosk.domain.money import Money
from kiosk.domain.months import DayInYear, Month, MonthName, MonthSpan
from kiosk.domain.text import Language, say

SUFFIX = ".po"
NAME = say("中文")
"""Every catalogue translates it with its own language's name: `English`."""
_MONTH, _SHORT_MONTH = "yMMMM", "yMMM"
_PARSER = string.Formatter()
_ANY_YEAR = 2024
"""One with a 29th of February."""


class CatalogueError(ValueError):
    """A catalogue that cannot be used; the message says which file, what, and how to mend it."""


class SelectableLanguage(Language, Protocol):
    """A language that a resident can choose."""

    @property
    def name(self) -> str:
        """As those who speak it call it."""


class _Number(str):
    """A number, and the word that goes with it: `{n:month|months}`."""

    __slots__ = ("_form",)
    _form: int

    @classmethod
    def of(cls, number: int, form: int) -> Self:
        made = cls(number)
        made._form = form
        return made

    def __format__(self, spec: str) -> str:
        words = spec.split("|")
        return str(self) if spec == "" else words[min(self._form, len(words) - 1)]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`kiosk.domain.text.Language` from a `.po` file."""

    code: str
    locale: Locale
    words: dict[str, str]

    @property
    def name(self) -> str:
        return self.words[NAME.template]

    def translate(self, template: str) -> str:
        return self.words.get(template, template)

    def value(self, value: object) -> str:
        match value:
            case Money():
                return f"¥{format_decimal(value.fen / 100, '#,##0.00', locale=self.locale)}"
            case Month():
                return str(format_skeleton(_MONTH, _first_day(value), locale=self.locale))
            case MonthName(number):
                return str(format_skeleton("MMM", date(_ANY_YEAR, number, 1), locale=self.locale))
            case DayInYear(month, day):
                return str(format_skeleton("MMMMd", date(_ANY_YEAR, month, day), locale=self.locale))
            case MonthSpan(first, last) if first == last:
                return self.value(first)
            case MonthSpan(first, last):
                return format_interval(
                    _first_day(first), _first_day(last), _SHORT_MONTH, locale=self.locale
                ).replace("\u2009", " ")
            case datetime():
                # As it stands in its own zone.
                naive = value.replace(tzinfo=None)
                return f"{format_date(naive, 'medium', locale=self.locale)}, {naive:%H:%M}"
            case date():
                return format_date(value, "long", locale=self.locale)
            case bool():
                return str(value)
            case int():
                return _Number.of(value, _form_of(value, self.locale))
            case _:
                return str(value)


def _first_day(month: Month) -> date:
    return date(month.year, month.month, 1)


def _form_of(number: int, locale: Locale) -> int:
    """The place of a number's plural form among the language's forms; `other` is the last."""
    forms = sorted({*locale.plural_form.tags} | {"other"}, key=_PLURALS.index)
    return forms.index(locale.plural_form(number))


_PLURALS = ("zero", "one", "two", "few", "many", "other")


def read_catalogue(file: Traversable) -> Catalogue:
    """The language of one `.po` file. Raises `CatalogueError` for one that is not whole."""
    code = file.name.removesuffix(SUFFIX)
    try:
        locale = Locale.parse(code.replace("-", "_"))
        with file.open("rb") as opened:
            entries = read_po(opened, locale=locale, abort_invalid=True)
    except (UnknownLocaleError, PoFileError, ValueError) as error:
        raise CatalogueError(f"{file.name}: not a catalogue: {error}") from error
    words: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry.id, str):
            raise CatalogueError(f"{file.name}: {entry.id[0]!r}: write plurals as {{n:month|months}}")
        if entry.id and entry.string and not entry.fuzzy:
            words[entry.id] = str(entry.string)
    for template, translation in words.items():
        try:
            foreign = _places(translation) - _places(template)
        except ValueError as error:
            raise CatalogueError(f"{file.name}: the translation of {template!r}: {error}") from error
        if foreign:
            raise CatalogueError(
                f"{file.name}: the translation of {template!r} has places that the sentence has not: "
                f"{sorted(foreign)}"
            )
    if NAME.template not in words:
        raise CatalogueError(f"{file.name}: translate {NAME.template!r} with the language's own name")
    return Catalogue(code, locale, words)


def _places(template: str) -> set[str]:
    """The names in braces. `ValueError` where the braces do not close, or hold more than a name and words."""
    found = tuple(_PARSER.parse(template))
    for _, name, spec, conversion in found:
        if conversion is not None or "{" in (spec or ""):
            raise ValueError(f"in {{{name}}} nothing stands behind the name but a colon and words")
    return {name for _, name, _, _ in found if name is not None}


def catalogue_files() -> Iterator[Traversable]:
    """The languages that are here, by name of file."""
    folder = resources.files(__package__)
    return iter(sorted((f for f in folder.iterdir() if f.name.endswith(SUFFIX)), key=lambda f: f.name))


def other_languages() -> tuple[SelectableLanguage, ...]:
    """Every language beside Chinese, read from its file. Raises `CatalogueError`."""
    return tuple(read_catalogue(file) for file in catalogue_files())
