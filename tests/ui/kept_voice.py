"""A voice that keeps what it is given, for the window's side of it; the device has its own tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.voices.voice import Saying, Utterance, VoiceState, Volume

READY = VoiceState(headphones=False, speaking=False, works=True)


@dataclass
class KeptVoice:
    """`Voice`; what was asked of it, in its order, as `said` and `acts` tell it."""

    state: VoiceState = READY
    acts: list[Utterance | Volume | str] = field(default_factory=list)

    @property
    def said(self) -> list[Utterance]:
        return [act for act in self.acts if isinstance(act, Utterance)]

    @property
    def last(self) -> tuple[Saying, ...]:
        """The sentences of what was given last."""
        return self.said[-1].sayings

    @property
    def first_words(self) -> list[str]:
        """Of each page, how it begins."""
        return [utterance.sayings[0].text for utterance in self.said]

    def speak(self, utterance: Utterance) -> None:
        self.acts.append(utterance)

    def repeat(self) -> None:
        self.acts.append("repeat")

    def stop(self) -> None:
        self.acts.append("stop")

    def set_volume(self, volume: Volume) -> None:
        self.acts.append(volume)

    def close(self) -> None:
        self.acts.append("close")
