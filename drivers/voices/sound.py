"""Sounds on their way from words to air, and the two parts of a voice that make and play them.

A private sound can be played in headphones only: `SoundOutput.play` takes a `Loud` or a `Discreet` sound, and
no `Loud` one can be made of what is private.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from drivers.voices.voice import Outlet, Saying, Volume


class VoiceError(Exception):
    """Nothing can be heard now; the message is for a technician and holds nothing of what was to be said."""


class RendererError(VoiceError):
    """Words did not become a sound."""


class OutputError(VoiceError):
    """A sound was not played, or not to its end."""


class OutputGone(OutputError):
    """The device is not there; it is when it can be opened again."""


class PrivateAloud(AssertionError):
    """Somebody would have had everybody hear what is private."""

    def __init__(self) -> None:
        super().__init__("a private saying was about to come out of the loudspeaker")


@dataclass(frozen=True, slots=True)
class Sound:
    """A saying, or a part of one, as it will be heard."""

    saying: Saying
    language: str
    wav: bytes = field(repr=False)
    """A whole WAV file, its lengths true."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Loud:
    """A public sound, for everybody around. Raises `PrivateAloud` where it is private."""

    outlet: ClassVar = Outlet.LOUDSPEAKER
    sound: Sound

    def __post_init__(self) -> None:
        if self.sound.saying.private:
            raise PrivateAloud


@dataclass(frozen=True, slots=True)
class Discreet:
    """Any sound, in headphones."""

    outlet: ClassVar = Outlet.HEADPHONES
    sound: Sound


class Renderer(Protocol):
    """Makes sounds of words. Used by one thread."""

    def check(self) -> None:
        """Find out whether it can do anything. Raises `RendererError` where it cannot."""

    def render(self, saying: Saying, language: str, volume: Volume) -> Iterator[Sound]:
        """Its sounds, each made when it is asked for, so that the first comes soon; none where nothing in it
        can be said.

        Raises:
            RendererError: now or at a later sound.
        """


class SoundOutput(Protocol):
    """Plays one sound at a time. Used by one thread; silent after any `OutputError`."""

    def open(self, on_change: Callable[[], None]) -> None:
        """Be ready, where it is not. `on_change` is called soon after a sound ended or headphones came or
        went, on any thread.

        Raises:
            OutputGone: it cannot be.
        """

    @property
    def headphones(self) -> bool:
        """They are plugged in; False where nobody can know."""

    @property
    def trouble(self) -> str:
        """What a technician should mend although sounds come out; empty where nothing."""

    def play(self, sound: Loud | Discreet) -> None:
        """Begin it, at its outlet, when nothing is being played.

        Raises:
            OutputError: it cannot be played.
        """

    def busy(self) -> bool:
        """Whether a sound is being played.

        Raises:
            OutputError: it has stopped before its end, or should long have ended.
        """

    def stop(self) -> None:
        """Be silent. Nothing of the sound is heard after this.

        Raises:
            OutputError: nobody knows whether it is silent; it was made so by force.
        """

    def close(self) -> None:
        """Be silent, and let the device go."""
