"""What a voice is: pages go in as sentences, and are heard on a loudspeaker or in headphones.

What is private is heard in headphones and nowhere else (`docs/facts/voice.md` §1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, Protocol

LONGEST_SAYING: Final = 1_000
"""Characters."""
MOST_SAYINGS: Final = 200


class Outlet(StrEnum):
    """Where a sound comes out."""

    LOUDSPEAKER = "loudspeaker"
    """Everybody around hears it."""
    HEADPHONES = "headphones"
    """Only who has them on."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence, or a few, that is heard whole or not at all. Raises ValueError where it is too long."""

    text: str = field(repr=False)
    private: bool
    """A name, a number, a sum: nobody beside the resident may hear it."""

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_SAYING:
            raise ValueError(f"a saying of {len(self.text)} characters; at most {LONGEST_SAYING} are said")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A page, as it is said. Raises ValueError where it is too long, or `withheld` is private."""

    sayings: tuple[Saying, ...]
    language: str
    """`zh`, `en`, or any other tag of BCP 47 that the voice knows."""
    withheld: Saying | None = None
    """Public: said at the end where something private was left out, as 插上耳机可以听到其余内容."""

    def __post_init__(self) -> None:
        if len(self.sayings) > MOST_SAYINGS:
            raise ValueError(f"{len(self.sayings)} sayings; at most {MOST_SAYINGS} are said")
        if self.withheld is not None and self.withheld.private:
            raise ValueError("what says that something was left out is heard by everybody: it is public")


class Volume(IntEnum):
    """How loud (音量)."""

    OFF = 0
    LOW = 1
    NORMAL = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class VoiceState:
    """One moment of a voice."""

    headphones: bool
    """They are plugged in."""
    speaking: bool
    """Also between two sentences of a page."""
    works: bool
    """Nothing is known that keeps it from being heard."""
    why: str = ""
    """For a technician: what is wrong, and what to do."""


class Voice(Protocol):
    """Says pages. Nothing here waits for a sound but `close`."""

    @property
    def state(self) -> VoiceState:
        """As it was last seen."""

    def speak(self, utterance: Utterance) -> None:
        """Say this page instead of whatever is being said. One without sayings leaves nothing to repeat."""

    def repeat(self) -> None:
        """Say the same page anew (再听一遍)."""

    def stop(self) -> None:
        """Be silent, until a page is given or repeated."""

    def set_volume(self, volume: Volume) -> None:
        """From now on. After OFF, the page is said anew unless it was stopped."""

    def close(self) -> None:
        """Be silent, for good. Raises `TimeoutError` where it does not end in time."""


class Silent:
    """The voice of a terminal that has none."""

    def __init__(self, why: str) -> None:
        """`why` it has none, for a technician."""
        self.state: Final = VoiceState(headphones=False, speaking=False, works=False, why=why)

    def speak(self, utterance: Utterance) -> None:
        """Nothing is said."""

    def repeat(self) -> None:
        """Nothing is said."""

    def stop(self) -> None:
        """It is silent already."""

    def set_volume(self, volume: Volume) -> None:
        """There is nothing to be louder."""

    def close(self) -> None:
        """There is nothing to end."""
