"""A receipt printer that says what became of each paper.

The rules of a job, and why they are so, stand in `docs/facts/printing.md` §5.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from drivers.printers.escpos import EncodedPaper, cut_off, encode
from drivers.printers.gauge import PaperGauge
from drivers.printers.job_log import JobId, JobLog, PrintJob, PrintOutcome, PrintReport, Remainder
from drivers.printers.link import Limits, PrinterLink
from drivers.printers.paper import Paper
from drivers.printers.profile import Completion, PrinterProfile, standard
from drivers.printers.status import Connection, PaperSupply, PrinterStatus, Reason
from drivers.printers.transport import Address, ConnectionLost, TransportError, Unreachable

_P = ParamSpec("_P")
_T = TypeVar("_T")

_LOG = logging.getLogger(__name__)
SHORT_PAPER_MM = 120
"""Hardly any paper is shorter: a roll that ends before is no use."""
_SOON_S = 2.0
_WAITING = 8
_IN_FLIGHT = 2
"""Pieces that the printer has not confirmed: one prints while the next is read."""


class Printer:
    """One thread alone touches the device; papers and questions wait for their turn in a bounded inbox.

    Every wait of the thread is bounded by `Limits`, so every future is settled in a bounded time.
    """

    def __init__(
        self,
        address: Address,
        log: JobLog,
        *,
        columns: int = 48,
        profile: PrinterProfile | None = None,
        limits: Limits | None = None,
        paper_may_hang: bool = False,
        gauge: PaperGauge | None = None,
    ) -> None:
        """Without a `profile`, a standard printer of `columns`.

        With a `gauge` no paper is begun that would not come out whole.
        `paper_may_hang`: the last job of an earlier process did not end PRINTED (`settle_unfinished`).
        """
        self._address = address
        self._log = log
        self._profile = profile or standard(columns)
        self._limits = limits or Limits()
        self._paper_may_hang = paper_may_hang
        self._gauge = gauge
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"printer {address}")
        self._places = threading.BoundedSemaphore(_WAITING)
        self._closing = threading.Event()
        self._giving_up = threading.Event()
        self._last_status = PrinterStatus(Connection.SILENT)

    @property
    def last_status(self) -> PrinterStatus:
        """The latest status that anything here saw, during a paper too; asks nothing."""
        return self._last_status

    def status(self, within_s: float = 6.0) -> PrinterStatus:
        """Ask the printer now. While a paper is printed, or after `within_s`, the `last_status`."""
        asked = self._submit(self._ask)
        if asked is None:
            return self._last_status
        try:
            return asked.result(within_s)
        except TimeoutError:
            return self._last_status

    def suffices_for(self, paper: Paper) -> bool:
        """Whether there is paper enough for it; asks the printer. True where nobody knows.

        Raises:
            CodeTooLarge: a code does not fit the paper.
        """
        length_mm = encode(paper, profile=self._profile).length_mm
        supply = self.status(_SOON_S).paper
        if self._gauge is None:
            return supply is not PaperSupply.OUT
        return self._gauge.suffices(supply, length_mm)

    @property
    def nearly_used_up(self) -> bool:
        """The roll nears its end and is too short even for `SHORT_PAPER_MM`; asks nothing."""
        supply = self._last_status.paper
        return supply is PaperSupply.NEAR_END and not (
            self._gauge is None or self._gauge.suffices(supply, SHORT_PAPER_MM)
        )

    def print(self, paper: Paper, copy: int = 1) -> Future[PrintReport]:
        """Print one copy; a copy from the second on carries 补打 and its number.

        The future holds what the log's `begin` raised, if it did: then nothing was printed.

        Raises:
            CodeTooLarge: a code does not fit the paper.
            ValueError: `copy` is less than 1.
        """
        encoded = encode(paper, copy=copy, profile=self._profile)
        job = PrintJob(JobId(uuid.uuid4().hex), paper.kind, paper.content_hash, copy)
        submitted = self._submit(self._run, job, encoded)
        if submitted is not None:
            return submitted
        refused: Future[PrintReport] = Future()
        refused.set_result(_not_started(job, Reason.CLOSED if self._closing.is_set() else Reason.BUSY))
        return refused

    def cut_hanging(self) -> None:
        """Begin to cut off what an earlier process may have left hanging, if the printer is ready.

        Else a half paper waits in the slot for whoever comes next; it goes then at the latest before a paper.
        """
        if self._paper_may_hang:
            self._submit(self._cut_hanging)

    def give_up(self) -> None:
        """Take the paper in hand back instead of finishing it: nobody is there for it, and time is up."""
        self._giving_up.set()

    def close(self) -> None:
        """Finish the paper in hand, refuse those that wait, and end the thread."""
        self._closing.set()
        self._executor.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> Future[_T] | None:
        """A place in the inbox, or None where it is full or closed."""
        if self._closing.is_set() or not self._places.acquire(blocking=False):
            return None
        try:
            future = self._executor.submit(work, *args, **kwargs)
        except RuntimeError:  # closed between the look and the call
            self._places.release()
            return None
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _connect(self) -> PrinterLink:
        transport = self._address.connect(self._limits.connect_s)
        return PrinterLink(
            transport,
            self._limits,
            self._saw,
            self._profile.completion,
            unfinished=self._paper_may_hang,
        )

    def _saw(self, status: PrinterStatus) -> None:
        self._last_status = status
        if self._gauge is not None:
            self._gauge.saw(status)

    def _saw_trouble(self, error: TransportError) -> None:
        self._saw(PrinterStatus(Connection.UNREACHABLE, line_trouble=str(error)))

    def _ask(self) -> PrinterStatus:
        if self._closing.is_set():
            return self._last_status
        try:
            with closing(self._connect()) as link:
                return link.ask_status()
        except (Unreachable, ConnectionLost) as error:
            self._saw_trouble(error)
            return self._last_status

    def _run(self, job: PrintJob, encoded: EncodedPaper) -> PrintReport:
        if self._closing.is_set():
            return _not_started(job, Reason.CLOSED)
        try:
            link = self._connect()
        except Unreachable as error:
            self._saw_trouble(error)
            return _not_started(job, Reason.UNREACHABLE)
        with closing(link):
            try:
                obstacle = link.prepare()
            except ConnectionLost as error:
                self._saw_trouble(error)
                return _not_started(job, Reason.CONNECTION_LOST)
            if obstacle is not None:
                return _not_started(job, obstacle)
            if self._gauge is not None and not self._gauge.suffices(link.status.paper, encoded.length_mm):
                return _not_started(job, Reason.PAPER_SHORT)
            self._log.begin(job)
            before = link.status.paper
            report = self._send(link, job, encoded)
            if self._gauge is not None:
                self._gauge.used(before, link.status.paper, encoded.length_mm)
            return self._logged(job, report)

    def _logged(self, job: PrintJob, report: PrintReport) -> PrintReport:
        """The report, whatever becomes of its entry: what came out, came out.

        An entry without an end is UNKNOWN at the next start; that is never a false PRINTED.
        """
        try:
            self._log.finish(job.job_id, report)
        except Exception:  # noqa: BLE001 a log may raise whatever its storage does
            _LOG.exception("the end of a print job was not logged")
        return report

    def _send(self, link: PrinterLink, job: PrintJob, encoded: EncodedPaper) -> PrintReport:
        pieces = (cut_off(self._profile), *encoded.pieces) if self._paper_may_hang else encoded.pieces
        self._paper_may_hang = True
        last = _process_id(job, len(pieces) - 1)
        try:
            proves = self._profile.completion.proves
            reason = self._transfer(link, job, pieces) if proves else self._hand_over(link, pieces)
        except ConnectionLost:
            reason, remainder = link.status.obstacle or Reason.CONNECTION_LOST, Remainder.MAY_COME_OUT
        else:
            if reason is Reason.NOT_TOLD:
                # All of it is in the printer, its cut too.
                self._paper_may_hang = False
                return PrintReport(job, PrintOutcome.UNKNOWN, reason, substituted=encoded.substituted)
            remainder = Remainder.NONE if reason is None else self._take_back(link, reason)
        # The proof may have come in while the rest was being taken back; a fence's is not as good as that.
        if reason is None or (self._profile.completion is Completion.PROCESS_ID and link.printed(last)):
            self._paper_may_hang = False
            return PrintReport(job, PrintOutcome.PRINTED, substituted=encoded.substituted)
        return PrintReport(job, PrintOutcome.UNKNOWN, reason, remainder, encoded.substituted)

    def _transfer(self, link: PrinterLink, job: PrintJob, pieces: tuple[bytes, ...]) -> Reason | None:
        """Send the pieces, at most `_IN_FLIGHT` unconfirmed. None when the last one is proven printed."""
        for i, piece in enumerate(pieces):
            if i >= _IN_FLIGHT:
                reason = link.wait_until_printed(_process_id(job, i - _IN_FLIGHT))
                if reason is not None:
                    return reason
            if self._giving_up.is_set():
                return Reason.CLOSED
            link.write_piece(piece, _process_id(job, i), last=i == len(pieces) - 1)
        return link.wait_until_printed(_process_id(job, len(pieces) - 1)) or link.doubt()

    def _hand_over(self, link: PrinterLink, pieces: tuple[bytes, ...]) -> Reason:
        """Send the pieces to a printer that proves nothing; NOT_TOLD where nothing is known to be wrong."""
        for piece in pieces:
            if self._giving_up.is_set():
                return Reason.CLOSED
            link.write(piece)
            if link.watch(0.0) and (obstacle := link.watch(self._limits.obstacle_s)):
                return obstacle
        return link.watch(self._limits.obstacle_s) or link.finish() or Reason.NOT_TOLD

    def _cut_hanging(self) -> None:
        try:
            with closing(self._connect()) as link:
                if link.prepare() is None:
                    self._take_back(link, Reason.INTERRUPTED)
        except (Unreachable, ConnectionLost) as error:
            self._saw_trouble(error)

    def _take_back(self, link: PrinterLink, reason: Reason) -> Remainder:
        """Clear the printer, and have what hangs in it cut off as soon as it can.

        Otherwise one person's half paper would come out joined to the next one's. A roll that ended leaves
        nothing hanging; but on a garbled line nobody knows that it did. A printer that is stopped, or may be,
        loses its cut when it is switched off: then the paper still may hang.
        """
        try:
            if not link.clear():
                return Remainder.MAY_COME_OUT
            if reason is not Reason.PAPER_OUT or link.garbled:
                link.write(cut_off(self._profile))
                # Its answer also shows that the cut arrived: closing resets the connection.
                status = link.ask_status()
                self._paper_may_hang = not status.complete or status.obstacle is not None
            else:
                self._paper_may_hang = False
        except ConnectionLost:
            return Remainder.MAY_COME_OUT
        return Remainder.CLEARED


def _process_id(job: PrintJob, piece: int) -> bytes:
    """Two characters of the job, two of the piece: a late proof of another job is not taken for this one."""
    high, low = divmod(piece, 90)
    return job.job_id[:2].encode("ascii") + bytes((0x21 + high, 0x21 + low))


def _not_started(job: PrintJob, reason: Reason) -> PrintReport:
    return PrintReport(job, PrintOutcome.NOT_STARTED, reason)
