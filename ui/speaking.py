"""What of the pages is said: when, how loud, and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.conversation.phase import Phase
from ui.top_bar import VoiceControls
from ui.touch import Button

if TYPE_CHECKING:
    from drivers.voices.voice import Utterance, Voice, VoiceState
    from kiosk.conversation.view import View
    from kiosk.domain.text import Language
    from ui.pages.page import Page

_NORMAL, _VOLUMES = 2, 4
"""`drivers.voices.voice.Volume`, which is not loaded before the first paint."""


class SayThing(Protocol):
    def __call__(self, told: str, language: Language, *, private: bool) -> Utterance:
        """What the arrows have come to, put into words."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A voice, and who puts pages into words for it; loaded after the first paint."""

    voice: Voice
    volume: Callable[[int], None]
    page: Callable[[View, Language, Page], Utterance | None]
    """Of a view, with what only its page knows."""
    thing: SayThing
    unasked: bool
    """Pages are said as soon as they open; else only in headphones, or when asked for."""


class PageVoice:
    """Silent until it is given a voice."""

    def __init__(self, changed: Callable[[], None], touched: Callable[[], None]) -> None:
        """`changed` is told when the controls are other ones, `touched` when somebody used one."""
        self._changed, self._touched = changed, touched
        self._spoken: Spoken | None = None
        self._state: VoiceState | None = None
        self._has_worked = False
        self._volume = _NORMAL
        self._page: Utterance | None = None
        self._was_said = False
        """It, or what the arrows came to on it: the voice has it still."""

    def take(self, spoken: Spoken) -> None:
        self._spoken = spoken
        self.tell(spoken.voice.state)

    def tell(self, state: VoiceState) -> None:
        """What the voice says of itself, on Qt's thread."""
        before, self._state = self._state, state
        self._has_worked = self._has_worked or state.works
        plugged = state.headphones and (before is None or not before.headphones)
        if plugged and not self._was_said:
            # What was said already the voice itself says anew.
            self._say(self._page)
        if before != state:
            self._changed()

    @property
    def controls(self) -> VoiceControls | None:
        """None where nothing was ever heard. One sound that failed takes nothing away: a touch tries anew."""
        state = self._state
        if state is None or not self._has_worked:
            return None
        return VoiceControls(
            state.speaking,
            state.headphones,
            self._volume,
            hear=self._hear,
            hush=self._hush,
            next_volume=self._next_volume,
        )

    def open_page(self, view: View, language: Language, page: Page, *, by_keys: bool) -> None:
        """A page is there. Whoever goes by the arrows, or has headphones on, hears it whatever is set."""
        if self._spoken is None:
            return
        self._page = self._spoken.page(view, language, page)
        plugged = self._state is not None and self._state.headphones
        # While nobody is here the room stays quiet: who comes with headphones, or by the arrows, hears it.
        unasked = self._spoken.unasked and view.phase not in (Phase.STARTING, Phase.WAITING)
        if self._page is not None and (unasked or by_keys or plugged):
            self._say(self._page)
        else:
            self._silence()

    def name(self, thing: Button, language: Language) -> None:
        """The arrows have come to it."""
        if self._spoken is not None:
            told = " ".join(part for part in (thing.accessibleName(), thing.accessibleDescription()) if part)
            self._say(self._spoken.thing(told, language, private=not thing.public))

    def tell_own(self, words: str, language: Language) -> None:
        """What changed under a key: a resident's own, so only in headphones."""
        if self._spoken is not None:
            self._say(self._spoken.thing(words, language, private=True))

    def forget_page(self) -> None:
        """The talk is over: silent, and nothing to repeat."""
        self._page = None
        self._silence()

    def as_loud_as_before(self) -> None:
        """Whoever made it louder, or silent, is here no more."""
        if self._spoken is not None and self._volume != _NORMAL:
            self._volume = _NORMAL
            self._spoken.volume(_NORMAL)

    def _say(self, utterance: Utterance | None) -> None:
        if utterance is not None and self._spoken is not None:
            self._spoken.voice.speak(utterance)
            self._was_said = True

    def _silence(self) -> None:
        self._was_said = False
        if self._spoken is not None:
            self._spoken.voice.stop()

    def _hear(self) -> None:
        self._touched()
        self._say(self._page)

    def _hush(self) -> None:
        self._touched()
        self._silence()

    def _next_volume(self) -> None:
        self._touched()
        self._volume = (self._volume + 1) % _VOLUMES
        if self._spoken is not None:
            self._spoken.volume(self._volume)
        self._changed()
