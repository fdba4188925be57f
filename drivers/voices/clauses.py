"""Where long sentences may be cut, so that the first words come soon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 60
"""Characters that are made a sound at once: some fifteen seconds of Chinese."""
_SENTENCE_ENDS: Final = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s|\n")
_PAUSES: Final = re.compile(r"[，、：]|[,:](?=\s)")
_BETWEEN_WORDS: Final = re.compile(r"(?<![A-Za-z0-9.,])|(?![A-Za-z0-9.,])")


def clauses(text: str) -> Iterator[str]:
    """Its sentences, cut at pauses where they are longer than `LONGEST`. Only space is lost, and what holds
    neither letters nor figures.

    No number and no Latin word is cut that is not too long by itself.
    """
    speakable = "".join(each if each.isprintable() or each == "\n" else " " for each in text)
    for sentence in _SENTENCE_ENDS.split(speakable):
        for clause in _cut(sentence.strip()):
            if any(each.isalnum() for each in clause):
                yield clause


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        end = _last(_PAUSES, sentence) or _last(_BETWEEN_WORDS, sentence) or LONGEST
        yield sentence[:end].strip()
        sentence = sentence[end:].strip()
    yield sentence


def _last(place: re.Pattern[str], sentence: str) -> int:
    return max((found.end() for found in place.finditer(sentence, 0) if found.end() <= LONGEST), default=0)
