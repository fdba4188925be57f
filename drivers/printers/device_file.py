"""A printer behind a device file: USB through the kernel's usblp (`/dev/usb/lp0`), or a FIFO to a spooler.

It answers its state only where the file can be read; a FIFO never does.
"""

import os
import stat
import time
from dataclasses import dataclass

from drivers.printers.transport import DescriptorTransport, Unreachable

_EMPTY_READ_S = 0.02


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A character device or a FIFO."""

    device: str

    def connect(self, within_s: float) -> "FileTransport":  # noqa: ARG002 opening one does not wait
        """Open it, for reading too where that makes sense.

        Raises:
            Unreachable: it cannot be opened, nobody reads the FIFO, or it is a file of another kind.
        """
        try:
            mode = os.stat(self.device).st_mode  # noqa: PTH116 it may be any text
            if stat.S_ISCHR(mode):
                return _device(self.device)
            if stat.S_ISFIFO(mode):
                # For writing only: opened for both it would give us our own bytes back.
                return FileTransport(os.open(self.device, os.O_WRONLY | os.O_NONBLOCK), readable=False)
        except OSError as error:
            raise Unreachable(f"{self}: {error.strerror or error}") from error
        raise Unreachable(f"{self}: neither a character device nor a FIFO")

    def __str__(self) -> str:
        return f"file://{self.device}"


class FileTransport(DescriptorTransport):
    """A `Transport` over an open device file."""

    def __init__(self, descriptor: int, *, readable: bool) -> None:
        super().__init__(descriptor)
        self._readable = readable

    def read(self, within_s: float) -> bytes:
        """See `Transport.read`."""
        if self._readable:
            return super().read(within_s)
        time.sleep(max(0.0, within_s))
        return b""

    def close(self) -> None:
        """See `Transport.close`."""
        os.close(self._descriptor)

    def _nothing_was_there(self, within_s: float) -> bytes:
        # A USB packet without a byte, which some printers send instead of waiting.
        time.sleep(min(max(0.0, within_s), _EMPTY_READ_S))
        return b""


def _device(name: str) -> FileTransport:
    flags = os.O_NONBLOCK | os.O_NOCTTY
    try:
        return FileTransport(os.open(name, os.O_RDWR | flags), readable=True)
    except PermissionError:
        return FileTransport(os.open(name, os.O_WRONLY | flags), readable=False)
