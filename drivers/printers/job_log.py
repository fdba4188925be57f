"""Print jobs and what became of them: durable before the first byte, decided never by a guess."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType, Protocol

from drivers.printers.status import Reason

JobId = NewType("JobId", str)
"""32 hexadecimal digits, new for every job."""


class PrintOutcome(enum.Enum):
    """How a print job ended."""

    PRINTED = "printed"
    """The printer itself said that the paper is printed and cut."""
    NOT_STARTED = "not-started"
    """No byte of the paper was written: safe to try again."""
    UNKNOWN = "unknown"
    """Some of it may have come out. Only a person who sees the tray can decide."""


class Remainder(enum.Enum):
    """What of an unfinished paper is still in the printer."""

    NONE = "none"
    CLEARED = "cleared"
    """The printer said that it dropped the rest."""
    MAY_COME_OUT = "may-come-out"
    """The printer did not say so: the rest may come out when it is ready again."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One copy of one paper on its way to the printer."""

    job_id: JobId
    kind: str
    content_hash: str
    """Of the paper without its copy mark: equal for all copies."""
    copy: int


@dataclass(frozen=True, slots=True)
class PrintReport:
    """How a job ended, and why where it did not end PRINTED."""

    job: PrintJob
    outcome: PrintOutcome
    reason: Reason | None = None
    remainder: Remainder = Remainder.NONE
    substituted: tuple[str, ...] = ()
    """Characters that stand as 〓 on the paper."""


class JobLog(Protocol):
    """Where jobs are kept. Each call returns only when its entry would survive a power cut.

    A job that never started leaves no entry. Called from the printer's thread and, at start-up, by
    `settle_unfinished`.
    """

    def begin(self, job: PrintJob) -> None:
        """The first byte of the job is about to be written."""

    def finish(self, job_id: JobId, report: PrintReport) -> None:
        """The job that began ended so."""

    def unfinished(self) -> Sequence[PrintJob]:
        """Jobs that began and did not finish, oldest first."""


def settle_unfinished(log: JobLog) -> tuple[PrintReport, ...]:
    """At start-up: what was in flight is UNKNOWN, and is logged so. Returns those reports, oldest first."""
    reports = tuple(
        PrintReport(job, PrintOutcome.UNKNOWN, Reason.INTERRUPTED, Remainder.MAY_COME_OUT)
        for job in log.unfinished()
    )
    for report in reports:
        log.finish(report.job.job_id, report)
    return reports
