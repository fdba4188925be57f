"""Black and white dots → GS v 0 bands that hold no real-time command by accident."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MOST_BAND_ROWS = 24
_MOST_BAND_BYTES = 960
_DLE = 0x10
_REAL_TIME = frozenset((0x04, 0x05, 0x14))
"""EOT, ENQ, DC4: after DLE a printer obeys them wherever they stand, in image data too."""

_NEXT_DOT = 0x08
"""The white dot right of DLE's only black one."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Rows of dots, eight to a byte, most significant bit left, 1 black; the rows follow each other."""

    width_bytes: int
    data: bytes

    @classmethod
    def of(cls, rows: Sequence[Sequence[bool]]) -> "Raster":
        """Pack rows of equal length; the last byte of a row is filled up with white.

        Raises:
            ValueError: no rows, or rows of different lengths.
        """
        lengths = {len(row) for row in rows}
        if len(lengths) != 1 or lengths == {0}:
            raise ValueError(f"rows of {sorted(lengths)} dots make no raster")
        width_bytes = (lengths.pop() + 7) // 8
        return cls(width_bytes, b"".join(_packed(row, width_bytes) for row in rows))

    @property
    def height(self) -> int:
        """Rows of dots."""
        return len(self.data) // self.width_bytes


def raster_commands(raster: Raster) -> Iterator[bytes]:
    """GS v 0 commands, each of a few rows, that print the raster without a gap."""
    rows = max(1, min(_MOST_BAND_ROWS, _MOST_BAND_BYTES // raster.width_bytes))
    step = rows * raster.width_bytes
    for start in range(0, len(raster.data), step):
        band = raster.data[start : start + step]
        size = raster.width_bytes.to_bytes(2, "little") + (len(band) // raster.width_bytes).to_bytes(
            2, "little"
        )
        yield b"\x1d\x76\x30\x00" + size + without_real_time_commands(band)


def without_real_time_commands(data: bytes) -> bytes:
    """Blacken one white dot in every DLE that is followed by EOT, ENQ or DC4."""
    safe = bytearray(data)
    for i in range(len(safe) - 1):
        if safe[i] == _DLE and safe[i + 1] in _REAL_TIME:
            safe[i] |= _NEXT_DOT
    return bytes(safe)


def _packed(row: Sequence[bool], width_bytes: int) -> bytes:
    bits = "".join("1" if black else "0" for black in row).ljust(width_bytes * 8, "0")
    return int(bits, 2).to_bytes(width_bytes, "big")
