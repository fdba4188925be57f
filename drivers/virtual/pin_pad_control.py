"""The hand at a virtual pin pad: a client of its control port."""

import json
import socket
from types import TracebackType
from typing import Self

from drivers.virtual.pin_pad_faults import Fault
from drivers.virtual.pin_pad_ledger import LedgerEntry
from drivers.virtual.pin_pad_mechanism import Auto
from drivers.virtual.pin_pad_state import BadState, VirtualPinPadState


class RequestRefused(ValueError):
    """The pad's panel could not do what was asked."""


class PinPadControl:
    """One connection to a control port. Every method but `ledger` returns the state after it.

    All raise RequestRefused where the pad's panel will not, and OSError where it is gone.
    """

    def __init__(self, host: str, port: int, within_s: float = 10.0) -> None:
        """Connect. Raises OSError where nothing listens."""
        self._socket = socket.create_connection((host, port), timeout=within_s)
        self._lines = self._socket.makefile("r", encoding="utf-8")

    def state(self) -> VirtualPinPadState:
        """What the pad shows."""
        return self._do("state")

    def present_card(self) -> VirtualPinPadState:
        """Put in a card that the bank approves."""
        return self._do("present_card")

    def cancel_key(self) -> VirtualPinPadState:
        """Press the red key."""
        return self._do("cancel_key")

    def decline(self, condition: str = "Refusal") -> VirtualPinPadState:
        """Put in a card with which it ends so: an ErrorCondition of nexo."""
        return self._do("decline", condition=condition)

    def fault(self, fault: Fault) -> VirtualPinPadState:
        """Have the next charge or reversal meet this fault."""
        return self._do(
            "fault",
            what=fault.kind.value,
            after_charging=fault.after_charging,
            at_byte=fault.at_byte,
            seconds=fault.seconds,
        )

    def mute(self, *, on: bool) -> VirtualPinPadState:
        """Have the pad take requests in and do nothing with them, or work again."""
        return self._do("mute", on=on)

    def clear_faults(self) -> VirtualPinPadState:
        """Put everything right."""
        return self._do("clear_faults")

    def auto(self, auto: Auto | None) -> VirtualPinPadState:
        """Have charges end by themselves, or wait for a hand again."""
        return self._do("auto", **{"with": auto.value if auto else None})

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """All that the pad ever did, oldest first."""
        match json.loads(self._request("ledger") or "null"):
            case {"ledger": list() as entries}:
                return tuple(LedgerEntry.from_json(json.dumps(entry)) for entry in entries)
            case other:
                raise BadState(str(other))

    def close(self) -> None:
        """End the connection; the pad stays as it is."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _do(self, what: str, /, **arguments: object) -> VirtualPinPadState:
        line = self._request(what, **arguments)
        match json.loads(line or "null"):
            case {"state": dict() as state}:
                return VirtualPinPadState.from_json(json.dumps(state))
            case {"error": str() as error}:
                raise RequestRefused(error)
            case _:
                raise BadState(line)

    def _request(self, what: str, /, **arguments: object) -> str:
        self._socket.sendall(json.dumps({"do": what, **arguments}).encode() + b"\n")
        return self._lines.readline()
