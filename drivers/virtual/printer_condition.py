"""What is wrong with a virtual printer, and the status bytes that say so (`docs/facts/printing.md` §4)."""

from dataclasses import dataclass

from drivers.virtual.printer_paper import Roll

IDENTITY = {0x42: b"\x5fVIRTUAL\x00", 0x43: b"\x5fPAPER-80\x00"}
"""The answers to GS I: maker and model."""


@dataclass(slots=True)
class Condition:
    """Faults, and the status bytes of the printer that has them."""

    paper_out: bool = False
    cover_open: bool = False
    cutter_jams: bool = False
    """The next cut will jam."""
    cutter_jammed: bool = False
    powered: bool = True
    clears: bool = True
    """It knows the command that clears its buffers."""

    @property
    def stopped(self) -> bool:
        """Nothing is printed until a person has been here."""
        return self.paper_out or self.cover_open or self.cutter_jammed or not self.powered

    def real_time(self, query: int, roll: Roll) -> bytes:
        """The answer to DLE EOT `query` (1 to 4)."""
        bits = {
            1: (self.stopped, 0x08),
            2: (self.cover_open, 0x04, self.paper_out, 0x20, self.cutter_jammed, 0x40),
            3: (self.cutter_jammed, 0x08),
            4: (roll.near_end or self.paper_out, 0x0C, self.paper_out, 0x60),
        }[query]
        return bytes((_or(0x12, bits),))

    def automatic(self, roll: Roll) -> bytes:
        """The four bytes that GS a turns on."""
        printer = _or(0x10, (self.stopped, 0x08, self.cover_open, 0x20))
        error = _or(0x00, (self.cutter_jammed, 0x08))
        paper = _or(0x00, (roll.near_end or self.paper_out, 0x03, self.paper_out, 0x0C))
        return bytes((printer, error, paper, 0x00))

    def transmitted(self, query: int, roll: Roll) -> bytes:
        """The answer to GS r: 1 and 49 are the paper sensors, others have nothing to say."""
        if query not in (1, 49):
            return b"\x00"
        return bytes((_or(0x00, (roll.near_end or self.paper_out, 0x03, self.paper_out, 0x0C)),))


def _or(value: int, bits: tuple[bool | int, ...]) -> int:
    for present, bit in zip(bits[::2], bits[1::2], strict=True):
        value |= bit if present else 0
    return value
