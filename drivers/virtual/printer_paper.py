"""The paper in a virtual printer: the roll that is left, and the bytes of what hangs."""

from dataclasses import dataclass

from drivers.printers.commands import Act, Command, Fence, Plain, Set, Setting
from drivers.printers.facsimile import DOTS_PER_MM

ROLL_MM = 50_000.0
NEAR_END_MM = 2_500.0


@dataclass(slots=True)
class Roll:
    """Paper that is left, in dots; None: endless. The sensor reports the near end at `near_end_at` dots.

    With `lines` left it ends after as many moves of the paper, however far they are.
    """

    left: float | None = ROLL_MM * DOTS_PER_MM
    near_end_at: float = NEAR_END_MM * DOTS_PER_MM
    lines: int | None = None

    @property
    def near_end(self) -> bool:
        """What the near-end sensor says."""
        return self.left is not None and self.left <= self.near_end_at

    def has(self, dots: int) -> bool:
        """This much paper is left."""
        return not dots or (self.lines != 0 and (self.left is None or self.left >= dots))

    def take(self, dots: int) -> None:
        """Use so much paper."""
        if self.left is not None:
            self.left -= dots
        if self.lines is not None and dots:
            self.lines -= 1


class DrawnBytes:
    """The bytes that draw the hanging paper: from its ESC @ on, without what only asks."""

    def __init__(self) -> None:
        self._raw = bytearray()

    def note(self, command: Command, *, inked: bool) -> None:
        """This command is carried out next, on a paper that is `inked` already or not."""
        match command:
            case Plain(Act.REAL_TIME) | Fence() | Setting(Set.TRANSMIT_STATUS | Set.TRANSMIT_IDENTITY):
                return
            case Plain(Act.INITIALISE) if not inked:
                self._raw.clear()
        self._raw += command.raw

    def taken(self) -> bytes:
        """All of them; the next paper begins."""
        raw = bytes(self._raw)
        self._raw.clear()
        return raw
