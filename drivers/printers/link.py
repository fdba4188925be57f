"""One conversation with a printer: ask its state, send, wait for its proof, take back what it holds."""

import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from drivers.printers.answers import (
    BUFFERS_CLEARED,
    AnswerParser,
    AutomaticStatus,
    Block,
    Noise,
    RealTimeStatus,
    TransmittedStatus,
    process_id_of,
)
from drivers.printers.escpos import FENCE, INITIALISE, PIECE_BYTES, REPORTING, fence
from drivers.printers.profile import Completion
from drivers.printers.status import (
    REAL_TIME_QUERIES,
    Connection,
    PrinterStatus,
    Reason,
    with_automatic,
    with_real_time,
)
from drivers.printers.transport import Ended, TakenLater, Transport

_CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_RECOVER_CLEARING = b"\x10\x05\x02"
_COMPLETING_HEADER = bytes(8)
_COMPLETING = bytes(PIECE_BYTES)
"""NUL alone prints nothing; as the rest of a command that was cut short, however long, it is taken. A header
is completed before anything else is said: in it a question would be taken for the size of a picture."""
FENCES_BEHIND_CUT = 3
"""One byte of noise in 64 reads like the answer to a fence: two such bytes do not stand for the cut."""
_NO_ID = b""
"""For the fences that nobody waits for."""
_NEAR_END = 0x03
_FLOW_CONTROL = (Noise(0x11), Noise(0x13))
"""XON and XOFF, which some printers send without being asked to."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each wait may last, in seconds."""

    connect_s: float = 3.0
    write_s: float = 5.0
    answer_s: float = 1.0
    """For the answer to one question before a job."""
    quiet_s: float = 0.3
    """Behind the last answer to a fence, in which no further one may come."""
    clear_s: float = 1.0
    poll_s: float = 0.5
    """Between two looks at the state while a paper is printed."""
    obstacle_s: float = 2.0
    """How long paper may be out or the cover open before a started paper is given up."""
    silence_s: float = 6.0
    """Without any byte from the printer."""
    proof_s: float = 30.0
    """For one piece of a paper, though the printer answers its state."""


