"""A virtual printer with its socket, in the process of whoever tries it: papers fall into a list."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Self

from drivers.printers.facsimile import EIGHTY_MM, FIFTY_EIGHT_MM, Sheet
from drivers.printers.job_log import JobId, PrintJob, PrintReport
from drivers.printers.profile import Completion, PrinterProfile, standard
from drivers.printers.transport import TcpAddress, TcpTransport, Unreachable
from drivers.virtual.printer import VirtualPrinter
from drivers.virtual.printer_answers import AnswerKind
from drivers.virtual.printer_mechanism import PrinterMechanism

PATIENCE_S: Final = 30.0
WIDTHS: Final = {48: EIGHTY_MM, 32: FIFTY_EIGHT_MM}
_LEAST_BUFFER: Final = 2048

CANNOT: Final = {
    Completion.PROCESS_ID: frozenset[AnswerKind](),
    Completion.FENCE: frozenset((AnswerKind.PROCESS_ID,)),
    Completion.ASB: frozenset(AnswerKind) - {AnswerKind.AUTOMATIC},
    Completion.NOTHING: frozenset(AnswerKind),
}
"""What printers of each kind do not answer at all. None but the first knows how to clear its buffers."""


def profile_of(completion: Completion, columns: int) -> PrinterProfile:
    return replace(standard(columns), completion=completion)


class StaysSo(AssertionError):
    """What has to come true in time did not."""


def wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() >= until:
            raise StaysSo(f"{what} within {PATIENCE_S:g} s")
        time.sleep(0.005)


@dataclass(frozen=True)
class Piece:
    """A piece of paper that fell out."""

    picture: bytes
    """A digest of its dots."""
    inked: bool
    raw: bytes
    """The bytes that drew it."""

    @classmethod
    def of(cls, sheet: Sheet, raw: bytes) -> Piece:
        dots = sheet.image.getchannel(0)
        return cls(hashlib.blake2b(dots.tobytes(), salt=f"{dots.size}".encode()).digest(), sheet.inked, raw)


class PrinterHere:
    """One that is put right after each case."""

    def __init__(self, columns: int) -> None:
        self.pieces: list[Piece] = []
        self.mechanism = PrinterMechanism(self._keep, width=WIDTHS[columns])
        self._printer = VirtualPrinter(self.mechanism, "127.0.0.1", 0)
        self.address = TcpAddress("127.0.0.1", self._printer.port)
        self._threads = [
            threading.Thread(target=self.mechanism.run),
            threading.Thread(target=self._printer.serve),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mechanism.end()
        self._printer.end()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def be_a(self, completion: Completion) -> None:
        """Be a printer of this kind with nothing wrong, and an empty tray."""
        self.put_right(completion)
        self.mechanism.clears(knows=completion is Completion.PROCESS_ID)
        self.pieces.clear()

    def put_right(self, completion: Completion, *, switched_off: bool = False) -> None:
        """A person does, and waits until nothing more comes out; some switch it off and on, too."""
        mechanism = self.mechanism
        mechanism.cancel()
        if switched_off:
            mechanism.power(on=False)
        was_off = not mechanism.powered
        if was_off:
            wait_until(lambda: not self._listens(), "somebody listens without power")
        mechanism.power(on=True)
        mechanism.garble(None)
        mechanism.read(None)
        mechanism.pace(None)
        mechanism.silence(CANNOT[completion])
        mechanism.load_paper()
        mechanism.cover(open_=False)
        mechanism.cutter(jams=False)
        if was_off:
            wait_until(self._listens, "nobody listens again")
        wait_until(self.is_quiet, "the printer is busy")

    def is_quiet(self) -> bool:
        """Nobody is connected, and nothing can come out."""
        state = self.mechanism.state()
        return state.idle and not state.connected

    def _keep(self, sheet: Sheet, raw: bytes) -> int:
        self.pieces.append(Piece.of(sheet, raw))
        return len(self.pieces)

    def _listens(self) -> bool:
        try:
            with closing(self.address.connect(PATIENCE_S)):
                return True
        except Unreachable:
            return False


@dataclass(frozen=True)
class NarrowAddress:
    """The same printer; the host's kernel takes few bytes for it."""

    address: TcpAddress

    def connect(self, within_s: float) -> TcpTransport:
        try:
            connected = socket.create_connection((self.address.host, self.address.port), timeout=within_s)
        except OSError as error:
            raise Unreachable(str(error)) from error
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LEAST_BUFFER)
        return TcpTransport(connected)

    def __str__(self) -> str:
        return str(self.address)


class StrikingLog:
    """A job log whose `begin` is the moment before the first byte."""

    def __init__(self, at_begin: Callable[[], None]) -> None:
        self._at_begin = at_begin
        self.begun: list[PrintJob] = []
        self.finished: list[PrintReport] = []

    def begin(self, job: PrintJob) -> None:
        self.begun.append(job)
        self._at_begin()

    def finish(self, job_id: JobId, report: PrintReport) -> None:
        assert self.begun[-1].job_id == job_id
        self.finished.append(report)

    def unfinished(self) -> Sequence[PrintJob]:
        return self.begun[len(self.finished) :]
