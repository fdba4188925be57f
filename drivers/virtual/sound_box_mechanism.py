"""What happens in a virtual sound box: one sound at a time, in its own time, and a socket."""

from __future__ import annotations

import io
import math
import threading
import time
import wave
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from drivers.virtual.sound_box_state import Said, SoundBoxState
from drivers.voices.box_lines import Ended, Headphones, Play

REMEMBERED: Final = 200
"""Sounds that can be asked for."""


class Terminal(Protocol):
    """Who had a sound played."""

    def tell(self, line: bytes) -> None:
        """Send it, if it is still there."""


class UnplayableSound(ValueError):
    """What is to be played is no sound."""


@dataclass(frozen=True, slots=True)
class _Playing:
    said: Said
    host: Terminal
    host_number: int
    began: float
    until: float


class SoundBoxMechanism:
    """The box itself. `run` is its time; every other method may be called on any thread."""

    def __init__(self, log: Path, *, pace: float = 1.0, keep: Path | None = None) -> None:
        """`log` gets a line for each sound when it ends. `pace`: seconds that a second of sound lasts; 0 is
        at once. `keep`: a directory for the sounds, `0001.wav`. Raises OSError."""
        self._log = log
        self._pace = pace
        self._keep = keep
        self._changed = threading.Condition()
        self._hosts: list[Terminal] = []
        self._headphones = self._ending = False
        self._playing: _Playing | None = None
        self._begun = 0
        self._ended: deque[Said] = deque(maxlen=REMEMBERED)
        self._has_ended = 0
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)

    def attach(self, host: Terminal) -> None:
        """A terminal is there; it is told whether headphones are in."""
        with self._changed:
            self._hosts.append(host)
            host.tell(Headphones(self._headphones).line())

    def detach(self, host: Terminal) -> None:
        """It has gone, and what it had played ends."""
        with self._changed:
            self._hosts.remove(host)
            if self._playing is not None and self._playing.host is host:
                self._end(self._playing, cut=True)

    def play(self, play: Play, host: Terminal) -> None:
        """Instead of whatever is being played. Raises UnplayableSound."""
        seconds = seconds_of(play.wav)
        with self._changed:
            if self._playing is not None:
                self._end(self._playing, cut=True)
            self._begun += 1
            if self._keep is not None:
                (self._keep / f"{self._begun:04}.wav").write_bytes(play.wav)
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            said = Said(self._begun, at, play.outlet, play.text, play.language, round(seconds, 3))
            now = time.monotonic()
            self._playing = _Playing(said, host, play.number, now, now + seconds * self._pace)
            self._changed.notify_all()

    def stop(self, number: int, host: Terminal) -> None:
        """Be silent, where this sound of this terminal is being played."""
        with self._changed:
            playing = self._playing
            if playing is not None and (playing.host, playing.host_number) == (host, number):
                self._end(playing, cut=True)

    def plug(self, *, plugged: bool) -> None:
        """Headphones go in, or out."""
        with self._changed:
            if plugged is not self._headphones:
                self._headphones = plugged
                for host in self._hosts:
                    host.tell(Headphones(plugged).line())

    def state(self) -> SoundBoxState:
        with self._changed:
            playing = self._playing
            return SoundBoxState(
                headphones=self._headphones,
                connected=bool(self._hosts),
                saying=playing.said if playing else None,
                heard_s=round(self._heard(playing), 3) if playing else 0.0,
                ended=self._has_ended,
            )

    def said_since(self, number: int) -> tuple[Said, ...]:
        """What has ended after this sound, the oldest first; the last `REMEMBERED` at most."""
        with self._changed:
            return tuple(said for said in self._ended if said.number > number)

    def run(self) -> None:
        """Let the time pass, until `end`."""
        with self._changed:
            while not self._ending:
                left = math.inf if self._playing is None else self._playing.until - time.monotonic()
                if self._playing is not None and left <= 0:
                    self._end(self._playing, cut=False)
                else:
                    self._changed.wait(min(left, 1.0))

    def end(self) -> None:
        """The time is over; what is being played ends."""
        with self._changed:
            self._ending = True
            if self._playing is not None:
                self._end(self._playing, cut=True)
            self._changed.notify_all()

    def _end(self, playing: _Playing, *, cut: bool) -> None:
        """The lock is held."""
        self._playing = None
        said = replace(playing.said, stopped_after=round(self._heard(playing), 3)) if cut else playing.said
        self._ended.append(said)
        self._has_ended += 1
        with self._log.open("a", encoding="utf-8") as log:
            log.write(said.to_json() + "\n")
        playing.host.tell(Ended(playing.host_number).line())

    def _heard(self, playing: _Playing) -> float:
        if self._pace == 0:
            return playing.said.seconds
        heard: float = (time.monotonic() - playing.began) / self._pace
        return min(heard, playing.said.seconds)


def seconds_of(wav: bytes) -> float:
    """How long a sound is. Raises UnplayableSound where it is none, or is not as long as it says."""
    try:
        with wave.open(io.BytesIO(wav)) as sound:
            frames: int = sound.getnframes()
            rate: int = sound.getframerate()
            size = frames * sound.getsampwidth() * sound.getnchannels()
            if not frames or len(sound.readframes(frames)) != size:
                raise UnplayableSound("it is not as long as it says")
    except (wave.Error, EOFError) as error:
        raise UnplayableSound(f"no WAV: {str(error) or 'it is too short'}") from error
    return frames / rate
