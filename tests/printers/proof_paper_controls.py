"""Drivers as they are found in the field. Each has to be found out, or the matrix proves nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from proof_paper_faults import Moment

from drivers.printers.escpos import EncodedPaper
from drivers.printers.job_log import PrintJob, PrintOutcome, PrintReport
from drivers.printers.link import PrinterLink
from drivers.printers.printer import Printer, _process_id
from drivers.printers.profile import Completion
from drivers.printers.status import Reason


class SentIsPrinted(Printer):
    """Believes that what the line took is on paper."""

    def _transfer(self, link: PrinterLink, job: PrintJob, pieces: tuple[bytes, ...]) -> Reason | None:
        for piece in pieces:
            link.write_piece(piece, job.job_id[:4].encode("ascii"))
        return None


class NotPrintedIsNotStarted(Printer):
    """Says that nothing was begun where it did not end well."""

    def _send(self, link: PrinterLink, job: PrintJob, encoded: EncodedPaper) -> PrintReport:
        report = super()._send(link, job, encoded)
        if report.outcome is PrintOutcome.UNKNOWN:
            return replace(report, outcome=PrintOutcome.NOT_STARTED)
        return report


class RetriesByItself(Printer):
    """Tries once more where it did not end well."""

    def _run(self, job: PrintJob, encoded: EncodedPaper) -> PrintReport:
        report = super()._run(job, encoded)
        if report.outcome is not PrintOutcome.UNKNOWN:
            return report
        # More patiently: it is to be found out on a busy machine, too.
        self._limits = replace(self._limits, connect_s=5.0, answer_s=3.0, silence_s=3.0, proof_s=5.0)
        return super()._run(job, encoded)


class NeverKnows(Printer):
    """Is always right, and of no use."""

    def _send(self, link: PrinterLink, job: PrintJob, encoded: EncodedPaper) -> PrintReport:
        report = super()._send(link, job, encoded)
        return replace(report, outcome=PrintOutcome.UNKNOWN, reason=Reason.NOT_TOLD)


class SilenceIsFine(Printer):
    """A printer that says nothing has nothing to complain of."""

    def _transfer(self, link: PrinterLink, job: PrintJob, pieces: tuple[bytes, ...]) -> Reason | None:
        reason = super()._transfer(link, job, pieces)
        return None if reason is Reason.SILENT else reason


class NeverDoubts(Printer):
    """Believes the answers to fences, however many came and whatever is in the way."""

    def _transfer(self, link: PrinterLink, job: PrintJob, pieces: tuple[bytes, ...]) -> Reason | None:
        reason = super()._transfer(link, job, pieces)
        return None if link.printed(_process_id(job, len(pieces) - 1)) else reason


class LooksAtNothing(Printer):
    """Takes a paper that it proves nothing of for handed over, whatever the printer reports."""

    def _hand_over(self, link: PrinterLink, pieces: tuple[bytes, ...]) -> Reason:
        for piece in pieces:
            link.write(piece)
        return Reason.NOT_TOLD


class AlwaysTheCover(Printer):
    """Knows that it did not end well, and sends the technician to the cover."""

    def _send(self, link: PrinterLink, job: PrintJob, encoded: EncodedPaper) -> PrintReport:
        report = super()._send(link, job, encoded)
        return replace(report, reason=Reason.COVER_OPEN) if report.reason is Reason.PAPER_OUT else report


class NeverCutsOff(Printer):
    """Leaves what hangs to the next paper."""

    def _send(self, link: PrinterLink, job: PrintJob, encoded: EncodedPaper) -> PrintReport:
        self._paper_may_hang = False
        return super()._send(link, job, encoded)


@dataclass(frozen=True)
class Control:
    driver: type[Printer]
    found_by: str
    """Words of the finding that it has to cause."""
    completion: Completion = Completion.PROCESS_ID
    moment: Moment = Moment.AT_50


OURS = "ours"
CONTROLS = {
    "sent is printed": Control(SentIsPrinted, "PRINTED, but"),
    "not printed is not started": Control(NotPrintedIsNotStarted, "NOT_STARTED, but there is ink"),
    "not started, and begun": Control(NotPrintedIsNotStarted, "NOT_STARTED, but the log has begun"),
    "retries by itself": Control(RetriesByItself, "more than once"),
    "never knows": Control(NeverKnows, "nothing was wrong"),
    "silence is fine": Control(SilenceIsFine, "PRINTED, but"),
    "never doubts": Control(NeverDoubts, "PRINTED, but", Completion.FENCE, Moment.AT_90),
    "looks at nothing": Control(LooksAtNothing, "NOT_TOLD, but", Completion.ASB),
    "always the cover": Control(AlwaysTheCover, "is not the reason"),
    "never cuts off": Control(NeverCutsOff, "the next paper is not as it should be"),
}
DRIVERS: dict[str, type[Printer]] = {
    OURS: Printer,
    **{name: control.driver for name, control in CONTROLS.items()},
}
