"""The way to a printer's bytes: write and read with time limits, nothing understood."""

import os
import select
import socket
import struct
import time
from abc import ABC, abstractmethod
from typing import Protocol

from drivers.tcp_address import DeviceAddress

_READ_BYTES = 4096
_FINISH_S = 2.0


class TransportError(OSError):
    """The device cannot be reached, or no longer."""


class Unreachable(TransportError):
    """No connection came about."""


class ConnectionLost(TransportError):
    """The connection ended, or took no more bytes in time."""


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
            return os.read(self._descriptor, _READ_BYTES) or self._nothing_was_there(within_s)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise ConnectionLost(f"{error.strerror or error}") from error

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

    def close(self) -> None:
        """See `Transport.close`."""
        if not self._drops:
            self._finish()
        self._socket.close()

    def _finish(self) -> None:
        """Say that no more comes, and wait for the printer to end the connection: nothing is reset then."""
        deadline = time.monotonic() + _FINISH_S
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
            self._socket.shutdown(socket.SHUT_WR)
            while (left := deadline - time.monotonic()) > 0:
                self.read(left)  # its last words; raises when it has ended the connection
        except OSError:
            return  # it has ended, in whatever way: what is in the printer is no longer ours
