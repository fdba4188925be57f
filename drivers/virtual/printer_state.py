"""What a virtual printer's panel shows, as its control port sends it."""

import json
from dataclasses import asdict, dataclass

from drivers.virtual.control_port import BadAnswer


@dataclass(frozen=True, slots=True)
class VirtualPrinterState:
    """One moment of a virtual printer.

    `papers` is the number of the newest paper: 3 is `0003.png`. Torn and blank pieces count. `tray` are those
    that nobody took yet.
    """

    papers: int
    tray: tuple[int, ...]
    remaining_mm: float | None
    """Of the roll; None where it is endless."""
    paper_out: bool
    near_end: bool
    cover_open: bool
    cutter_jammed: bool
    powered: bool
    connected: bool
    idle: bool
    """Nothing is buffered that could be printed now."""
    hanging_ink: bool
    """Something is printed on the paper that hangs in the printer."""
    buffered_bytes: int
    received_bytes: int
    printed_bytes: int
    printed_lines: int
    """Moves of the paper: lines, bands of dots, feeds."""
    postponed: int
    """Faults that wait for their byte."""
    unknown_commands: tuple[str, ...]
    """Commands outside the drawn subset, in hexadecimal."""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "VirtualPrinterState":
        """Read a line that `to_json` wrote.

        Raises:
            BadAnswer: it is another one.
        """
        try:
            fields = json.loads(line)
            lists = {name: tuple(fields[name]) for name in ("tray", "unknown_commands")}
            return cls(**{**fields, **lists})
        except (ValueError, TypeError, KeyError) as error:
            raise BadAnswer(line) from error
