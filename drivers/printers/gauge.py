"""How much paper is left: a sensor says only that the roll nears its end (docs/facts/printing.md §5)."""

import json
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from drivers.printers.status import Cover, PaperSupply, PrinterStatus

_LOG = logging.getLogger(__name__)
_LOOKS = 5
"""So many looks in a row see paper enough before a roll is new that nobody saw being put in."""
_LOOKS_AFTER_OPENING = 3
_SOON_MM = 300
"""No new roll nears its end after so little: it was the old one, and the sensor had been wrong."""


@dataclass(frozen=True, slots=True)
class _Count:
    """What was printed since the end was near; of a roll taken for new, what had been counted before."""

    used_mm: int
    before_mm: int = 0
    since_mm: int = 0
    """Printed since it was taken for new, up to `_SOON_MM`."""

    def with_more(self, length_mm: int, *, counts: bool) -> "_Count":
        if not self.before_mm:
            return _Count(self.used_mm + length_mm) if counts else self
        since_mm = self.since_mm + length_mm
        return _Count(0, self.before_mm, since_mm) if since_mm < _SOON_MM else _Count(0)


class PaperGauge:
    """Counts what was printed since the sensor first saw the end of the roll near.

    The count lies in a file that outlives processes and restarts: each process prints a few papers only. Used
    by the printer's thread; `suffices` by any.
    """

    def __init__(self, near_end_mm: int, file: Path) -> None:
        """`near_end_mm`: paper that is surely left when the sensor sees the end near."""
        self._near_end_mm = near_end_mm
        self._file = file
        self._opened = False
        self._enough_seen = 0

    def suffices(self, supply: PaperSupply, length_mm: int) -> bool:
        """Whether a paper of this length comes out whole; True where nobody knows."""
        match supply:
            case PaperSupply.OK | PaperSupply.UNKNOWN:
                return True
            case PaperSupply.OUT:
                return False
            case PaperSupply.NEAR_END:
                return self._count().used_mm + length_mm <= self._near_end_mm

    def used(self, before: PaperSupply, after: PaperSupply, length_mm: int) -> None:
        """So much was printed, or may have been; what the sensor said before and after it."""
        seen, count = (before, after), self._count()
        counts = PaperSupply.NEAR_END in seen or (PaperSupply.UNKNOWN in seen and count.used_mm > 0)
        more = count.with_more(length_mm, counts=counts)
        if more != count:
            self._keep(more)

    def saw(self, status: PrinterStatus) -> None:
        """What the printer says now. A new roll begins from nothing; a sensor at its edge, or one garbled
        answer, does not look like one."""
        if status.cover is Cover.OPEN or status.paper is PaperSupply.OUT:
            self._opened, self._enough_seen = True, 0
        elif status.paper is PaperSupply.NEAR_END:
            # The same roll was put back, or one like it.
            self._opened, self._enough_seen = False, 0
            count = self._count()
            if count.before_mm:
                self._keep(_Count(count.before_mm + count.since_mm))
        elif status.paper is PaperSupply.OK and status.complete:
            self._enough_seen += 1
            enough = self._enough_seen >= (_LOOKS_AFTER_OPENING if self._opened else _LOOKS)
            if enough and (used_mm := self._count().used_mm) > 0:
                self._opened = False
                self._keep(_Count(0, before_mm=used_mm))

    def _count(self) -> _Count:
        try:
            told = json.loads(self._file.read_text("ascii"))
        except FileNotFoundError:
            return _Count(0)
        except (OSError, ValueError):
            # Damaged: as much as may be.
            return _Count(self._near_end_mm)
        match told:
            case int() if type(told) is int and told >= 0:
                return _Count(told)
            case [0, int(before_mm), int(since_mm)] if before_mm > 0 and since_mm >= 0:
                return _Count(0, before_mm, since_mm)
            case _:
                return _Count(self._near_end_mm)

    def _keep(self, count: _Count) -> None:
        try:
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}-")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                told = [0, count.before_mm, count.since_mm] if count.before_mm else count.used_mm
                file.write(json.dumps(told))
                file.flush()
                os.fsync(handle)
            Path(name).replace(self._file)
        except OSError:
            # The paper is out all the same; the next one is judged by an older count.
            _LOG.exception("what is left of the roll was not noted")
