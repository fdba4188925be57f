"""How far a page has been said, and what of it is left out."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.voices.sound import Renderer, Sound
from drivers.voices.voice import Saying, Utterance, Volume


class Page:
    """One utterance while it is being said. Used by one thread."""

    def __init__(self, utterance: Utterance, renderer: Renderer) -> None:
        self._utterance = utterance
        self._renderer = renderer
        self._to_come = iter(utterance.sayings)
        self._left_out = self._at_withheld = False
        self._saying: Saying | None = None
        self._sounds: Iterator[Sound] = iter(())

    def next_sound(self, volume: Volume, *, headphones: bool) -> Sound | None:
        """What is to be heard next; None where the page is at its end.

        Without headphones what is private is passed over, also where it has begun. Raises `RendererError`.
        """
        while True:
            if self._saying is not None and self._saying.private and not headphones:
                self._left_out = True
            else:
                sound = next(self._sounds, None)
                if sound is not None:
                    return sound
            self._saying = self._next_saying()
            if self._saying is None:
                return None
            self._begin(self._saying, volume)

    def say_again(self, volume: Volume) -> None:
        """The saying that was interrupted, from its beginning."""
        if self._saying is not None:
            self._begin(self._saying, volume)

    def _begin(self, saying: Saying, volume: Volume) -> None:
        self._sounds = self._renderer.render(saying, self._utterance.language, volume)

    def _next_saying(self) -> Saying | None:
        saying = next(self._to_come, None)
        if saying is None and self._left_out and not self._at_withheld:
            self._at_withheld = True
            return self._utterance.withheld
        return saying
