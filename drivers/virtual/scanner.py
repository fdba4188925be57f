"""A virtual scanner on a pseudo terminal, as a real one is on a serial port.

    python -m drivers.virtual.scanner --link run/scanner

Each line of its standard input is a code that is held before it; it ends with it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tty
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from drivers.virtual.guard import ProvisionedTerminal, refuse_on_provisioned_terminal


class VirtualScanner:
    """One scanner. Refuses to start on a provisioned terminal (`ProvisionedTerminal`)."""

    def __init__(self, link: Path) -> None:
        """Raises `OSError` where the link cannot be made: something is there that is none."""
        refuse_on_provisioned_terminal()
        self.link = link
        self._ends: tuple[int, int] | None = None
        self.plug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def plug(self) -> None:
        """Bring the device, in another place behind the same link."""
        if self._ends is not None:
            return
        if self.link.is_symlink():
            self.link.unlink()
        master, slave = os.openpty()
        # Held open: it stays as it is while clients come and go.
        tty.setraw(slave)
        os.set_blocking(master, False)
        self.link.symlink_to(os.ttyname(slave))
        self._ends = master, slave

    def unplug(self) -> None:
        """Take the device away: clients see the line end."""
        if self._ends is None:
            return
        self.link.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = None

    def scan(self, text: str, end: str = "\r") -> None:
        """A code is held before it."""
        self.send(f"{text}{end}".encode())

    def send(self, data: bytes) -> None:
        """Bytes on the line. Raises `BlockingIOError` where nobody takes them, `RuntimeError` while it is
        unplugged."""
        if self._ends is None:
            raise RuntimeError("an unplugged scanner reads nothing")
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._ends[0], rest) :]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scanner until its standard input ends; prints its device when ready."""
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual.scanner", description=__doc__)
    parser.add_argument("--link", type=Path, required=True, help="where the device shall be found")
    link: Path = parser.parse_args(arguments).link
    try:
        scanner = VirtualScanner(link)
    except (ProvisionedTerminal, OSError) as refusal:
        print(f"the virtual scanner cannot start: {refusal}", file=sys.stderr)
        return 1
    with scanner:
        print(link, flush=True)
        for line in sys.stdin:
            scanner.scan(line.rstrip("\r\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
