"""A printer on a serial line, or on an adapter that looks like one."""

import enum
import termios
import time
from dataclasses import dataclass

import serial

from drivers.printers.transport import ConnectionLost, DescriptorTransport, Unreachable

SPEEDS = (9_600, 19_200, 38_400, 57_600, 115_200)
"""Bits a second, the usual one first."""

_FAILURES = (OSError, termios.error)
"""pyserial's own exceptions are OSErrors; what the device driver refuses comes as termios.error."""
_LOOK_S = 0.005


class Flow(enum.Enum):
    """How the printer says that its buffer is full. The driver leaves room in it by itself."""

    NONE = "none"
    RTS_CTS = "rtscts"
    XON_XOFF = "xonxoff"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A device file, 8N1."""

    device: str
    baud: int = SPEEDS[0]
    flow: Flow = Flow.NONE

    def connect(self, within_s: float) -> "SerialTransport":  # noqa: ARG002 opening one does not wait
        """Open it for this process alone.

        Raises:
            Unreachable: it cannot be opened.
        """
        try:
            port = serial.Serial(
                self.device,
                self.baud,
                timeout=0,
                exclusive=True,
                rtscts=self.flow is Flow.RTS_CTS,
                xonxoff=self.flow is Flow.XON_XOFF,
            )
            # The answers to what an earlier process asked.
            port.reset_input_buffer()
        except (*_FAILURES, ValueError) as error:
            raise Unreachable(f"{self}: {error}") from error
        return SerialTransport(port)

    def __str__(self) -> str:
        flow = "" if self.flow is Flow.NONE else f"&flow={self.flow.value}"
        return f"serial://{self.device}?baud={self.baud}{flow}"


class SerialTransport(DescriptorTransport):
    """A `Transport` over an open serial port."""

    def __init__(self, port: serial.Serial) -> None:
        super().__init__(port.fileno())
        self._port = port

    def write(self, data: bytes, within_s: float) -> None:
        """See `Transport.write`.

        Returns when the last byte is on the wire: the limit on the answer to it need not know the speed.
        """
        deadline = time.monotonic() + within_s
        super().write(data, within_s)
        while left := self._unsent():
            if time.monotonic() >= deadline:
                raise ConnectionLost(f"{left} of {len(data)} bytes were not taken in {within_s:g} s")
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """See `Transport.close`."""
        try:
            if self._drops:
                self._port.reset_output_buffer()
        except _FAILURES:
            return  # the line has gone, and what it held with it
        finally:
            self._port.close()

    def _unsent(self) -> int:
        try:
            return self._port.out_waiting
        except _FAILURES as error:
            raise ConnectionLost(f"the line has gone: {error}") from error
