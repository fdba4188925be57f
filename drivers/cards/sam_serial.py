"""The line to a SAM-V module over a serial device, 115200 8N1 (`docs/facts/cards.md` §7)."""

from __future__ import annotations

import select
import termios
from pathlib import Path
from typing import Final

import serial

from drivers.cards.sam_module import LineError

USUAL_SPEED: Final = 115_200
_READ_BYTES: Final = 4096
_WRITE_LIMIT_S: Final = 1.0
_FAILURES: Final = (OSError, termios.error)
"""pyserial's own exceptions are OSErrors; what the device driver refuses comes as termios.error."""


class SerialLine:
    """A `ByteLine` over a serial device that nobody else has open."""

    def __init__(self, device: Path, speed: int = USUAL_SPEED, *, name: str = "ID reader") -> None:
        """Open it for this process alone. Raises `LineError`; the message says what can be done, and what the
        device is: `name`."""
        try:
            # Without a time-out of its own: `read` waits, and then takes what is there.
            self._port = serial.Serial(
                str(device), speed, timeout=0, write_timeout=_WRITE_LIMIT_S, exclusive=True
            )
        except (*_FAILURES, ValueError) as error:
            raise LineError(f"{device} cannot be opened: {error}{_remedy(error, name)}") from error

    def write(self, data: bytes, within_s: float) -> None:
        """See `ByteLine.write`."""
        try:
            if self._port.write_timeout != within_s:
                self._port.write_timeout = within_s
            self._port.write(data)
        except _FAILURES as error:
            raise LineError(f"not all bytes were taken: {error}") from error

    def read(self, within_s: float) -> bytes:
        """See `ByteLine.read`."""
        try:
            select.select([self._port.fileno()], [], [], max(0.0, within_s))
            return bytes(self._port.read(_READ_BYTES))
        except _FAILURES as error:
            raise LineError(f"the line has gone: {error}") from error

    def flush(self) -> None:
        """See `ByteLine.flush`."""
        try:
            self._port.reset_input_buffer()
        except _FAILURES as error:
            raise LineError(f"the line has gone: {error}") from error

    def close(self) -> None:
        """See `ByteLine.close`."""
        self._port.close()


def _remedy(error: Exception, name: str) -> str:
    match getattr(error, "errno", None):
        case 2:
            return f". Plug the {name} in, or correct the device's path"
        case 13:
            return ". Add this user to the group that owns the device (Debian: dialout)"
        case 11 | 16:
            return ". Another program has it open: end that one"
    return ""
