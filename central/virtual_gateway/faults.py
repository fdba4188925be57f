"""What goes wrong on demand between the gateway and the centre."""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

_MOST_ARMED: Final = 20


class FaultKind(StrEnum):
    """How an exchange goes wrong."""

    SLOW = "slow"
    """The answer comes after `seconds`."""
    LOST_ANSWER = "lost-answer"
    """It is done, and the connection breaks before the answer."""
    FLIPPED_BYTE = "flipped-byte"
    """One byte of the answer, or of the notification, is another one when it arrives."""
    UNSIGNED = "unsigned"
    """The answer has no signature."""
    NO_NOTIFICATION = "no-notification"
    """The centre is not told."""
    DUPLICATE_NOTIFICATION = "duplicate-notification"
    """The centre is told twice."""


class Fault(BaseModel):
    """The next `times` exchanges whose path contains `path` go wrong; a notification's path is the one of its
    address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    path: str = ""
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    seconds: Annotated[float, Field(ge=0, le=60)] = 3.0


class Faults:
    """The faults that are armed, oldest first."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def arm(self, fault: Fault) -> None:
        """Raises `OverflowError` where too many are armed."""
        with self._lock:
            if len(self._armed) >= _MOST_ARMED:
                raise OverflowError(f"{_MOST_ARMED} faults are armed already")
            self._armed.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def take(self, path: str, *kinds: FaultKind) -> Fault | None:
        """The fault of these kinds that an exchange meets; used up by one."""
        with self._lock:
            for i, fault in enumerate(self._armed):
                if fault.path in path and fault.kind in kinds:
                    if fault.times == 1:
                        del self._armed[i]
                    else:
                        self._armed[i] = fault.model_copy(update={"times": fault.times - 1})
                    return fault
        return None


def flipped(body: bytes) -> bytes:
    """The body with the lowest bit of its middle byte turned."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
