"""What is known of one model of printer: its paper, its characters, and what it can prove."""

import enum
from dataclasses import dataclass

from drivers.printers.layout import NARROWEST
from drivers.printers.repertoire import Repertoire

DOTS_PER_COLUMN = 12
NEAR_END_MM = 1000
"""Sensors are set to rolls of 22 mm across or more, on cores of 18 mm at most: 2 m of paper of 60 µm."""


class Encoding(enum.Enum):
    """How Chinese text is sent."""

    GB18030 = "gb18030"
    GBK = "gbk"
    UTF_8 = "utf-8"

    def beyond(self, text: str) -> frozenset[str]:
        """The characters of a text that have no code."""
        try:
            text.encode(self.value)
        except UnicodeEncodeError:
            return frozenset(character for character in set(text) if not self._has(character))
        return frozenset()

    def _has(self, character: str) -> bool:
        try:
            character.encode(self.value)
        except UnicodeEncodeError:
            return False
        return True


class Completion(enum.Enum):
    """What the printer can say of a paper that was sent. See `docs/facts/printing.md` §5."""

    PROCESS_ID = "process-id"
    """GS ( H: it answers when everything before is printed."""
    FENCE = "fence"
    """GS r in its place among the data: it answers when everything before is processed."""
    ASB = "asb"
    """It reports its faults by itself, and no success."""
    NOTHING = "nothing"
    """Nothing: only a person who sees the tray knows."""

    @property
    def proves(self) -> bool:
        """A paper can be said to be printed."""
        return self in (Completion.PROCESS_ID, Completion.FENCE)


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One model of printer.

    Raises:
        ValueError: fewer columns than `NARROWEST`, or fewer dots than the columns need.
    """

    name: str
    columns: int = 48
    dots: int = 576
    """Across the paper."""
    encoding: Encoding = Encoding.GB18030
    repertoire: Repertoire = Repertoire.EVERY_CODE
    completion: Completion = Completion.PROCESS_ID
    cutter: bool = True
    """It cuts by itself; without one a paper is fed to the edge where it is torn off."""
    near_end_mm: int = NEAR_END_MM
    """Paper that is surely left when its sensor sees the end of the roll near."""

    def __post_init__(self) -> None:
        if self.columns < NARROWEST:
            raise ValueError(f"a paper of {self.columns} columns; at least {NARROWEST} are needed")
        if self.dots < self.columns * DOTS_PER_COLUMN:
            needed = self.columns * DOTS_PER_COLUMN
            raise ValueError(f"{self.columns} columns need {needed} dots, not {self.dots}")

    def beyond(self, text: str) -> frozenset[str]:
        """The characters of a text that this printer cannot show by itself."""
        return self.repertoire.beyond(text) | self.encoding.beyond(text)


def standard(columns: int = 48) -> PrinterProfile:
    """A printer with a whole GB 18030 font, a cutter and process ids.

    Raises:
        ValueError: too few columns.
    """
    return PrinterProfile(f"standard-{columns}", columns, columns * DOTS_PER_COLUMN)
