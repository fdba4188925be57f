"""From a scanner's bytes to lines: each ends with CR or LF, and is bounded."""

from __future__ import annotations

from drivers.scanners.scan_events import CodeScanned, ScanGarbled

_ENDS = frozenset(b"\r\n")
_PRINTABLE = range(0x20, 0x7F)


class ScanLines:
    """Puts lines together. Of what is too long only that is kept."""

    def __init__(self, longest: int) -> None:
        """`longest`: characters of a line."""
        self._longest = longest
        self._begun = bytearray()
        self._too_long = False

    @property
    def has_begun(self) -> bool:
        """Whether a line waits for its end."""
        return bool(self._begun) or self._too_long

    def take(self, data: bytes) -> list[CodeScanned | ScanGarbled]:
        """What has ended within these bytes, in order."""
        ended: list[CodeScanned | ScanGarbled] = []
        for byte in data:
            if byte in _ENDS:
                if self.has_begun:
                    ended.append(self._line())
            elif len(self._begun) < self._longest:
                self._begun.append(byte)
            else:
                self._too_long = True
        return ended

    def forget(self) -> None:
        """What has begun is of no line any more."""
        self._begun.clear()
        self._too_long = False

    def _line(self) -> CodeScanned | ScanGarbled:
        line, too_long = bytes(self._begun), self._too_long
        self.forget()
        if too_long:
            return ScanGarbled(f"a code of more than {self._longest} characters")
        if any(byte not in _PRINTABLE for byte in line):
            return ScanGarbled("a code that is not printable ASCII; is the line's speed right?")
        return CodeScanned(line.decode("ascii"))
