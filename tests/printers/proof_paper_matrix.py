"""Every fault × every paper × every moment × every kind of printer: what the driver says, and what came out.

Each case is a job with one fault; then somebody puts the printer right, and the next paper is printed by the
same driver or by a new one, as after a restart. The judge looks at what fell out of the slot, and when.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final
from unittest.mock import patch

from all_papers import PAPERS
from proof_paper_bench import (
    WIDTHS,
    NarrowAddress,
    Piece,
    PrinterHere,
    StaysSo,
    StrikingLog,
    profile_of,
    wait_until,
)
from proof_paper_controls import DRIVERS, OURS
from proof_paper_faults import FAULTS, NOTHING_WRONG, Fault, Moment, job_bytes, strike

from drivers.printers import printer as printer_module
from drivers.printers.escpos import EncodedPaper, cut_off, encode
from drivers.printers.facsimile import draw
from drivers.printers.job_log import PrintOutcome, PrintReport, Remainder
from drivers.printers.link import Limits
from drivers.printers.paper import Paper
from drivers.printers.printer import Printer
from drivers.printers.profile import Completion
from drivers.printers.status import Reason

_AT_A_TIME: Final = 14
"""Printers that a process has: most of the time each waits for something."""
_MOST_FINDINGS: Final = 40
_A_CUT_AND_QUESTIONS: Final = len(cut_off()) + 4 * len(b"\x10\x04\x01")
_MARK_BYTES: Final = 80
"""The beginning of a paper, by which another copy of it is known."""
_HASTY: Final = Limits(
    connect_s=2.0,
    write_s=0.6,
    answer_s=0.4,
    clear_s=0.25,
    poll_s=0.05,
    obstacle_s=0.12,
    silence_s=0.4,
    proof_s=0.8,
    quiet_s=0.1,
)
"""Where something is wrong, and waiting will not help."""
_PATIENT: Final = replace(
    _HASTY, connect_s=5.0, write_s=10.0, answer_s=5.0, clear_s=5.0, silence_s=10.0, proof_s=20.0
)
_PATIENT_WITH: Final = {
    Completion.PROCESS_ID: _PATIENT,
    # What these do not answer is waited for each time.
    Completion.FENCE: replace(_PATIENT, answer_s=1.0, clear_s=0.25, silence_s=1.0),
    Completion.ASB: replace(_PATIENT, answer_s=1.0, clear_s=0.25),
    Completion.NOTHING: replace(_PATIENT, answer_s=0.2, clear_s=0.25),
}
"""Where nothing is."""

_TOLD: Final = (Reason.PAPER_OUT, Reason.COVER_OPEN, Reason.CUTTER_JAMMED, Reason.FAULT)
"""Reasons that only a printer can tell of."""

NARROW_PAPER: Final = ("receipt", 32)
SOME_PAPERS: Final = ("rights-record-copy", "transfer-certificate", "trip-plan-elsewhere")
"""Of three pieces, of many, of one."""
_NEXT: Final = ("trip-plan-elsewhere", "case-slip")
"""The short paper that is printed after a case; it begins otherwise."""


@dataclass(frozen=True)
class Case:
    number: int
    paper: str
    columns: int
    fault: Fault
    moment: Moment
    completion: Completion

    @property
    def name(self) -> str:
        return f"{self.paper}-{self.columns}, {self.completion.value}: {self.fault.name} at {self.moment}"

    @property
    def after_restart(self) -> bool:
        """The next paper is printed by a new driver."""
        return self._lot % 2 == 0

    @property
    def switches_off(self) -> bool:
        """Who puts the printer right switches it off and on, too."""
        return self._lot // 2 % 3 == 0

    @property
    def _lot(self) -> int:
        """Drawn from the name: a variant falls to all kinds of cases."""
        return zlib.crc32(self.name.encode())


def cases() -> Iterator[Case]:
    """The whole matrix; each paper with nothing wrong too."""
    every = [*((name, 48) for name in PAPERS), NARROW_PAPER]
    some = [(name, 48) for name in SOME_PAPERS]
    yield from _numbered(
        [
            *((fault, moment, some if fault.beside else every) for fault in FAULTS for moment in Moment),
            (NOTHING_WRONG, Moment.BEFORE, every),
        ]
    )


def slice_of(paper: str, moment: Moment) -> Iterator[Case]:
    """Every fault at one moment of one paper, and nothing wrong."""
    yield from _numbered([(fault, moment, [(paper, 48)]) for fault in (*FAULTS, NOTHING_WRONG)])


def _numbered(struck: Sequence[tuple[Fault, Moment, Sequence[tuple[str, int]]]]) -> Iterator[Case]:
    number = itertools.count()
    for fault, moment, papers in struck:
        for completion, (paper, columns) in itertools.product(Completion, papers):
            yield Case(next(number), paper, columns, fault, moment, completion)


@dataclass(frozen=True)
class Golden:
    """A paper as it has to come out of this kind of printer."""

    paper: Paper
    encoded: EncodedPaper
    picture: bytes

    def whole(self, pieces: Sequence[Piece]) -> int:
        return sum(piece.picture == self.picture for piece in pieces)

    def begun(self, pieces: Sequence[Piece]) -> int:
        return sum(piece.raw.count(self.encoded.data[:_MARK_BYTES]) for piece in pieces)


@cache
def golden(name: str, columns: int, completion: Completion) -> Golden:
    encoded = encode(PAPERS[name], profile=profile_of(completion, columns))
    (sheet,) = draw(encoded.data, WIDTHS[columns])
    return Golden(PAPERS[name], encoded, Piece.of(sheet, encoded.data).picture)


@dataclass
class Report:
    """What a share of the matrix came to. Sums up by `add`."""

    cases: int = 0
    failures: int = 0
    findings: list[str] = field(default_factory=list)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By fault, kind of printer, and what the driver said."""
    due: int = 0
    """Faults that had to strike at a byte."""
    struck: Counter[tuple[str, Moment]] = field(default_factory=Counter)
    """By fault and moment."""
    admitted: int = 0
    """Next papers that the one hung on which a printer without proof had when its power went."""
    longest_s: float = 0.0

    def add(self, other: Report) -> None:
        self.cases += other.cases
        self.failures += other.failures
        self.findings = (self.findings + other.findings)[:_MOST_FINDINGS]
        self.outcomes += other.outcomes
        self.due += other.due
        self.struck += other.struck
        self.admitted += other.admitted
        self.longest_s = max(self.longest_s, other.longest_s)

    def table(self) -> str:
        """What was said, as a page to read."""
        kinds = [kind.value for kind in Completion]
        lines = [
            f"# {self.cases} jobs, each with one fault, and what the driver said",
            "",
            f"{self.failures} of them untrue. The longest took {self.longest_s:.1f} s.",
            f"{self.struck.total()} of {self.due} faults that were due in the middle struck.",
            f"In {self.admitted} the power went, unseen, when a printer of kind `nothing` had a whole paper,",
            "and the next one was joined to it: the limit that this kind has, and no failure.",
            "",
            f"| fault | {' | '.join(kinds)} |",
            f"|---|{'---|' * len(kinds)}",
        ]
        for fault in (*FAULTS, NOTHING_WRONG):
            cells = (self._cell(fault.name, kind) for kind in kinds)
            lines.append(f"| {fault.name} | {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"

    def _cell(self, fault: str, kind: str) -> str:
        counts = ((outcome.value, self.outcomes[fault, kind, outcome.value]) for outcome in PrintOutcome)
        return ", ".join(f"{count} {name}" for name, count in counts if count)

    def note(self, case: Case, findings: Sequence[str]) -> None:
        self.cases += 1
        self.failures += bool(findings)
        self.findings = [*self.findings, *(f"{case.name}: {finding}" for finding in findings)][
            :_MOST_FINDINGS
        ]


def limits_of(case: Case) -> Limits:
    return _PATIENT_WITH[case.completion] if case.fault.harmless else _HASTY


def longest_s(limits: Limits, pieces: int) -> float:
    """Within which a job ends: each wait has its limit, and is there once for each thing waited for."""
    asked = limits.write_s + 4 * limits.answer_s
    prepared = asked + 2 * limits.write_s + limits.clear_s + 2 * limits.answer_s + limits.proof_s
    printed = pieces * (limits.write_s + limits.proof_s + 2 * limits.obstacle_s)
    printed += limits.quiet_s + limits.answer_s + asked
    taken = 2 * limits.obstacle_s + limits.proof_s
    taken_back = 2 * limits.write_s + limits.clear_s + asked
    return limits.connect_s + prepared + printed + taken + taken_back


class Bench:
    """Printers of both widths, and drivers for them; one case at a time."""

    def __init__(self, driver: str, report: Report) -> None:
        self._driver = DRIVERS[driver]
        self._report = report
        self._printers = ExitStack()
        self._here: dict[int, PrinterHere] = {}
        self._received_before = 0

    def close(self) -> None:
        self._printers.close()
        self._here.clear()

    def try_(self, case: Case) -> None:
        """One case, from a printer that is in order to one that is again."""
        try:
            findings = self._findings(case, self._printer(case.columns))
        except (StaysSo, NotYet) as hangs:
            findings = [f"it hangs: {hangs!r}"]
        if findings:
            self.close()  # the next case is not to suffer for it
        self._report.note(case, findings)

    def _printer(self, columns: int) -> PrinterHere:
        if columns not in self._here:
            self._here[columns] = self._printers.enter_context(PrinterHere(columns))
        return self._here[columns]

    def _findings(self, case: Case, here: PrinterHere) -> list[str]:
        here.be_a(case.completion)
        true = golden(case.paper, case.columns, case.completion)
        log = self._log(case, here, true)
        address = NarrowAddress(here.address) if case.fault.narrow else here.address
        profile = profile_of(case.completion, case.columns)
        printer = self._driver(address, log, profile=profile, limits=limits_of(case))
        with printer:
            report = self._printed(case, printer, true)
            verdict = Verdict(case, report, true, tuple(here.pieces), self._taken(here))
            if verdict.finishes:
                wait_until(lambda: here.mechanism.state().idle, "the printer is busy")
            if case.moment is not Moment.BEFORE:
                self._report.due += 1
                if log.begun and here.mechanism.state().postponed == 0:
                    self._report.struck[case.fault.name, case.moment] += 1
            findings = verdict.of(here, log)
            if not case.after_restart:
                printer._limits = _PATIENT_WITH[case.completion]
                findings += self._next(case, here, printer, verdict)
        if case.after_restart:
            begun = report.outcome is PrintOutcome.UNKNOWN
            with self._driver(
                here.address,
                StrikingLog(lambda: None),
                profile=profile,
                limits=_PATIENT_WITH[case.completion],
                paper_may_hang=begun,
            ) as restarted:
                findings += self._next(case, here, restarted, verdict)
        left = f"printer {here.address}"
        if any(thread.name.startswith(left) for thread in threading.enumerate()):
            findings.append("a thread is left")
        return findings

    def _log(self, case: Case, here: PrinterHere, true: Golden) -> StrikingLog:
        if case.moment is Moment.BEFORE:
            case.fault.befall(here.mechanism, case.number)

        def begins() -> None:
            if len(log.begun) == 1:
                self._received_before = here.mechanism.state().received_bytes
                if case.moment is not Moment.BEFORE:
                    after = round(case.moment.value * job_bytes(true.encoded, case.completion))
                    strike(case.fault, here.mechanism, after, case.number)

        log = StrikingLog(begins)
        return log

    def _taken(self, here: PrinterHere) -> int:
        """Bytes of the job that arrived; what is asked beside it counts, too."""
        return here.mechanism.state().received_bytes - self._received_before

    def _printed(self, case: Case, printer: Printer, true: Golden) -> PrintReport:
        began = time.monotonic()
        report = printer.print(true.paper).result(longest_s(limits_of(case), len(true.encoded.pieces)))
        self._report.longest_s = max(self._report.longest_s, time.monotonic() - began)
        self._report.outcomes[case.fault.name, case.completion.value, report.outcome.value] += 1
        return report

    def _next(self, case: Case, here: PrinterHere, printer: Printer, verdict: Verdict) -> list[str]:
        """The next paper comes out, alone, and all that was said of the one before stays true."""
        there = len(here.pieces)
        # Its cut was lost with the power: it is still to be cut off.
        hanging = case.switches_off and here.mechanism.state().hanging_ink
        follows = golden(
            next(name for name in _NEXT if name[:4] != case.paper[:4]), case.columns, case.completion
        )
        report = printer.print(follows.paper).result(longest_s(printer._limits, len(follows.encoded.pieces)))
        here.put_right(case.completion)
        said = (report.outcome, report.reason)
        best = (
            (PrintOutcome.PRINTED, None)
            if case.completion.proves
            else (PrintOutcome.UNKNOWN, Reason.NOT_TOLD)
        )
        findings = [] if said == best else [f"the next paper is {said}"]
        fresh = here.pieces[there:]
        alone = bool(fresh) and fresh[-1].picture == follows.picture
        if not alone and verdict.may_be_joined:
            self._report.admitted += 1
        elif not alone:
            findings.append(f"the next paper is not as it should be, in {len(fresh)} pieces")
        before_it = sum(piece.inked for piece in fresh[:-1])
        if before_it > hanging and not verdict.may_come_out:
            findings.append("something that was said to be gone came out before the next paper")
        return findings + verdict.copies(here.pieces)


@dataclass(frozen=True)
class Verdict:
    """The judge of one job."""

    case: Case
    report: PrintReport
    true: Golden
    out: tuple[Piece, ...]
    """What lay in the tray when the driver had said it."""
    taken: int
    """Bytes of the job that had arrived by then."""

    @property
    def may_come_out(self) -> bool:
        """The driver said that something may still."""
        return self.report.remainder is Remainder.MAY_COME_OUT or self.report.reason is Reason.NOT_TOLD

    @property
    def finishes(self) -> bool:
        """The printer has all of it, and nobody waits for it any more; the fault may still be to come."""
        return self.report.outcome is PrintOutcome.PRINTED or self.report.reason is Reason.NOT_TOLD

    @property
    def may_be_joined(self) -> bool:
        """The power went, unseen by the driver, when the printer had all of a paper that it cannot prove."""
        nobody_knows = self.case.completion is Completion.NOTHING and self.report.reason is Reason.NOT_TOLD
        return nobody_knows and self.case.fault.name == "power cut" and self.case.moment is Moment.LAST

    def of(self, here: PrinterHere, log: StrikingLog) -> list[str]:
        """What is wrong with the report: as things stand, and when the printer has been put right."""
        outcome = self.report.outcome
        printed = here.mechanism.state().printed_bytes
        # What a printer holds that proves nothing is lost with the power, and nobody can know: another case.
        switched_off = self.case.switches_off and self.report.reason is not Reason.NOT_TOLD
        here.put_right(self.case.completion, switched_off=switched_off)
        state = here.mechanism.state()
        findings = self.copies(here.pieces) + self._as_expected(here.pieces) + self._reason_told()
        whole, inked = self.true.whole(self.out), [piece for piece in here.pieces if piece.inked]
        if outcome is PrintOutcome.PRINTED and (whole, len(inked), state.hanging_ink) != (1, 1, False):
            findings.append(f"PRINTED, but {whole} whole of {len(inked)} pieces came out")
        if outcome is PrintOutcome.NOT_STARTED and (inked or state.hanging_ink):
            findings.append("NOT_STARTED, but there is ink on paper")
        if outcome is PrintOutcome.NOT_STARTED and log.begun:
            findings.append("NOT_STARTED, but the log has begun it")
        due = job_bytes(self.true.encoded, self.case.completion)
        if self.report.reason is Reason.NOT_TOLD and self.taken < due:
            findings.append(f"NOT_TOLD, but {self.taken} of {due} bytes were taken")
        if (
            self.report.remainder is Remainder.CLEARED
            and state.printed_bytes - printed > _A_CUT_AND_QUESTIONS
        ):
            findings.append("the rest was said to be cleared, and came out")
        logged = [one.outcome for one in log.finished]
        if logged != ([] if outcome is PrintOutcome.NOT_STARTED else [outcome]):
            findings.append(f"{outcome}, but the log has {logged}")
        return findings

    def _reason_told(self) -> list[str]:
        """A technician goes where the reason sends him."""
        reason, fault = self.report.reason, self.case.fault
        if reason not in _TOLD or fault.noisy or reason is fault.reason:
            return []
        return [f"{reason} is not the reason"]

    def copies(self, pieces: Sequence[Piece]) -> list[str]:
        whole, begun = self.true.whole(pieces), self.true.begun(pieces)
        return [f"it came out more than once: {whole} whole, {begun} begun"] if max(whole, begun) > 1 else []

    def _as_expected(self, pieces: Sequence[Piece]) -> list[str]:
        """Where nothing keeps the paper from coming out, and who can know it."""
        if not self.case.fault.harmless:
            return []
        best = PrintOutcome.PRINTED if self.case.completion.proves else PrintOutcome.UNKNOWN
        if self.report.outcome is best and self.true.whole(pieces) == 1:
            return []
        return [f"nothing was wrong, and it is {self.report.outcome} ({self.report.reason})"]


def work_off_share(number: int, of: int) -> Report:
    """One case in so many of the whole matrix; in a process of its own."""
    return work_off([case for case in cases() if case.number % of == number])


def work_off(share: Sequence[Case], driver: str = OURS, at_a_time: int = _AT_A_TIME) -> Report:
    """Try these cases, many at a time."""
    waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
    for case in share:
        waiting.put(case)
    reports = [Report() for _ in range(min(at_a_time, len(share)))]
    # Each paper is encoded once: encoding has its own tests, and this would be half of the time.
    once = patch.object(printer_module, "encode", cache(encode))
    with once, ThreadPoolExecutor(len(reports)) as benches:
        list(benches.map(lambda report: _work(waiting, driver, report), reports))
    total = Report()
    for report in reports:
        total.add(report)
    return total


def _work(waiting: queue.SimpleQueue[Case], driver: str, report: Report) -> None:
    with closing(Bench(driver, report)) as bench:
        while True:
            try:
                case = waiting.get_nowait()
            except queue.Empty:
                return
            bench.try_(case)
