"""A virtual receipt printer without its sockets: buffer, head, roll, cover, cutter, and what it answers.

It behaves as `docs/facts/printing.md` §4 says: a small receive buffer; real-time commands obeyed when they
arrive, wherever they stand; a stop for paper, cover or cutter with the buffer intact; a process id answered
when all before it is printed.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from drivers.printers.commands import Act, Command, CommandParser, Cut, Fence, Plain, Set, Setting
from drivers.printers.facsimile import DOTS_PER_MM, EIGHTY_MM, Facsimile, Sheet
from drivers.printers.repertoire import Repertoire
from drivers.virtual.printer_condition import IDENTITY, NEAR_END_MM, ROLL_MM, AnswerKind, Condition, Roll
from drivers.virtual.printer_state import VirtualPrinterState

BUFFER_BYTES = 4096

_CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_CLEARED = b"\x37\x25\x00"
_IDLE_S = 1.0
_STARVING_BYTES = 512


class Line(Protocol):
    """The connection to the host."""

    def send(self, data: bytes) -> None:
        """Send an answer; one that the host does not take is lost."""

    def drop(self) -> None:
        """Break the connection."""


class _Faults:
    """What will happen at a count of bytes."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Callable[[], None]]] = []

    def add(self, at: int, fault: Callable[[], None]) -> None:
        self._waiting.append((at, fault))

    def cause(self, count: int) -> None:
        due = [fault for at, fault in self._waiting if at <= count]
        self._waiting = [(at, fault) for at, fault in self._waiting if at > count]
        for fault in due:
            fault()


