"""What can go wrong with a virtual pin pad's next charge or reversal."""

import enum
from dataclasses import dataclass


class FaultKind(enum.Enum):
    """What goes wrong."""

    SILENT = "silent"
    """It never answers."""
    DROPPED_REQUEST = "dropped-request"
    """The line breaks when `at_byte` bytes of the request have arrived; the pad never knows of it."""
    DROPPED_ANSWER = "dropped-answer"
    """The line breaks after `at_byte` bytes of the answer."""
    GARBLED = "garbled"
    """Byte `at_byte` of the answer, its length included, arrives inverted."""
    OTHER_REFERENCE = "other-reference"
    """The answer names another request."""
    OTHER_AMOUNT = "other-amount"
    """It authorises one minor unit less than it was asked for."""
    BUSY = "busy"
    """It says that it is busy, and does nothing."""
    SLOW = "slow"
    """The answer comes `seconds` late."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; it strikes once, and before the card is charged or, with `after_charging`, after it.

    What it strikes before, the pad gives up and records as not done.
    """

    kind: FaultKind
    after_charging: bool = False
    at_byte: int = 0
    seconds: float = 0.0


def spoiled(data: bytes, at_byte: int) -> bytes:
    """The bytes with one of them inverted; counted from the end where `at_byte` is beyond it."""
    at = min(at_byte, len(data) - 1)
    return data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :]
