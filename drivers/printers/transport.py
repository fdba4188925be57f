"""The way to a printer's bytes: write and read with time limits, nothing understood."""

import os
import select
import socket
import struct
import time
from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable

from drivers.tcp_address import DeviceAddress

_READ_BYTES = 4096


class TransportError(OSError):
    """The device cannot be reached, or no longer."""


class Unreachable(TransportError):
    """No connection came about."""


class ConnectionLost(TransportError):
    """The connection ended, or took no more bytes in time."""


class Ended(ConnectionLost):
    """The printer ended the connection in good order: it has taken all that was sent."""


class Transport(Protocol):
    """A connection to one printer, used by one thread."""

    def write(self, data: bytes, within_s: float) -> None:
        """Hand all bytes over.

        Raises:
            ConnectionLost: not all of them were taken in time; some may have been.
        """

    def read(self, within_s: float) -> bytes:
        """What the printer sent, or nothing when the time is over.

        Raises:
            ConnectionLost: the printer ended the connection.
        """

    def let_go(self) -> None:
        """What was written may be taken after the close, too."""

    def close(self) -> None:
        """End the connection; bytes that the printer did not take yet are dropped, if not `let_go`."""


@runtime_checkable
class TakenLater(Protocol):
    """A `Transport` whose writes return before the printer has the bytes."""

    def finish(self) -> None:
        """Say that no more comes. A printer that has taken all ends the connection: `read` raises `Ended`.

        Raises:
            ConnectionLost: the connection has gone before.
        """


class Address(Protocol):
    """Where a printer is, and how one gets there."""

    def connect(self, within_s: float) -> Transport:
        """Open a connection.

        Raises:
            Unreachable: none came about in time.
        """


class TcpAddress(DeviceAddress):
    """A network printer's raw port, usually 9100."""

    __slots__ = ()
    device = "printer"
    example = "tcp://192.168.1.50:9100"

    def connect(self, within_s: float) -> "TcpTransport":
        """Open a connection.

        Raises:
            Unreachable: none came about in time.
        """
        try:
            connected = socket.create_connection((self.host, self.port), timeout=within_s)
        except OSError as error:
            raise Unreachable(f"{self}: {error.strerror or error}") from error
        return TcpTransport(connected)


class DescriptorTransport(ABC):
    """A `Transport` over a descriptor that does not block: what all kinds have in common."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._drops = True

    def write(self, data: bytes, within_s: float) -> None:
        """See `Transport.write`."""
        deadline = time.monotonic() + within_s
        rest = memoryview(data)
        while rest:
            _, writable, _ = select.select([], [self._descriptor], [], max(0.0, deadline - time.monotonic()))
            if not writable:
                raise ConnectionLost(f"{len(rest)} of {len(data)} bytes were not taken in {within_s:g} s")
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                continue  # some drivers say that there is room and have none
            except OSError as error:
                raise ConnectionLost(f"{error.strerror or error}") from error

    def read(self, within_s: float) -> bytes:
        """See `Transport.read`."""
        readable, _, _ = select.select([self._descriptor], [], [], max(0.0, within_s))
        if not readable:
            return b""
        try:
            data = os.read(self._descriptor, _READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise ConnectionLost(f"{error.strerror or error}") from error
        return data or self._nothing_was_there(within_s)

    def let_go(self) -> None:
        """See `Transport.let_go`."""
        self._drops = False

    @abstractmethod
    def close(self) -> None:
        """See `Transport.close`."""

    def _nothing_was_there(self, within_s: float) -> bytes:  # noqa: ARG002 devices wait, lines have ended
        """What an empty read means, where the descriptor said that it could be read."""
        raise ConnectionLost("the printer ended the connection")


class TcpTransport(DescriptorTransport):
    """A `Transport` over a connected socket."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__(connected.fileno())
        self._socket = connected
        self._socket.settimeout(0)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A reset at close: what the printer did not take yet must not come out after we gave up.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def finish(self) -> None:
        """See `TakenLater.finish`."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise ConnectionLost(f"{error.strerror or error}") from error

    def close(self) -> None:
        """See `Transport.close`."""
        self._socket.close()

    def _nothing_was_there(self, within_s: float) -> bytes:  # noqa: ARG002 an end does not wait
        raise Ended("the printer ended the connection")
