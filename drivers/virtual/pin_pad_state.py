"""What a virtual pin pad shows, as its control port sends it."""

import json
from dataclasses import asdict, dataclass

from drivers.virtual.control_port import BadAnswer


@dataclass(frozen=True, slots=True)
class VirtualPinPadState:
    """One moment of a virtual pin pad."""

    waiting_transaction: str | None
    """The caller's name of the charge that waits for a card; None where none waits."""
    waiting_amount: int | None
    """Minor units of CNY."""
    fault: str | None
    """What strikes the next charge or reversal."""
    mute: bool
    auto: str | None
    """What happens to a charge by itself: approve, decline, or nothing."""
    authorised: int
    """Charges, since the ledger began."""
    reversed: int

    @property
    def waiting(self) -> bool:
        """A charge waits for a card."""
        return self.waiting_transaction is not None

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "VirtualPinPadState":
        """Read a line that `to_json` wrote. Raises BadAnswer where it is another one."""
        try:
            return cls(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise BadAnswer(line) from error
