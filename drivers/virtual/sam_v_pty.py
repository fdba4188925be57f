"""A virtual SAM-V module on a pseudo terminal, as a real one is on a serial port.

    python -m drivers.virtual.sam_v_pty --link run/id-module --control 9202

It stays while clients open and close it. Cards are laid and lifted at the control port.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import signal
import sys
import threading
import tty
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from drivers.virtual.guard import ProvisionedTerminal, refuse_on_provisioned_terminal
from drivers.virtual.parent import end_with_parent
from drivers.virtual.sam_v import SamVMechanism
from drivers.virtual.sam_v_panel import panel

_READ_BYTES: Final = 4096
_TICK: Final = 1.0
_TAKEN_LIMIT: Final = 1.0
"""Seconds a client may leave answers unread while the terminal's buffer is full; then they are lost."""
_STOP_LIMIT: Final = 3.0


class VirtualIdModule:
    """One module and its thread.

    `unplug` and `plug` take the device away and bring it back, in another place behind the same link. Refuses
    to start on a provisioned terminal (`ProvisionedTerminal`).
    """

    def __init__(self, link: Path, mechanism: SamVMechanism | None = None) -> None:
        """Raises `OSError` where the link cannot be made: something is there that is none."""
        refuse_on_provisioned_terminal()
        self.mechanism = SamVMechanism() if mechanism is None else mechanism
        self.link = link
        self._changed = threading.Condition()
        self._wanted = True
        self._ending = False
        self._wake, self._waker = os.pipe()
        self._terminal: _Terminal | None = _Terminal(link)
        self._thread = threading.Thread(target=self._run, name=f"virtual-id-module {link.name}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def plug(self) -> None:
        """Bring the device back, and its power."""
        self.mechanism.power(on=True)
        self._want(plugged=True)

    def unplug(self) -> None:
        """Take the device away, as when its cable is pulled: its power goes too."""
        self.mechanism.power(on=False)
        self._want(plugged=False)

    def close(self) -> None:
        """Take the device away and end the thread. Raises `TimeoutError` when it does not end in 3 s."""
        self.mechanism.end()
        with self._changed:
            self._ending = True
        os.write(self._waker, b"e")
        self._thread.join(_STOP_LIMIT)
        if self._thread.is_alive():
            raise TimeoutError(f"the module's thread did not end within {_STOP_LIMIT} s")
        os.close(self._wake)
        os.close(self._waker)

    def _want(self, *, plugged: bool) -> None:
        with self._changed:
            self._wanted = plugged
            os.write(self._waker, b"p")
            if not self._changed.wait_for(lambda: (self._terminal is not None) is plugged, _STOP_LIMIT):
                raise TimeoutError(f"the module's thread did not follow within {_STOP_LIMIT} s")

    def _run(self) -> None:
        while self._settle():
            terminal = self._terminal
            ends = [self._wake] if terminal is None else [self._wake, terminal.master]
            ready = select.select(ends, [], [], _TICK)[0]
            if self._wake in ready:
                os.read(self._wake, _READ_BYTES)
            elif terminal is not None and ready:
                for answer in self.mechanism.take(os.read(terminal.master, _READ_BYTES)):
                    terminal.send(answer)

    def _settle(self) -> bool:
        """Have the terminal that is wanted; False to end."""
        with self._changed:
            if self._terminal is not None and not (self._wanted and not self._ending):
                self._terminal.close()
                self._terminal = None
            elif self._terminal is None and self._wanted and not self._ending:
                self._terminal = _Terminal(self.link)
            self._changed.notify_all()
            return not self._ending


class _Terminal:
    """A pseudo terminal with a link to its outer end."""

    def __init__(self, link: Path) -> None:
        self.master, self._slave = os.openpty()
        # Held open: it stays as it is while clients come and go.
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self._link = link
        if link.is_symlink():
            link.unlink()
        link.symlink_to(os.ttyname(self._slave))

    def send(self, data: bytes) -> None:
        """Hand an answer over; what nobody takes in time is lost, as on a wire."""
        rest = memoryview(data)
        while rest and select.select([], [self.master], [], _TAKEN_LIMIT)[1]:
            rest = rest[os.write(self.master, rest) :]

    def close(self) -> None:
        """Take it away: clients see the line end."""
        self._link.unlink(missing_ok=True)
        os.close(self.master)
        os.close(self._slave)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the module until it is ended; prints its device and control port as one JSON line when ready."""
    options = _options(arguments)
    ending = threading.Event()
    try:
        module = VirtualIdModule(options.link)
    except (ProvisionedTerminal, OSError) as refusal:
        print(f"the virtual ID module cannot start: {refusal}", file=sys.stderr)
        return 1
    with module:
        try:
            control = panel((options.host, options.control), module.mechanism)
        except OSError as error:
            print(f"the virtual ID module cannot listen on port {options.control}: {error}", file=sys.stderr)
            return 1
        control.start()
        if options.with_parent:
            end_with_parent(ending.set)
        signal.signal(signal.SIGTERM, lambda *_: ending.set())
        print(json.dumps({"device": str(options.link), "control": control.port}), flush=True)
        with contextlib.suppress(KeyboardInterrupt):  # the usual way to end it by hand
            ending.wait()
        control.end()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual.sam_v_pty", description=__doc__)
    parser.add_argument("--link", type=Path, required=True, help="where the device shall be found")
    parser.add_argument("--host", default="127.0.0.1", help="address of the control port")
    parser.add_argument("--control", type=int, default=0, help="control port; 0 for any free one")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
