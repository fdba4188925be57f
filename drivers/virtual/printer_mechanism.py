"""A virtual receipt printer without its sockets: buffer, head, roll, cover, cutter, and what it answers.

It behaves as `docs/facts/printing.md` §4 says: a small receive buffer; real-time commands obeyed when they
arrive, wherever they stand; a stop for paper, cover or cutter with the buffer intact; a process id answered
when all before it is printed.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from drivers.printers.commands import Act, Command, CommandParser, Cut, Fence, Plain, Set, Setting
from drivers.printers.facsimile import DOTS_PER_MM, EIGHTY_MM, Facsimile, PaperWidth, Sheet
from drivers.printers.repertoire import Repertoire
from drivers.virtual.printer_answers import AnswerKind, AnswerLine, Garbage, Line
from drivers.virtual.printer_condition import IDENTITY, Condition
from drivers.virtual.printer_intake import (
    CLEAR_BUFFERS,
    RECOVER,
    Appetite,
    FaultsAtBytes,
    RealTimeEar,
    SlowReading,
)
from drivers.virtual.printer_paper import NEAR_END_MM, ROLL_MM, DrawnBytes, Roll
from drivers.virtual.printer_state import VirtualPrinterState

BUFFER_BYTES = 4096

_CLEARED = b"\x37\x25\x00"
_IDLE_S = 1.0
_STARVING_BYTES = 512


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
        width: PaperWidth = EIGHTY_MM,
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
        self._facsimile = Facsimile(width, rom)
        self._drawn = DrawnBytes()
        self._line: Line | None = None
        self._automatic = False
        self._ear = RealTimeEar()
        self._received = 0
        self._printed = 0
        self._printed_lines = 0
        self._answers = AnswerLine()
        self._appetite = Appetite()
        self._on_arrival = FaultsAtBytes()
        self._on_print = FaultsAtBytes()
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
        """Bytes that it takes now: as many as the receive buffer has room for, or fewer where it is slow."""
        with self._changed:
            if (pause_s := self._appetite.pause_s) > 0:
                self._changed.wait_for(lambda: self._ending, min(pause_s, within_s))
                return 0
            self._changed.wait_for(lambda: self._room() > 0, within_s)
            return self._appetite.of(self._room())

    def receive(self, data: bytes) -> None:
        """Bytes from the host, at most as many as there was room for."""
        with self._changed:
            while data:
                if self._line is None:
                    return  # a fault broke the line: the rest never arrived
                # One by one where something may happen at a byte.
                count = 1 if self._on_arrival else self._ear.uneventful(data)
                arrived, data = data[:count], data[count:]
                self._parser.feed(arrived)
                self._received += count
                if command := self._ear.hear(arrived):
                    self._obey_in_real_time(command)
                self._on_arrival.cause(self._received)
            self._appetite.has_read()
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
        self._end_of(Roll(mm * DOTS_PER_MM, near_end_at=-1), at_once=mm <= 0)

    def end_paper_after_lines(self, lines: int) -> None:
        """The roll ends after so many more lines or bands, and its near-end sensor does not notice before."""
        self._end_of(Roll(near_end_at=-1, lines=lines), at_once=lines == 0)

    def _end_of(self, roll: Roll, *, at_once: bool) -> None:
        with self._changed:
            self._roll = roll
            if at_once:
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
            self._answers.silence(kinds)

    def garble(self, garbage: Garbage | None, seed: int = 0) -> None:
        """Send random bytes before or instead of each answer; None: no more."""
        with self._changed:
            self._answers.garble(garbage, seed)

    def stray(self, count: int) -> None:
        """So many bytes of noise reach the host that read like answers to GS r."""
        with self._changed:
            if self._line is not None and self._condition.powered:
                self._line.send(bytes(count))

    def pace(self, mm_per_s: float | None) -> None:
        """Print at this speed from now on; None: at once."""
        with self._changed:
            self._mm_per_s = mm_per_s

    def read(self, slow: SlowReading | None) -> None:
        """Read slowly; None: freely again."""
        with self._changed:
            self._appetite.change(slow)
            self._changed.notify_all()

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
                self._parser, self._ear = CommandParser(), RealTimeEar()
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
            self._on_arrival, self._on_print = FaultsAtBytes(), FaultsAtBytes()

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
                printed_lines=self._printed_lines,
                postponed=len(self._on_arrival) + len(self._on_print),
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

    def _obey_in_real_time(self, command: bytes) -> None:
        if command == CLEAR_BUFFERS:
            if self._condition.clears:
                self._forget()
                self._answer(AnswerKind.CLEARED, _CLEARED)
        elif command.startswith(RECOVER):
            self._recover(clearing=command[-1] == 2)
        else:
            self._answer(AnswerKind.REAL_TIME, self._condition.real_time(command[-1], self._roll))

    def _recover(self, *, clearing: bool) -> None:
        """DLE ENQ: heard only in an error that can be recovered from; an end of paper is none."""
        if self._condition.cutter_jammed:
            self._condition.cutter_jammed = False
            if clearing:
                self._forget()
            self._announce()

    def _answer(self, kind: AnswerKind, data: bytes) -> None:
        if self._line is None or not self._condition.powered:
            return
        if sent := self._answers.through(kind, data):
            self._line.send(sent)

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
            # The characters of a line cost no time: the paper moves behind them.
            while not advance and sheet is None and self._can_work():
                advance, sheet = self._work()
            self._changed.notify_all()
            raw = self._drawn.taken() if sheet is not None else b""
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
            return self._jam(command, advance), None
        return advance, self._print(command, advance)

    def _jam(self, cut: Cut, advance: int) -> int:
        """The paper is at the cutter, and the blade stops in it; freed, it cuts there."""
        self._feed(advance)
        self._facsimile.draw(Setting(Set.FEED_DOTS, advance, b""))
        self._due = replace(cut, feed=None)
        self._condition.cutter_jammed = True
        self._announce()
        return advance

    def _feed(self, advance: int) -> None:
        self._roll.take(advance)
        self._printed_lines += advance > 0

    def _end_of_roll(self) -> Sheet | None:
        """The end of the roll falls out, with whatever is on it."""
        self._roll_ended = False
        sheet = self._facsimile.tear_off()
        return sheet if sheet.inked else None

    def _print(self, command: Command, advance: int) -> Sheet | None:
        self._due = None
        self._drawn.note(command, inked=self._facsimile.inked)
        was_near_end = self._roll.near_end
        self._feed(advance)
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
        return sheet

    def _pause(self, advance: int) -> None:
        if self._mm_per_s and advance:
            with self._changed:
                self._changed.wait_for(lambda: self._ending, advance / DOTS_PER_MM / self._mm_per_s)
