"""What one printer can do: asked, never believed from its name (GS I). See `docs/facts/printing.md` §9."""

import enum
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from drivers.printers.answers import (
    Answer,
    AnswerParser,
    AutomaticStatus,
    RealTimeStatus,
    TransmittedStatus,
    process_id_of,
)
from drivers.printers.escpos import FENCE, INITIALISE, REPORTING, fence
from drivers.printers.link import Limits, PrinterLink
from drivers.printers.probe_paper import WAY_OUT, probe_bytes
from drivers.printers.profile import Completion
from drivers.printers.status import REAL_TIME_QUERIES, Reason
from drivers.printers.transport import Address, Transport

PROBE_LIMITS = Limits(proof_s=10.0)
LEAST_WAY_S = 0.25
"""Less than any printer needs for the `WAY_OUT`. A proof that comes sooner was not waited for by paper."""
_IDS = (b"~p01", b"~p02", b"~p03")
_NEAR_END = 0x03
_SURPLUS_S = 0.3


class Proof(enum.Enum):
    """How a question behind a paper was answered."""

    IN_PLACE = "in-place"
    """Once each, and those behind the way out at least `LEAST_WAY_S` later than the one before it, and than
    the answer in real time that was asked for behind all: the paper went there in between."""
    UNORDERED = "unordered"
    """Sooner: perhaps when they were read, whatever was printed."""
    MISCOUNTED = "miscounted"
    """Not once each, or with bits that a fence does not have."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a printer answered."""

    real_time: tuple[int, ...]
    """The n of DLE EOT n that it answers."""
    clears: bool
    """It says when its buffers are cleared."""
    reports: bool
    """It sends its automatic status."""
    fence: Proof
    process_id: Proof

    @property
    def completion(self) -> Completion:
        """The most that may be claimed of a paper. A proof counts only where the state can be asked, too."""
        if 1 in self.real_time and self.process_id is Proof.IN_PLACE:
            return Completion.PROCESS_ID
        if self.real_time == REAL_TIME_QUERIES and self.fence is Proof.IN_PLACE:
            # Nobody knows which question an answer to a fence belongs to: the whole state must speak for it.
            return Completion.FENCE
        return Completion.ASB if self.reports else Completion.NOTHING


