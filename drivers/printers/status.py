"""The state of a printer as it says it itself. Unknown is unknown: never plenty, never none.

Bits: `docs/facts/printing.md` §4.
"""

import enum
from dataclasses import dataclass, replace

from drivers.printers.answers import AutomaticStatus, RealTimeStatus


class Connection(enum.Enum):
    """Whether the printer could be asked at all."""

    ANSWERS = "answers"
    SILENT = "silent"
    """Connected, but it did not answer in time."""
    UNREACHABLE = "unreachable"


class Online(enum.Enum):
    """On-line state."""

    ONLINE = "online"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class PaperSupply(enum.Enum):
    """What the paper sensors see."""

    OK = "ok"
    NEAR_END = "near-end"
    OUT = "out"
    UNKNOWN = "unknown"


class Cover(enum.Enum):
    """The paper cover."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class Cutter(enum.Enum):
    """The automatic cutter."""

    READY = "ready"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


class Fault(enum.Enum):
    """Errors other than paper, cover and cutter."""

    NONE = "none"
    PASSING = "passing"
    """It ends by itself, as when the head has cooled."""
    LASTING = "lasting"
    """It needs a technician."""
    UNKNOWN = "unknown"


class Reason(enum.Enum):
    """Why a paper was not started, or why nobody knows whether it came out."""

    PAPER_OUT = "paper-out"
    PAPER_SHORT = "paper-short"
    """The roll nears its end: this paper would not come out whole."""
    COVER_OPEN = "cover-open"
    CUTTER_JAMMED = "cutter-jammed"
    FAULT = "fault"
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    UNPROVABLE = "unprovable"
    """The printer answers its state, but not whether a paper is printed."""
    NOT_TOLD = "not-told"
    """It took the whole paper and reported nothing wrong; a printer like this one can say no more."""
    CONNECTION_LOST = "connection-lost"
    BUSY = "busy"
    """Too many papers wait already."""
    CLOSED = "closed"
    """The driver was shut down before the paper's turn."""
    INTERRUPTED = "interrupted"
    """The program or the power ended while it was printing."""


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """One look at the printer; each part by itself is unknown where the printer did not say."""

    connection: Connection
    online: Online = Online.UNKNOWN
    paper: PaperSupply = PaperSupply.UNKNOWN
    cover: Cover = Cover.UNKNOWN
    cutter: Cutter = Cutter.UNKNOWN
    fault: Fault = Fault.UNKNOWN
    line_trouble: str = ""
    """What the line itself said where it is UNREACHABLE, for a technician."""

    @property
    def complete(self) -> bool:
        """The printer said every part."""
        unknown = (Online.UNKNOWN, PaperSupply.UNKNOWN, Cover.UNKNOWN, Cutter.UNKNOWN, Fault.UNKNOWN)
        said = (self.online, self.paper, self.cover, self.cutter, self.fault)
        return not any(part is nothing for part, nothing in zip(said, unknown, strict=True))

    @property
    def obstacle(self) -> Reason | None:
        """What keeps paper from coming out now; the most telling one. Unknown parts are no obstacle."""
        match self.connection:
            case Connection.UNREACHABLE:
                return Reason.UNREACHABLE
            case Connection.SILENT:
                return Reason.SILENT
            case Connection.ANSWERS:
                pass
        found = (
            (self.cover is Cover.OPEN, Reason.COVER_OPEN),
            (self.paper is PaperSupply.OUT, Reason.PAPER_OUT),
            (self.cutter is Cutter.JAMMED, Reason.CUTTER_JAMMED),
            (self.fault in (Fault.PASSING, Fault.LASTING), Reason.FAULT),
            (self.online is Online.OFFLINE, Reason.OFFLINE),
        )
        return next((reason for present, reason in found if present), None)


REAL_TIME_QUERIES = (1, 2, 3, 4)
"""The n of DLE EOT n: printer, off-line cause, error cause, paper sensors."""


def with_real_time(status: PrinterStatus, query: int, answer: RealTimeStatus) -> PrinterStatus:
    """The status with what the answer to DLE EOT `query` says; a round begins with an unknown status.

    Raises:
        ValueError: `query` is not 1 to 4.
    """
    value = answer.value
    match query:
        case 1:
            return replace(status, online=Online.OFFLINE if value & 0x08 else Online.ONLINE)
        case 2:
            stopped = replace(status, paper=PaperSupply.OUT) if value & 0x20 else status
            return replace(stopped, cover=Cover.OPEN if value & 0x04 else Cover.CLOSED)
        case 3:
            fault = Fault.LASTING if value & 0x20 else Fault.PASSING if value & 0x40 else Fault.NONE
            return replace(status, cutter=Cutter.JAMMED if value & 0x08 else Cutter.READY, fault=fault)
        case 4:
            # Printing may have stopped for paper (query 2) that the sensor sees again.
            out = bool(value & 0x60) or status.paper is PaperSupply.OUT
            return replace(status, paper=_supply(out=out, near_end=bool(value & 0x0C)))
        case _:
            raise ValueError(f"DLE EOT {query} is not asked")


def with_automatic(status: PrinterStatus, answer: AutomaticStatus) -> PrinterStatus:
    """The status with what an automatic status says: all of it."""
    printer, error, paper, _ = answer.value
    return replace(
        status,
        online=Online.OFFLINE if printer & 0x08 else Online.ONLINE,
        cover=Cover.OPEN if printer & 0x20 else Cover.CLOSED,
        cutter=Cutter.JAMMED if error & 0x08 else Cutter.READY,
        fault=Fault.LASTING if error & 0x20 else Fault.PASSING if error & 0x40 else Fault.NONE,
        paper=_supply(out=bool(paper & 0x0C), near_end=bool(paper & 0x03)),
    )


def _supply(*, out: bool, near_end: bool) -> PaperSupply:
    return PaperSupply.OUT if out else PaperSupply.NEAR_END if near_end else PaperSupply.OK
