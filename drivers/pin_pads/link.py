"""One request to a pin pad on a connection of its own, and the wait for its answer."""

import time
from dataclasses import dataclass
from typing import TypeVar

from drivers.pin_pads.connection import Connection, ConnectionLost, NotSent, PinPadAddress
from drivers.pin_pads.fields import BadMessage
from drivers.pin_pads.framing import BadFrame
from drivers.pin_pads.nexo import Aside, Message, Reply, Request
from drivers.pin_pads.outcomes import Doubt, Unknown
from drivers.pin_pads.reading import read_message
from drivers.pin_pads.references import Reference
from drivers.pin_pads.writing import write_message

_R = TypeVar("_R", bound=Reply)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each wait may last, in seconds."""

    connect_s: float = 3.0
    write_s: float = 5.0
    """Also how long bytes may stay unacknowledged."""
    answer_s: float = 10.0
    """For what needs no card and no bank: a status, a diagnosis."""
    abort_s: float = 8.0
    """So long before a charge's limit the pad is told to give it up, and its word is still waited for."""
    look_s: float = 0.1
    """Between two looks at whether somebody wants a running charge aborted."""


class PinPadLink:
    """A connection and the pad at its end. Used by one thread."""

    def __init__(self, address: PinPadAddress, poi_id: str, limits: Limits) -> None:
        """Connect. Raises NotSent where no connection comes about in time."""
        self._poi_id = poi_id
        self._limits = limits
        self._connection = Connection(address, limits.connect_s, limits.write_s)
        self._other = ""

    def send(self, reference: Reference, request: Request) -> None:
        """Hand a request over.

        Raises:
            NotSent: the pad got no byte of it.
            ConnectionLost: it may have got it.
        """
        message = Message(reference, self._poi_id, request)
        self._connection.send(write_message(message), self._limits.write_s)

    def try_to_send(self, reference: Reference, request: Request) -> bool:
        """Hand over a request that has no answer; False where the line broke.

        An answer to something else may have arrived before it broke: it can still be read.
        """
        try:
            self.send(reference, request)
        except (NotSent, ConnectionLost):
            return False
        return True

    def answer(self, reference: Reference, kind: type[_R], within_s: float) -> _R | Unknown | None:
        """Wait for the answer to the request of this reference; None where the time is over.

        What answers another request is passed over and remembered for `nothing_came`.
        """
        deadline = time.monotonic() + within_s
        while True:
            try:
                data = self._connection.receive(max(0.0, deadline - time.monotonic()))
                if data is None:
                    return None
                message = read_message(data)
            except ConnectionLost as lost:
                return Unknown(Doubt.CONNECTION_LOST, str(lost))
            except (BadFrame, BadMessage) as error:
                return Unknown(Doubt.GARBLED, str(error))
            if isinstance(message, Aside):
                continue
            if (message.reference, message.poi_id) != (reference, self._poi_id):
                self._other = f"{message.reference} of {message.poi_id!r}"
            elif isinstance(message.body, kind):
                return message.body
            else:
                return Unknown(Doubt.GARBLED, f"answered by a {type(message.body).__name__}")

    def nothing_came(self) -> Unknown:
        """What is known when a request's time is over."""
        return Unknown(Doubt.OTHER_REFERENCE, self._other) if self._other else Unknown(Doubt.SILENT)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