class NotReady(Exception):
    """The printer says that something is in the way of paper: nothing can be found out."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def probe(address: Address, limits: Limits = PROBE_LIMITS) -> Abilities:
    """Ask a printer all that it might answer, and print the probe paper.

    What it held is cleared. Takes seconds, and `limits.proof_s` more where an answer does not come.

    Raises:
        Unreachable, ConnectionLost: it cannot be reached, or no longer.
        NotReady: it has no paper, its cover is open, or the like; also where that came while it printed.
    """
    with closing(address.connect(limits.connect_s)) as transport:
        link = PrinterLink(transport, limits, lambda _: None, Completion.NOTHING)
        _see_ready(link)
        cleared = link.clear()
        ear = _Ear(transport, limits)
        real_time = tuple(query for query in REAL_TIME_QUERIES if ear.answers_in_real_time(query))
        reports = ear.reports()
        heard = ear.around(WAY_OUT, probe_bytes(), _FENCES, _PROCESS_IDS)
        # A printer that does not know what it was asked may have taken it for text.
        transport.write(INITIALISE, limits.write_s)
        _see_ready(link)
        return Abilities(real_time, cleared, reports, _FENCES.judge(heard), _PROCESS_IDS.judge(heard))


@dataclass(frozen=True, slots=True)
class _Heard:
    """An answer, and when it came, on the monotonic clock."""

    at: float
    answer: Answer


class _Ear:
    """Asks, and listens."""

    def __init__(self, transport: Transport, limits: Limits) -> None:
        self._transport = transport
        self._limits = limits
        self._parser = AnswerParser()

    def answers_in_real_time(self, query: int) -> bool:
        self._write(_real_time(query))
        return self._hears(_is_real_time, self._limits.answer_s)

    def reports(self) -> bool:
        self._write(INITIALISE + REPORTING[Completion.ASB])
        reports = self._hears(_is_automatic, 2 * self._limits.answer_s)
        # Half a report would be taken for answers to what is asked next.
        self._write(REPORTING[Completion.FENCE])
        self._listen(lambda _: False, _SURPLUS_S)
        return reports

    def around(self, way_out: bytes, paper: bytes, *questions: "_Questions") -> Sequence[_Heard]:
        """Print, ask before the way out, behind it, and once in real time behind all; what is heard then."""
        before, behind = (b"".join(part) for part in zip(*(each.asked for each in questions), strict=True))
        self._write(paper + before + way_out + behind + _real_time(1))
        heard = self._listen(
            lambda heard: all(each.answered(heard) for each in questions), self._limits.proof_s
        )
        return (*heard, *self._listen(lambda _: False, _SURPLUS_S))

    def _write(self, data: bytes) -> None:
        self._transport.write(data, self._limits.write_s)

    def _hears(self, wanted: Callable[[Answer], bool], within_s: float) -> bool:
        def there(heard: Sequence[_Heard]) -> bool:
            return any(wanted(one.answer) for one in heard)

        return there(self._listen(there, within_s))

    def _listen(self, enough: Callable[[Sequence[_Heard]], bool], within_s: float) -> list[_Heard]:
        """What comes until it is enough, or the time is over."""
        until = time.monotonic() + within_s
        heard: list[_Heard] = []
        while not enough(heard) and (left := until - time.monotonic()) > 0:
            data = self._transport.read(left)
            heard.extend(_Heard(time.monotonic(), answer) for answer in self._parser.feed(data))
        return heard


def _real_time(query: int) -> bytes:
    return b"\x10\x04" + bytes((query,))


def _is_real_time(answer: Answer) -> bool:
    return isinstance(answer, RealTimeStatus)


def _is_automatic(answer: Answer) -> bool:
    return isinstance(answer, AutomaticStatus)


def _fence_of(answer: Answer) -> int | None:
    """Nought where it is the answer to a fence, and says no end of paper."""
    return answer.value & ~_NEAR_END if isinstance(answer, TransmittedStatus) else None


@dataclass(frozen=True, slots=True)
class _Questions:
    """What is asked around the way out, the answers in their order, and how they are told among others."""

    asked: tuple[bytes, bytes]
    """Once before it, and then behind it."""
    expected: tuple[bytes | int, ...]
    answer_of: Callable[[Answer], bytes | int | None]

    def answers(self, heard: Sequence[_Heard]) -> tuple[tuple[float, bytes | int], ...]:
        return tuple((one.at, said) for one in heard if (said := self.answer_of(one.answer)) is not None)

    def answered(self, heard: Sequence[_Heard]) -> bool:
        return len(self.answers(heard)) >= len(self.expected)

    def judge(self, heard: Sequence[_Heard]) -> Proof:
        answers = self.answers(heard)
        if not answers:
            return Proof.NONE
        if tuple(said for _, said in answers) != self.expected:
            return Proof.MISCOUNTED
        in_real_time = [one.at for one in heard if _is_real_time(one.answer)]
        before, behind = answers[0][0], answers[1][0]
        if len(in_real_time) == 1 and behind - max(before, *in_real_time) >= LEAST_WAY_S:
            return Proof.IN_PLACE
        return Proof.UNORDERED


_FENCES = _Questions((FENCE, FENCE + FENCE), (0, 0, 0), _fence_of)
_PROCESS_IDS = _Questions((fence(_IDS[0]), fence(_IDS[1]) + fence(_IDS[2])), _IDS, process_id_of)


def _see_ready(link: PrinterLink) -> None:
    obstacle = link.ask_status().obstacle
    if obstacle is not None and obstacle is not Reason.SILENT:
        raise NotReady(obstacle)
