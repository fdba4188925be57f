"""A sound box on the network, as the virtual one is."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, Self

from drivers.tcp_address import DeviceAddress
from drivers.voices.box_lines import BadLine, Ended, Headphones, Play, Refused, Stop, read_line
from drivers.voices.sound import Discreet, Loud, OutputError, OutputGone

_LIMIT_S: Final = 2.0
"""For a connection, the word that the headphones are in or out, a write, and the end of a stopped sound."""
_MARGIN_S: Final = 5.0
"""After a sound's seconds, in which it should have ended."""
_LOOK_S: Final = 1.0
_READ_BYTES: Final = 4096
_LONGEST_ANSWER: Final = 4096


@dataclass(frozen=True, slots=True)
class BoxAddress(DeviceAddress):
    """A sound box on the local network."""

    device = "voice"
    example = "tcp://192.168.1.70:7785"

    def output(self) -> BoxOutput:
        """Not opened yet."""
        return BoxOutput(self)


class BoxOutput:
    """A `SoundOutput`. A box whose host has gone is silent by itself."""

    trouble = ""

    def __init__(self, address: BoxAddress) -> None:
        self._address = address
        self._line: _Line | None = None
        self._number = 0
        self._until = 0.0

    @property
    def headphones(self) -> bool:
        """See `SoundOutput.headphones`."""
        return self._line is not None and self._line.headphones

    def open(self, on_change: Callable[[], None]) -> None:
        """See `SoundOutput.open`."""
        if self._line is not None and not self._line.lost:
            return
        self.close()
        self._number = 0
        with self._closed_where_it_fails():
            self._line = _Line(self._address, on_change)
            self._line.wait(lambda line: line.has_greeted, "it does not say whether headphones are in")

    def play(self, sound: Loud | Discreet) -> None:
        """See `SoundOutput.play`."""
        self._number += 1
        whole = sound.sound
        self._until = time.monotonic() + whole.seconds + _MARGIN_S
        with self._closed_where_it_fails():
            self._opened().send(
                Play(self._number, sound.outlet, whole.saying.text, whole.language, whole.wav).line()
            )

    def busy(self) -> bool:
        """See `SoundOutput.busy`."""
        with self._closed_where_it_fails():
            line = self._opened()
            if line.refused:
                raise OutputError(f"{line.name} does not play it: {line.refused}")
            if line.ended >= self._number:
                return False
            if line.lost or time.monotonic() > self._until:
                raise OutputGone(f"{line.name}: {line.lost or 'it does not say that a sound has ended'}")
            return True

    def stop(self) -> None:
        """See `SoundOutput.stop`."""
        number = self._number
        with self._closed_where_it_fails():
            line = self._opened()
            line.send(Stop(number).line())
            line.wait(lambda line: line.ended >= number, "it does not say that it is silent")

    def close(self) -> None:
        """See `SoundOutput.close`."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _opened(self) -> _Line:
        if self._line is None:
            raise OutputGone(f"the sound box at {self._address} is not connected")
        return self._line

    @contextmanager
    def _closed_where_it_fails(self) -> Iterator[None]:
        try:
            yield
        except OutputError:
            self.close()
            raise


class _Line:
    """A connection, and the thread that hears what the box says."""

    def __init__(self, address: BoxAddress, on_change: Callable[[], None]) -> None:
        """Connect. Raises `OutputGone`."""
        self.name = f"the sound box at {address}"
        self._on_change = on_change
        try:
            self._socket = socket.create_connection((address.host, address.port), timeout=_LIMIT_S)
        except OSError as error:
            raise OutputGone(f"{self.name} cannot be reached: {error.strerror or error}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heard = threading.Condition()
        self.has_greeted = self.headphones = False
        self.ended = 0
        """The newest sound that has."""
        self.refused = self.lost = ""
        self._thread = threading.Thread(target=self._hear, name="sound-box", daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        """Raises `OutputGone` where not all is taken in time."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise OutputGone(f"{self.name}: {error.strerror or error}") from error

    def wait(self, until: Callable[[Self], bool], else_: str) -> None:
        """Raises `OutputGone` where it does not come true in time."""
        with self._heard:
            self._heard.wait_for(lambda: until(self) or self.lost, _LIMIT_S)
            if not until(self):
                raise OutputGone(f"{self.name}: {self.lost or else_}")

    def close(self) -> None:
        with suppress(OSError):  # the box was quicker
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(_LIMIT_S)
        self._socket.close()

    def _hear(self) -> None:
        lost = "it has ended the connection"
        unread = bytearray()
        try:
            while data := self._receive():
                unread += data
                *lines, rest = bytes(unread).split(b"\n")
                unread = bytearray(rest)
                for line in lines:
                    self._take(line)
                if len(unread) > _LONGEST_ANSWER:
                    raise BadLine
        except (OSError, BadLine) as error:
            lost = str(error)
        with self._heard:
            self.lost, self.headphones = lost, False
            self._heard.notify_all()
        self._on_change()

    def _receive(self) -> bytes:
        while not select.select([self._socket], [], [], _LOOK_S)[0]:
            pass
        return self._socket.recv(_READ_BYTES)

    def _take(self, line: bytes) -> None:
        said = read_line(line)
        with self._heard:
            match said:
                case Headphones(plugged):
                    self.has_greeted, self.headphones = True, plugged
                case Ended(number):
                    self.ended = max(self.ended, number)
                case Refused(_, why):
                    self.refused = why
                case _:
                    raise BadLine
            self._heard.notify_all()
        self._on_change()
