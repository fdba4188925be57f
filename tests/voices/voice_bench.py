"""A voice at a virtual sound box, and tones that stand for words where nobody listens to them."""

from __future__ import annotations

import io
import json
import subprocess
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fixtures.forks import Forked
from fixtures.pcsc import wait_until

from drivers.virtual.sound_box_control import SoundBoxControl
from drivers.virtual.sound_box_state import Said
from drivers.voices.box_output import BoxAddress
from drivers.voices.sound import Renderer, Sound, SoundOutput
from drivers.voices.speaker import Speaker
from drivers.voices.voice import Saying, Utterance, VoiceState, Volume

WITHHELD = Saying("插上耳机可以听到其余内容。", private=False)
RATE = 8_000


class SoundBoxProcess:
    """`python -m drivers.virtual.sound_box` on free ports."""

    def __init__(self, said: Path, *options: str) -> None:
        self.said = said
        self.process = Forked(
            "drivers.virtual.sound_box",
            *("--port", "0", "--control", "0", "--said", str(said), "--with-parent", *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        ports = json.loads(self.process.stdout.readline())
        self.address = BoxAddress("127.0.0.1", ports["port"])
        self.control = SoundBoxControl("127.0.0.1", ports["control"])
        self._seen = 0

    def fresh(self) -> SoundBoxProcess:
        """As if it had just been started."""
        self.control.headphones(plugged=False)
        self._seen = self.control.state().ended
        return self

    def logged(self) -> list[Said]:
        """What its file says was heard since it was `fresh`."""
        lines = self.said.read_text(encoding="utf-8").splitlines()
        return [said for said in map(Said.from_json, lines) if said.number > self._seen]

    def heard(self) -> list[tuple[str, str]]:
        """Where and what, since it was `fresh`."""
        return [(said.outlet.value, said.text) for said in self.logged()]

    def saying(self) -> str:
        """What is being heard."""
        saying = self.control.state().saying
        return saying.text if saying else ""

    def close(self) -> None:
        self.control.close()
        self.process.communicate()


class Tones:
    """A `Renderer` of silence, so long for each saying."""

    def __init__(self, seconds: float = 30.0) -> None:
        self.wav, self.seconds = silence(seconds), seconds

    def check(self) -> None:
        """It can always."""

    def render(self, saying: Saying, language: str, volume: Volume) -> Iterator[Sound]:
        assert volume is not Volume.OFF
        yield Sound(saying, language, self.wav, self.seconds)


def silence(seconds: float) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(RATE)
        written.writeframes(bytes(round(seconds * RATE)))
    return whole.getvalue()


@contextmanager
def voice_of(
    output: SoundOutput,
    renderer: Renderer,
    on_state: Callable[[VoiceState], None] = lambda _state: None,
    kind: type[Speaker] = Speaker,
) -> Iterator[Speaker]:
    """Ready to speak."""
    voice = kind(renderer, output, on_state)
    try:
        wait_until(lambda: voice.state.works or voice.state.why != "it has just begun")
        yield voice
    finally:
        voice.close()


def page(*texts: str) -> Utterance:
    """What begins with a lock is private."""
    return Utterance(tuple(Saying(text, private=text.startswith("🔒")) for text in texts), "zh", WITHHELD)
