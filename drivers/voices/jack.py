"""The switch in a headphone socket, as Linux tells it: an input device (`docs/facts/voice.md` §3)."""

from __future__ import annotations

import fcntl
import logging
import os
import select
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Final

_LOG = logging.getLogger(__name__)
_EVENT: Final = struct.Struct("@llHHi")
"""struct input_event: seconds, microseconds, type, code, value."""
_EV_SYN: Final = 0x00
_SYN_DROPPED: Final = 3
_EV_SW: Final = 0x05
_SW_HEADPHONE_INSERT: Final = 0x02
_SWITCHES: Final = struct.Struct("@Q")
_EVIOCGSW: Final = 2 << 30 | _SWITCHES.size << 16 | ord("E") << 8 | 0x1B
"""_IOR('E', 0x1b): the state of all switches, a bit each."""
_SLICE_S: Final = 0.1
_AGAIN_S: Final = 1.0
_EVENTS_AT_ONCE: Final = 64
_STOP_LIMIT_S: Final = 3.0


class SwitchEvents:
    """Puts a device's bytes together to events of the headphones' switch."""

    def __init__(self) -> None:
        self._begun = b""

    def take(self, data: bytes) -> Iterator[bool | None]:
        """In or out, in order; None where events were lost, and the switch has to be asked."""
        whole = self._begun + data
        used = len(whole) - len(whole) % _EVENT.size
        self._begun = whole[used:]
        for _, _, kind, code, value in _EVENT.iter_unpack(whole[:used]):
            if (kind, code) == (_EV_SW, _SW_HEADPHONE_INSERT):
                yield value != 0
            elif (kind, code) == (_EV_SYN, _SYN_DROPPED):
                yield None


def inserted(descriptor: int) -> bool:
    """Ask the switch. Raises `OSError` where the device has none."""
    answer = bytearray(_SWITCHES.size)
    fcntl.ioctl(descriptor, _EVIOCGSW, answer)
    (switches,) = _SWITCHES.unpack(answer)
    return bool(switches >> _SW_HEADPHONE_INSERT & 1)


class Jack:
    """Watches one socket on a thread of its own. While its device is away, nothing is in it."""

    def __init__(self, device: str, ask: Callable[[int], bool] = inserted) -> None:
        """`ask` reads the switch of an open device."""
        self._device, self._ask = device, ask
        self._on_change: Callable[[], None] = lambda: None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.inserted = False
        self.trouble = ""
        """Why it cannot be watched; empty while it can."""

    def watch(self, on_change: Callable[[], None]) -> None:
        """Begin, if it has not begun. `on_change` is called on the jack's thread."""
        if self._thread is None:
            self._on_change = on_change
            self._thread = threading.Thread(target=self._run, name="headphone-socket", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread. Raises `TimeoutError` when it does not end in time."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_LIMIT_S)
            if self._thread.is_alive():
                raise TimeoutError(f"the headphone socket's thread did not end within {_STOP_LIMIT_S:g} s")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                descriptor = os.open(self._device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                try:
                    self._listen(descriptor)
                finally:
                    os.close(descriptor)
            except OSError as error:
                why = f"the headphone socket's switch {self._device}: {error.strerror or error}"
                if self.trouble != why:
                    _LOG.error("headphones are not noticed: %s", why)
                self._see(is_in=False, trouble=why)
                self._stopping.wait(_AGAIN_S)

    def _listen(self, descriptor: int) -> None:
        """Raises `OSError` when the device goes."""
        events = SwitchEvents()
        self._see(is_in=self._ask(descriptor))
        while not self._stopping.is_set():
            if not select.select([descriptor], [], [], _SLICE_S)[0]:
                continue
            data = os.read(descriptor, _EVENT.size * _EVENTS_AT_ONCE)
            if not data:
                raise OSError("it has ended")
            for is_in in events.take(data):
                self._see(is_in=self._ask(descriptor) if is_in is None else is_in)

    def _see(self, *, is_in: bool, trouble: str = "") -> None:
        if (is_in, trouble) != (self.inserted, self.trouble):
            self.inserted, self.trouble = is_in, trouble
            self._on_change()
