"""What the loudspeaker may say: nothing of which it is not known that anybody may hear it.

A sentence that a service wrote is the same for everybody; what stands in its places may be somebody's own. So
a value is private unless it is marked `Public`, and blocks that show a person's own are private whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from drivers.voices.voice import LONGEST_SAYING, MOST_SAYINGS, Saying, Utterance
from kiosk.domain.text import Language, Text, is_public, say
from kiosk.speech.verbal import aloud

THE_REST = say("其余的请看屏幕；插上耳机，可以念给您一个人听")
"""Said on the loudspeaker instead of what is private."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be said. Private, unless it is told `by_its_values` and each of them is public."""

    text: Text
    by_its_values: bool = False

    @property
    def private(self) -> bool:
        return not (self.by_its_values and is_public(self.text))


def utterance(told: Iterable[Told], language: Language, withheld: Text = THE_REST) -> Utterance:
    """In words for the ear; what has none, as a sign that only the eye reads, is left out.

    A page that says more than `MOST_SAYINGS` is said as far as that: nobody listens for so long.
    """
    sayings = tuple(islice((saying for one in told for saying in _sayings(one, language)), MOST_SAYINGS))
    instead = Saying(aloud(withheld, language), private=False)
    return Utterance(sayings, language.code, instead if any(one.private for one in sayings) else None)


def _sayings(told: Told, language: Language) -> Iterator[Saying]:
    """One; several where it is longer than a voice takes."""
    words = aloud(told.text, language)
    for start in range(0, len(words), LONGEST_SAYING):
        yield Saying(words[start : start + LONGEST_SAYING], told.private)