class PrinterLink:
    """A transport and what came back over it. Used by one thread.

    `status` is the latest the printer said. Once the line is `garbled`, it may not have said it.
    """

    def __init__(
        self,
        transport: Transport,
        limits: Limits,
        seen: Callable[[PrinterStatus], None],
        completion: Completion = Completion.PROCESS_ID,
        *,
        unfinished: bool = False,
    ) -> None:
        """`unfinished`: the last paper may have ended in its middle, even within a command."""
        self._transport = transport
        self._limits = limits
        self._seen = seen
        self._completion = completion
        self._unfinished = unfinished
        self._ahead = _COMPLETING_HEADER if unfinished else b""
        self._fences: deque[bytes] = deque()
        self._surplus = False
        self._parser = AnswerParser()
        self._asked: deque[int] = deque()
        self._round = PrinterStatus(Connection.ANSWERS)
        self._polls = True
        self._last_poll = 0.0
        self._last_heard = time.monotonic()
        self._printed: set[bytes] = set()
        self._cleared = False
        self._stopped_at: float | None = None
        self.status = PrinterStatus(Connection.SILENT)
        self.garbled = False

    def ask_status(self) -> PrinterStatus:
        """Ask DLE EOT 1 to 4, one after the other.

        Answers do not say what they answer. After one that did not come in time nothing more is asked here,
        so that a late one is never taken for another: what is not known by then stays unknown.

        Raises:
            ConnectionLost: the printer went away.
        """
        self._round = PrinterStatus(Connection.ANSWERS)
        for query in REAL_TIME_QUERIES:
            self._ask(query)
            if not self._receive_until(lambda: not self._asked, self._limits.answer_s):
                self._polls = False
                break
        answered = self._round != PrinterStatus(Connection.ANSWERS)
        self._learn(self._round if answered else PrinterStatus(Connection.SILENT))
        return self.status

    def prepare(self) -> Reason | None:
        """Empty the printer, have it report its changes, and see that it can prove what it printed.

        One that cannot is emptied only after an unfinished paper: it may still be at the last one.
        Returns what is in the way of a paper, or None.

        Raises:
            ConnectionLost: the printer went away.
        """
        obstacle = self.ask_status().obstacle
        if obstacle is Reason.SILENT and not self._completion.proves:
            obstacle = None
        if obstacle is not None:
            return obstacle
        if self._completion is Completion.FENCE and not self.status.complete:
            return Reason.UNPROVABLE  # nothing could be said against its answers
        cleared = (self._unfinished or self._completion.proves) and self.clear()
        if self._unfinished and not cleared:
            self.write(_COMPLETING)
        match self._completion:
            case Completion.PROCESS_ID | Completion.FENCE:
                reason = self._see_proof()
                if reason is not None or cleared or self._completion is Completion.PROCESS_ID:
                    return reason
                return self._hear_out(self._limits.silence_s if self._unfinished else self._limits.answer_s)
            case Completion.ASB:
                self.status = PrinterStatus(Connection.SILENT)
                self.write(INITIALISE + REPORTING[self._completion])
                self._receive_until(
                    lambda: self.status.connection is Connection.ANSWERS, 2 * self._limits.answer_s
                )
                return self.status.obstacle
            case Completion.NOTHING:
                return None

    def write(self, data: bytes) -> None:
        """Hand bytes to the printer.

        Raises:
            ConnectionLost: it did not take all of them.
        """
        ahead, self._ahead = self._ahead, b""
        self._transport.write(ahead + data, self._limits.write_s)

    def write_piece(self, data: bytes, process_id: bytes, *, last: bool = False) -> None:
        """Hand bytes to the printer, and have it confirm them as `process_id` if it can.

        `last`: they end with the cut, and must be confirmed in spite of noise.

        Raises:
            ConnectionLost: it did not take all of them.
        """
        match self._completion:
            case Completion.PROCESS_ID:
                self.write(data + fence(process_id))
            case Completion.FENCE:
                more = FENCES_BEHIND_CUT - 1 if last else 0
                self._fences.extend((*[_NO_ID] * more, process_id))
                self.write(data + FENCE * (1 + more))
            case Completion.ASB | Completion.NOTHING:
                self.write(data)

    def doubt(self) -> Reason | None:
        """What speaks against the proofs that came, right after the last one; a process id stands for itself.

        UNPROVABLE where an answer too many came, or the state cannot be known: an answer is still due, or
        the printer does not say all of it.

        Raises:
            ConnectionLost: the printer went away.
        """
        if self._completion is Completion.PROCESS_ID:
            return None
        self._receive_until(lambda: self._surplus, self._limits.quiet_s)
        if not self._receive_until(lambda: not self._asked, self._limits.answer_s):
            return Reason.UNPROVABLE
        status = self.ask_status()
        sure = status.complete and not self._surplus and not self.garbled
        return status.obstacle or (None if sure else Reason.UNPROVABLE)

    def watch(self, within_s: float) -> Reason | None:
        """Look at the printer for so long; what it says is in its way at the end, or None.

        Raises:
            ConnectionLost: the printer went away.
        """
        until = time.monotonic() + within_s
        while True:
            now = time.monotonic()
            self._poll(now)
            self._receive(min(self._limits.poll_s, max(0.0, until - now)))
            if now >= until:
                return self._reported

    def finish(self) -> Reason | None:
        """Wait until the printer has taken all that was written; nothing can be written any more.

        Returns what keeps it from that, or None.

        Raises:
            ConnectionLost: the printer went away.
        """
        if isinstance(self._transport, TakenLater):
            self._transport.finish()
            if (reason := self._wait_for_end()) is not None:
                return reason
        self._transport.let_go()
        return None

    def printed(self, process_id: bytes) -> bool:
        """Whether the printer has confirmed this process id."""
        return process_id in self._printed

    def wait_until_printed(self, process_id: bytes, *, within_s: float | None = None) -> Reason | None:
        """Wait for the printer's proof. Returns None when it came, else why the wait ended.

        Raises:
            ConnectionLost: the printer went away.
        """
        begin = time.monotonic()
        self._last_heard = begin
        until = begin + (self._limits.proof_s if within_s is None else within_s)
        self._stopped_at = None
        while process_id not in self._printed:
            now = time.monotonic()
            if (obstacle := self._lasting_obstacle(now)) is not None:
                return obstacle
            if now - self._last_heard >= self._limits.silence_s:
                return Reason.SILENT
            if now >= until and self._stopped_at is None:
                return Reason.UNPROVABLE
            self._poll(now)
            self._receive(min(self._limits.poll_s, max(0.01, until - now)))
        return None

    def clear(self) -> bool:
        """Have the printer drop what it holds; True where it says that it did.

        Raises:
            ConnectionLost: the printer went away.
        """
        self._cleared = False
        self.write(_CLEAR_BUFFERS)
        if self._receive_until(lambda: self._cleared, self._limits.clear_s):
            return True
        # Older printers know only this one, obey it only in an error, and do not answer it.
        self.write(_RECOVER_CLEARING)
        return False

    def close(self) -> None:
        """End the conversation; what the printer did not take is dropped."""
        self._transport.close()

    def _ask(self, *queries: int) -> None:
        self._asked.extend(queries)
        self.write(b"".join(b"\x10\x04" + bytes((query,)) for query in queries))

    def _poll(self, now: float) -> None:
        # Beside the automatic status, which not every printer has.
        if self._polls and not self._asked and now - self._last_poll >= self._limits.poll_s:
            self._last_poll = now
            self._round = PrinterStatus(Connection.ANSWERS)
            self._ask(*REAL_TIME_QUERIES)

    def _receive_until(self, done: Callable[[], bool], within_s: float) -> bool:
        until = time.monotonic() + within_s
        while not done():
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._receive(left)
        return True

    def _receive(self, within_s: float) -> None:
        data = self._transport.read(within_s)
        if data:
            self._last_heard = time.monotonic()
        for answer in self._parser.feed(data):
            if isinstance(answer, RealTimeStatus) and self._asked:
                self._round = with_real_time(self._round, self._asked.popleft(), answer)
                if not self._asked and self._round.complete:
                    self._learn(self._round)
            elif isinstance(answer, AutomaticStatus):
                self._learn(with_automatic(PrinterStatus(Connection.ANSWERS), answer))
            elif isinstance(answer, TransmittedStatus):
                self._passed(answer)
            elif answer == BUFFERS_CLEARED:
                self._cleared = True
            elif process_id := process_id_of(answer):
                self._printed.add(process_id)
            elif isinstance(answer, Block | Noise) and answer not in _FLOW_CONTROL:
                self.garbled = True

    @property
    def _reported(self) -> Reason | None:
        """The obstacle that the printer itself tells of."""
        return self.status.obstacle if self.status.connection is Connection.ANSWERS else None

    def _lasting_obstacle(self, now: float) -> Reason | None:
        """What has stood in the way for too long; a wait begins with no `_stopped_at`."""
        obstacle = self._reported
        if obstacle is None:
            self._stopped_at = None
        elif self._stopped_at is None:
            self._stopped_at = now
        elif now - self._stopped_at >= self._limits.obstacle_s:
            return obstacle
        return None

    def _wait_for_end(self) -> Reason | None:
        """Wait until the printer ends the connection; else its obstacle, or SILENT."""
        until = time.monotonic() + self._limits.proof_s
        self._stopped_at = None
        try:
            while (now := time.monotonic()) < until:
                if (obstacle := self._lasting_obstacle(now)) is not None:
                    return obstacle
                self._receive(min(self._limits.poll_s, until - now))
        except Ended:
            return None
        return Reason.SILENT

    def _see_proof(self) -> Reason | None:
        """Have it prove nothing at all once; what is in the way of that. Older proofs are forgotten."""
        process_id = b"~" + uuid.uuid4().hex[:3].encode("ascii")
        self.write_piece(INITIALISE + REPORTING[self._completion], process_id)
        reason = self.wait_until_printed(process_id, within_s=2 * self._limits.answer_s)
        self._printed.clear()
        return reason

    def _hear_out(self, quiet_s: float) -> Reason | None:
        """Wait for the answers to an earlier job's fences: they would be taken for those of the next one."""
        until = time.monotonic() + self._limits.proof_s
        while time.monotonic() < until:
            self._surplus = False
            if not self._receive_until(lambda: self._surplus, quiet_s):
                return None
        return Reason.UNPROVABLE

    def _passed(self, answer: TransmittedStatus) -> None:
        """The printer got to the oldest fence, if this is an answer to one and says no end of paper."""
        if answer.value & ~_NEAR_END:
            return
        if self._fences:
            self._printed.add(self._fences.popleft())
        else:
            self._surplus = True

    def _learn(self, status: PrinterStatus) -> None:
        self.status = status
        self._seen(status)