class PrinterMechanism:
    """Thread-safe. `run` is the mechanism's own thread.

    `keep` gets each sheet that falls out, with the bytes that drew it, and gives it its number.
    """

    def __init__(
        self,
        keep: Callable[[Sheet, bytes], int],
        *,
        papers: int = 0,
        roll_mm: float | None = ROLL_MM,
        mm_per_s: float | None = None,
        buffer_bytes: int = BUFFER_BYTES,
        rom: Repertoire = Repertoire.EVERY_CODE,
    ) -> None:
        self._keep = keep
        self._mm_per_s = mm_per_s
        self._buffer_bytes = buffer_bytes
        self._changed = threading.Condition()
        self._roll = Roll()
        self._set_roll(roll_mm)
        self._condition = Condition()
        self._parser = CommandParser()
        self._due: Command | None = None
        self._facsimile = Facsimile(EIGHTY_MM, rom)
        self._raw = bytearray()
        self._line: Line | None = None
        self._automatic = False
        self._recent = b""
        self._received = 0
        self._printed = 0
        self._on_arrival = _Faults()
        self._on_print = _Faults()
        self._papers = papers
        self._tray: list[int] = []
        self._roll_ended = False
        self._working = False
        self._ending = False

    # The host's side.

    def attach(self, line: Line) -> None:
        """A host connected."""
        with self._changed:
            self._line = line
            self._automatic = False
            self._changed.notify_all()

    def detach(self, line: Line) -> None:
        """The host went; what it sent stays in the buffer."""
        with self._changed:
            if self._line is line:
                self._line = None
            self._changed.notify_all()

    def wait_for_room(self, within_s: float) -> int:
        """Bytes that the receive buffer can take."""
        with self._changed:
            self._changed.wait_for(lambda: self._room() > 0, within_s)
            return self._room()

    def receive(self, data: bytes) -> None:
        """Bytes from the host, at most as many as there was room for."""
        with self._changed:
            for i in range(len(data)):
                if self._line is None:
                    return  # a fault broke the line: the rest never arrived
                self._parser.feed(data[i : i + 1])
                self._received += 1
                self._recent = (self._recent + data[i : i + 1])[-len(_CLEAR_BUFFERS) :]
                self._obey_in_real_time()
                self._on_arrival.cause(self._received)
            self._refill()
            self._changed.notify_all()

    # The mechanism's own thread.

    def run(self) -> None:
        """Print what is buffered until `end`."""
        while self._step():
            pass

    def end(self) -> None:
        """Stop the mechanism's thread."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()

    # What a person does to it.

    def load_paper(self, mm: float | None = ROLL_MM) -> None:
        """Put in a roll of this length; None: endless."""
        with self._changed:
            self._set_roll(mm)
            self._condition.paper_out = False
            self._announce()

    def end_paper_after(self, mm: float) -> None:
        """The roll ends after this much more paper, and its near-end sensor does not notice before."""
        with self._changed:
            self._roll = Roll(mm * DOTS_PER_MM, near_end_at=-1)
            if mm <= 0:
                self._condition.paper_out = True
                self._roll_ended = True
            self._announce()

    def near_end(self) -> None:
        """Leave as much paper on the roll as the near-end sensor reports."""
        with self._changed:
            self._roll = Roll(NEAR_END_MM * DOTS_PER_MM)
            self._announce()

    def take_paper(self) -> None:
        """Take everything out of the tray."""
        with self._changed:
            self._tray.clear()

    def cover(self, *, open_: bool) -> None:
        """Open or close the paper cover."""
        with self._changed:
            self._condition.cover_open = open_
            self._announce()

    def cutter(self, *, jams: bool) -> None:
        """Have the next cut jam, or free the cutter."""
        with self._changed:
            self._condition.cutter_jams = jams
            self._condition.cutter_jammed = self._condition.cutter_jammed and jams
            self._announce()

    def silence(self, kinds: frozenset[AnswerKind]) -> None:
        """Send no answers of these kinds; of no kinds: answer again."""
        with self._changed:
            self._condition.silenced = set(kinds)

    def clears(self, *, knows: bool) -> None:
        """Know the command that clears the buffers, or be a printer that does not."""
        with self._changed:
            self._condition.clears = knows

    def power(self, *, on: bool) -> None:
        """Without power the buffer and every setting are lost, and the line breaks."""
        with self._changed:
            self._condition.powered = on
            if not on:
                self._forget()
                self._parser = CommandParser()
                self._facsimile.draw(Plain(Act.INITIALISE, b""))
                self._drop_line()
            self._changed.notify_all()

    def drop_connection(self) -> None:
        """Break the line to the host."""
        with self._changed:
            self._drop_line()

    def after_arrival(self, count: int, fault: Callable[[], None]) -> None:
        """Cause `fault` when `count` more bytes have arrived."""
        with self._changed:
            self._on_arrival.add(self._received + count, fault)

    def after_printing(self, count: int, fault: Callable[[], None]) -> None:
        """Cause `fault` when `count` more bytes have been taken out of the buffer."""
        with self._changed:
            self._on_print.add(self._printed + count, fault)

    def cancel(self) -> None:
        """Forget the faults that wait for their byte."""
        with self._changed:
            self._on_arrival, self._on_print = _Faults(), _Faults()

    @property
    def powered(self) -> bool:
        """The power is on."""
        return self._condition.powered

    def state(self) -> VirtualPrinterState:
        """What the panel shows."""
        with self._changed:
            condition = self._condition
            return VirtualPrinterState(
                papers=self._papers,
                tray=tuple(self._tray),
                remaining_mm=None if self._roll.left is None else self._roll.left / DOTS_PER_MM,
                paper_out=condition.paper_out,
                near_end=self._roll.near_end,
                cover_open=condition.cover_open,
                cutter_jammed=condition.cutter_jammed,
                powered=condition.powered,
                connected=self._line is not None,
                idle=not self._working and not self._can_work(),
                hanging_ink=self._facsimile.inked,
                buffered_bytes=self._buffered(),
                received_bytes=self._received,
                printed_bytes=self._printed,
                unknown_commands=tuple(raw.hex() for raw in self._facsimile.unknown),
            )

    # Inside, under the lock.

    def _set_roll(self, mm: float | None) -> None:
        self._roll = Roll(None if mm is None else mm * DOTS_PER_MM)

    def _buffered(self) -> int:
        return self._parser.held + (len(self._due.raw) if self._due else 0)

    def _room(self) -> int:
        if not self._condition.powered:
            return 0
        # One command may be longer than the buffer (an image): a printer then prints it as it comes.
        starving = _STARVING_BYTES if self._due is None else 0
        return max(starving, self._buffer_bytes - self._buffered())

    def _refill(self) -> None:
        if self._due is None:
            self._due = self._parser.take()

    def _forget(self) -> None:
        self._parser.clear()
        self._due = None
        self._facsimile.forget_line()

    def _drop_line(self) -> None:
        if self._line is not None:
            self._line.drop()
            self._line = None
        self._changed.notify_all()

    def _obey_in_real_time(self) -> None:
        if self._recent[-3:-1] == b"\x10\x04" and 1 <= self._recent[-1] <= 4:
            self._answer(AnswerKind.REAL_TIME, self._condition.real_time(self._recent[-1], self._roll))
        elif self._recent[-3:] in (b"\x10\x05\x01", b"\x10\x05\x02"):
            self._recover(clearing=self._recent[-1] == 2)
        elif self._recent == _CLEAR_BUFFERS and self._condition.clears:
            self._forget()
            self._answer(AnswerKind.CLEARED, _CLEARED)
        else:
            return
        self._recent = b""

    def _recover(self, *, clearing: bool) -> None:
        """DLE ENQ: heard only in an error that can be recovered from; an end of paper is none."""
        if self._condition.cutter_jammed:
            self._condition.cutter_jammed = False
            if clearing:
                self._forget()
            self._announce()

    def _answer(self, kind: AnswerKind, data: bytes) -> None:
        if self._line is not None and self._condition.powered and kind not in self._condition.silenced:
            self._line.send(data)

    def _announce(self) -> None:
        """Something changed: wake the mechanism, and tell a host that wants to know."""
        if self._automatic:
            self._answer(AnswerKind.AUTOMATIC, self._condition.automatic(self._roll))
        self._changed.notify_all()

    def _step(self) -> bool:
        with self._changed:
            self._working = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._ending or self._can_work(), _IDLE_S)
            if self._ending:
                return False
            if not self._can_work():
                return True
            self._working = True
            advance, sheet = self._work()
            raw = bytes(self._raw)
            if sheet is not None:
                self._raw.clear()
        if sheet is not None:
            number = self._keep(sheet, raw)
            with self._changed:
                self._papers = number
                self._tray.append(number)
        self._pause(advance)
        return True

    def _can_work(self) -> bool:
        return self._roll_ended or (self._due is not None and not self._condition.stopped)

    def _work(self) -> tuple[int, Sheet | None]:
        """Do the next thing; how many dots of paper it moved, and what fell out."""
        if self._roll_ended or self._due is None:
            return 0, self._end_of_roll()
        command = self._due
        advance = self._facsimile.advance_of(command)
        if not self._roll.has(advance):
            self._condition.paper_out = True
            self._announce()
            return 0, self._end_of_roll()
        if isinstance(command, Cut) and self._condition.cutter_jams:
            self._condition.cutter_jammed = True
            self._announce()
            return 0, None
        return advance, self._print(command, advance)

    def _end_of_roll(self) -> Sheet | None:
        """The end of the roll falls out, with whatever is on it."""
        self._roll_ended = False
        sheet = self._facsimile.tear_off()
        return sheet if sheet.inked else None

    def _print(self, command: Command, advance: int) -> Sheet | None:
        self._due = None
        self._note(command)
        was_near_end = self._roll.near_end
        self._roll.take(advance)
        sheet = self._facsimile.draw(command)
        match command:
            case Plain(Act.INITIALISE):
                self._automatic = False
            case Setting(Set.AUTOMATIC_STATUS, value):
                self._automatic = value != 0
                self._announce()
            case Setting(Set.TRANSMIT_STATUS, value):
                self._answer(AnswerKind.TRANSMITTED, self._condition.transmitted(value, self._roll))
            case Setting(Set.TRANSMIT_IDENTITY, value):
                self._answer(AnswerKind.TRANSMITTED, IDENTITY.get(value, b""))
            case Fence(process_id):
                self._answer(AnswerKind.PROCESS_ID, b"\x37\x22" + process_id + b"\x00")
        if self._roll.near_end != was_near_end:
            self._announce()
        self._printed += len(command.raw)
        self._on_print.cause(self._printed)
        self._refill()
        self._changed.notify_all()
        return sheet

    def _note(self, command: Command) -> None:
        """Keep the bytes that draw the hanging paper: from its ESC @ on, without what only asks."""
        match command:
            case Plain(Act.REAL_TIME) | Fence() | Setting(Set.TRANSMIT_STATUS | Set.TRANSMIT_IDENTITY):
                return
            case Plain(Act.INITIALISE) if not self._facsimile.inked:
                self._raw.clear()
        self._raw += command.raw

    def _pause(self, advance: int) -> None:
        if self._mm_per_s and advance:
            with self._changed:
                self._changed.wait_for(lambda: self._ending, advance / DOTS_PER_MM / self._mm_per_s)
