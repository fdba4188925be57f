"""A terminal's own sound devices, played by `aplay` (Debian: alsa-utils).

No machine here has any: what is tried is everything up to the device (`docs/facts/voice.md` §3).
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.voices.jack import Jack
from drivers.voices.sound import Discreet, Loud, OutputError
from drivers.voices.voice import Outlet

_MARGIN_S: Final = 5.0
"""After a sound's seconds, in which aplay should have ended."""
_KILL_LIMIT_S: Final = 1.0
_MOST_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class AlsaAddress:
    """ALSA's names of the devices, and where headphones can be plugged in, of their socket's input device.

    `headphones` and `jack` are both there or both not.
    """

    loudspeaker: str
    headphones: str = ""
    jack: str = ""

    def output(self) -> AlsaOutput:
        """Not opened yet."""
        return AlsaOutput(self)

    def __str__(self) -> str:
        socket = f"?headphones={self.headphones}&jack={self.jack}" if self.headphones else ""
        return f"alsa:{self.loudspeaker}{socket}"


class AlsaOutput:
    """A `SoundOutput`: a process of aplay a sound. Killed, it is silent at once."""

    def __init__(self, address: AlsaAddress, program: str = "aplay", jack: Jack | None = None) -> None:
        """Without a `jack`, the one that the address names."""
        self._devices = {
            Outlet.LOUDSPEAKER: address.loudspeaker,
            Outlet.HEADPHONES: address.headphones,
        }
        self._program = program
        self._jack = jack or (Jack(address.jack) if address.jack else None)
        self._playing: subprocess.Popen[bytes] | None = None
        self._until = 0.0

    @property
    def headphones(self) -> bool:
        """See `SoundOutput.headphones`."""
        return self._jack is not None and self._jack.inserted

    @property
    def trouble(self) -> str:
        """See `SoundOutput.trouble`: the socket's switch cannot be read."""
        return self._jack.trouble if self._jack else ""

    def open(self, on_change: Callable[[], None]) -> None:
        """See `SoundOutput.open`. The devices are opened for each sound."""
        if self._jack is not None:
            self._jack.watch(on_change)

    def play(self, sound: Loud | Discreet) -> None:
        """See `SoundOutput.play`."""
        command = [self._program, "-q", "-D", self._devices[sound.outlet], "-"]
        # Not a pipe: it would have to be fed. Not a file: what is private lies on no disk.
        with os.fdopen(os.memfd_create("sound"), "w+b") as wav:
            wav.write(sound.sound.wav)
            wav.seek(0)
            try:
                self._playing = subprocess.Popen(
                    command, stdin=wav, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                )
            except FileNotFoundError as missing:
                raise OutputError(f"{self._program} is not installed; apt install alsa-utils") from missing
            except OSError as error:
                raise OutputError(f"{self._program}: {error.strerror or error}") from error
        self._until = time.monotonic() + sound.sound.seconds + _MARGIN_S

    def busy(self) -> bool:
        """See `SoundOutput.busy`."""
        playing = self._playing
        if playing is None:
            return False
        code = playing.poll()
        if code is None:
            if time.monotonic() < self._until:
                return True
            self.stop()
            raise OutputError(f"{self._program} does not end a sound")
        said = self._let_go(playing)
        if code:
            raise OutputError(f"{self._program} ended with {code}: {said}")
        return False

    def stop(self) -> None:
        """See `SoundOutput.stop`."""
        playing = self._playing
        if playing is None:
            return
        playing.kill()
        try:
            playing.wait(_KILL_LIMIT_S)
        except subprocess.TimeoutExpired as still_there:
            raise OutputError(f"{self._program} cannot be killed") from still_there
        self._let_go(playing)

    def close(self) -> None:
        """See `SoundOutput.close`."""
        try:
            self.stop()
        finally:
            if self._jack is not None:
                self._jack.close()

    def _let_go(self, ended: subprocess.Popen[bytes]) -> str:
        """What it complained of."""
        self._playing = None
        if ended.stderr is None:
            return ""
        with ended.stderr:
            return " ".join(ended.stderr.read(_MOST_WORDS).decode(errors="replace").split())
