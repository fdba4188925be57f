"""The way to a pin pad: whole messages over TCP, with time limits; nothing is judged here."""

import select
import socket
import time
from collections import deque

from drivers.pin_pads.framing import FrameReader, frame
from drivers.tcp_address import DeviceAddress

_READ_BYTES = 4096


class PinPadLineError(OSError):
    """The pad cannot be reached, or no longer."""


class NotSent(PinPadLineError):
    """Not one byte of the message left: the pad cannot know of it."""


class ConnectionLost(PinPadLineError):
    """The connection ended, or took no more bytes in time; the pad may have the message."""


class PinPadAddress(DeviceAddress):
    """A pin pad on the local network."""

    __slots__ = ()
    device = "pin pad"
    example = "tcp://192.168.1.60:7778"


class Connection:
    """One connection to a pad, used by one thread."""

    def __init__(self, address: PinPadAddress, connect_s: float, unacknowledged_s: float) -> None:
        """Connect.

        What the pad's side has not acknowledged after `unacknowledged_s` ends the connection, so that a
        request in the kernel's hands is not delivered long after it was given up. A pad that lost its power
        is noticed by keep-alive probes in about the same time.

        Raises:
            NotSent: no connection came about in time.
        """
        try:
            self._socket = socket.create_connection((address.host, address.port), timeout=connect_s)
        except OSError as error:
            raise NotSent(f"{address}: {error.strerror or error}") from error
        self._socket.settimeout(0)
        idle_s = max(1, round(unacknowledged_s / 2))
        for level, option, value in (
            (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
            (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, max(1, round(unacknowledged_s * 1000))),
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
            (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle_s),
            (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, idle_s),
        ):
            self._socket.setsockopt(level, option, value)
        self._frames = FrameReader()
        self._received: deque[bytes] = deque()

    def send(self, message: bytes, within_s: float) -> None:
        """Hand a message over.

        Raises:
            NotSent: no byte of it was taken.
            ConnectionLost: some bytes were taken, not all.
            BadFrame: it is too long.
        """
        deadline = time.monotonic() + within_s
        data = frame(message)
        rest = memoryview(data)
        while rest:
            failure: type[PinPadLineError] = NotSent if len(rest) == len(data) else ConnectionLost
            _, writable, _ = select.select([], [self._socket], [], max(0.0, deadline - time.monotonic()))
            if not writable:
                raise failure(f"{len(rest)} of {len(data)} bytes were not taken in {within_s:g} s")
            try:
                rest = rest[self._socket.send(rest) :]
            except OSError as error:
                raise failure(f"{error.strerror or error}") from error

    def receive(self, within_s: float) -> bytes | None:
        """The next message, or None where no whole one came in time.

        Raises:
            ConnectionLost: the pad ended the connection.
            BadFrame: no message can be told apart any more.
        """
        deadline = time.monotonic() + within_s
        while not self._received:
            readable, _, _ = select.select([self._socket], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                return None
            try:
                data = self._socket.recv(_READ_BYTES)
            except OSError as error:
                raise ConnectionLost(f"{error.strerror or error}") from error
            if not data:
                raise ConnectionLost("the pad ended the connection")
            self._received.extend(self._frames.feed(data))
        return self._received.popleft()

    def close(self) -> None:
        """End the connection."""
        self._socket.close()
