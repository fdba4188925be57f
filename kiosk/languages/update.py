"""Brings every catalogue up to date with the sentences in the program: `python -m kiosk.languages.update`.

New sentences come in without a translation, those that are said no more go. Nothing is guessed: a sentence
that was reworded is a new one.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kiosk.languages.catalogue import SUFFIX

HERE = Path(__file__).parent
TREE = HERE.parent.parent
ROOMS = ("kiosk", "ui")
NOT_FOR_RESIDENTS = ("kiosk/papers/", "kiosk/selftest.py", "ui/bench/", "ui/rehearsal.py")
"""Papers are Chinese in every language; a self-test is for a technician, the bench for a demo,
a rehearsed page for nobody."""
_KEYWORDS = {"say": None}
_MODULES = (("bench/**.py", "ignore"), ("**.py", "python"))
"""The bench has other things to say."""


def sentences() -> dict[str, set[str]]:
    """Every template in the program that a resident may see or hear, and the files that say it."""
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for name, _, message, _, _ in extract_from_dir(TREE / room, _MODULES, keywords=_KEYWORDS):
            file = f"{room}/{name}"
            if file.startswith(NOT_FOR_RESIDENTS) or not isinstance(message, str) or not _has_words(message):
                continue
            found.setdefault(message, set()).add(file)
    return found


def _has_words(template: str) -> bool:
    """Whether there is anything to translate. Of several places every language has its own order."""
    parts = tuple(string.Formatter().parse(template))
    places = sum(name is not None for _, name, _, _ in parts)
    return places > 1 or any(sign.isalpha() or not sign.isascii() for text, *_ in parts for sign in text)


def updated(path: Path) -> Catalog:
    """The catalogue of `path` with exactly the sentences there are now."""
    locale = Locale.parse(path.stem.replace("-", "_"))
    with path.open("rb") as opened:
        old = read_po(opened, locale=locale)
    # No dates in the header: the same sentences make the same file.
    made = Catalog(locale=locale, project="bianmin", version="1", charset="utf-8", fuzzy=False)
    for template, files in sorted(sentences().items(), key=lambda one: (sorted(one[1]), one[0])):
        before = old.get(template)
        made.add(
            template,
            string="" if before is None else before.string,
            locations=[(file, 0) for file in sorted(files)],
            user_comments=() if before is None else tuple(before.user_comments),
        )
    return made


def main() -> int:
    lacking = 0
    for path in sorted(HERE.glob(f"*{SUFFIX}")):
        made = updated(path)
        with path.open("wb") as opened:
            write_po(opened, made, width=110, omit_header=True, include_lineno=False)
        without = [entry.id for entry in made if entry.id and not entry.string]
        lacking += len(without)
        print(f"{path.name}: {len(made)} sentences, {len(without)} without a translation")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
