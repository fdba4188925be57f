"""The virtual printer's mechanism behind a pseudo terminal, as a real printer is on a serial port."""

import os
import select
import threading
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from fixtures.printer import WAIT_S, eventually

from drivers.virtual.printer import PaperTray
from drivers.virtual.printer_mechanism import PrinterMechanism

_TICK_S = 0.02


class PrinterOnPty:
    """`device` stays while drivers open and close it, until `unplug`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.mechanism = PrinterMechanism(PaperTray(out).keep)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self.mechanism.run), threading.Thread(target=self._serve)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mechanism.end()
        self.unplug()
        for thread in self._threads:
            thread.join(WAIT_S)

    def settle(self) -> int:
        """Wait until it prints no more; the number of its newest paper."""
        eventually(lambda: self.mechanism.state().idle)
        return self.mechanism.state().papers

    def unplug(self) -> None:
        """Take the line away, as when the adapter is pulled."""
        if not self._ending.is_set():
            self._ending.set()
            self._threads[1].join(WAIT_S)
            os.close(self._master)
            os.close(self._slave)

    # What the mechanism needs of a line.

    def send(self, data: bytes) -> None:
        os.write(self._master, data)

    def drop(self) -> None:
        """A serial line does not break when the printer's power goes."""

    def _serve(self) -> None:
        self.mechanism.attach(self)
        while not self._ending.is_set():
            room = self.mechanism.wait_for_room(_TICK_S)
            if room > 0 and select.select([self._master], [], [], _TICK_S)[0]:
                self.mechanism.receive(os.read(self._master, room))
        self.mechanism.detach(self)
