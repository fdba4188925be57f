"""What can go wrong with a printer while a paper is printed, and when."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.printers.escpos import FENCE as GS_R
from drivers.printers.escpos import EncodedPaper, fence
from drivers.printers.link import FENCES_BEHIND_CUT
from drivers.printers.profile import Completion
from drivers.printers.status import Reason
from drivers.virtual.printer_answers import AnswerKind, Garbage
from drivers.virtual.printer_intake import SlowReading
from drivers.virtual.printer_mechanism import PrinterMechanism

ALL_ANSWERS: Final = frozenset(AnswerKind)
_PROOFS: Final = frozenset((AnswerKind.PROCESS_ID, AnswerKind.TRANSMITTED, AnswerKind.CLEARED))
_ALMOST_FAST: Final = SlowReading(96, 0.004)
"""Bytes and seconds: 24 kB/s, in small bites."""
_HARDLY: Final = SlowReading(8, 0.05)
_MM_PER_S: Final = 800.0
_ENOUGH_FOR_ALL: Final = 1 + FENCES_BEHIND_CUT
"""Answers to fences that are open when the last two pieces are."""
_PROCESS_ID_BYTES: Final = len(fence(b"0000"))
_GS_R_BYTES: Final = len(GS_R)


@dataclass(frozen=True)
class Fault:
    """`befall` is told a seed."""

    name: str
    befall: Callable[[PrinterMechanism, int], None]
    on_line: bool = False
    """It strikes when bytes arrive; others when they are printed."""
    harmless: bool = False
    """The paper comes out whole all the same, and whoever can know it has to say so."""
    narrow: bool = False
    """The host's own buffers are small, so that it notices."""
    beside: bool = False
    """A variant of another, for some papers."""
    reason: Reason | None = None
    """What the printer can tell of it."""
    noisy: bool = False
    """What the printer tells may be anything."""


def _stop_unheard(mechanism: PrinterMechanism) -> None:
    mechanism.silence(ALL_ANSWERS)
    mechanism.end_paper_after(0)


def _stop_in_noise(mechanism: PrinterMechanism, seed: int) -> None:
    mechanism.garble(Garbage.INSTEAD, seed)
    mechanism.end_paper_after(0)


def _stray_while_it_moves(mechanism: PrinterMechanism) -> None:
    mechanism.pace(_MM_PER_S)
    mechanism.stray(1)


def _stray_as_it_stops(mechanism: PrinterMechanism) -> None:
    mechanism.stray(_ENOUGH_FOR_ALL)
    mechanism.end_paper_after(0)


NOTHING_WRONG: Final = Fault("nothing", lambda _printer, _seed: None, harmless=True)
FAULTS: Final = (
    Fault("paper out", lambda printer, _seed: printer.end_paper_after(0), reason=Reason.PAPER_OUT),
    Fault("near end", lambda printer, _seed: printer.near_end(), harmless=True),
    Fault("cover", lambda printer, _seed: printer.cover(open_=True), reason=Reason.COVER_OPEN),
    Fault("cutter", lambda printer, _seed: printer.cutter(jams=True), reason=Reason.CUTTER_JAMMED),
    Fault("silence", lambda printer, _seed: printer.silence(ALL_ANSWERS), on_line=True),
    Fault("no proof", lambda printer, _seed: printer.silence(_PROOFS), on_line=True, beside=True),
    Fault("silent, paper out", lambda p, _seed: _stop_unheard(p), beside=True, reason=Reason.PAPER_OUT),
    Fault("stray answer", lambda printer, _seed: _stray_while_it_moves(printer), beside=True),
    Fault("stray, paper out", lambda p, _seed: _stray_as_it_stops(p), beside=True, reason=Reason.PAPER_OUT),
    Fault("reads in bites", lambda p, _seed: p.read(_ALMOST_FAST), on_line=True, harmless=True, narrow=True),
    Fault("hardly reads", lambda p, _seed: p.read(_HARDLY), on_line=True, narrow=True, beside=True),
    Fault("garbage between", lambda p, seed: p.garble(Garbage.BETWEEN, seed), on_line=True, noisy=True),
    Fault("garbage instead", lambda p, seed: p.garble(Garbage.INSTEAD, seed), on_line=True, noisy=True),
    Fault("garbage, paper out", _stop_in_noise, beside=True, noisy=True),
    Fault("connection dropped", lambda printer, _seed: printer.drop_connection(), on_line=True),
    Fault("power cut", lambda printer, _seed: printer.power(on=False), on_line=True),
)


class Moment(enum.Enum):
    """When a fault strikes; from `FIRST` on, the share of the paper's bytes that are through."""

    BEFORE = None
    """It is there before the driver connects."""
    FIRST = 0.0
    """The driver has looked at the printer, and is about to send the first byte."""
    AT_10 = 0.1
    AT_20 = 0.2
    AT_30 = 0.3
    AT_40 = 0.4
    AT_50 = 0.5
    AT_60 = 0.6
    AT_70 = 0.7
    AT_80 = 0.8
    AT_90 = 0.9
    LAST = 1.0
    """After the last byte."""

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


def job_bytes(encoded: EncodedPaper, completion: Completion) -> int:
    """What a job sends from its first byte to its last, proofs that it asks for included."""
    pieces = len(encoded.pieces)
    proofs = {
        Completion.PROCESS_ID: _PROCESS_ID_BYTES * pieces,
        Completion.FENCE: _GS_R_BYTES * (pieces - 1 + FENCES_BEHIND_CUT),
    }
    return len(encoded.data) + proofs.get(completion, 0)


def strike(fault: Fault, mechanism: PrinterMechanism, after: int, seed: int) -> None:
    """Have a fault strike so many bytes from now."""
    if after == 0:
        fault.befall(mechanism, seed)
    elif fault.on_line:
        mechanism.after_arrival(after, lambda: fault.befall(mechanism, seed))
    else:
        mechanism.after_printing(after, lambda: fault.befall(mechanism, seed))
