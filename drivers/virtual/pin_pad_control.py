"""The hand at a virtual pin pad: a client of its control port."""

import json

from drivers.virtual.control_port import BadAnswer, ControlClient
from drivers.virtual.pin_pad_faults import Fault
from drivers.virtual.pin_pad_ledger import LedgerEntry
from drivers.virtual.pin_pad_mechanism import Auto
from drivers.virtual.pin_pad_state import VirtualPinPadState


class PinPadControl(ControlClient):
    """One connection to a control port. Every method but `ledger` returns the state after it.

    All raise as `ask` does.
    """

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
        match self.ask("ledger"):
            case {"ledger": list() as entries}:
                return tuple(LedgerEntry.from_json(json.dumps(entry)) for entry in entries)
            case other:
                raise BadAnswer(json.dumps(other))

    def _do(self, what: str, /, **arguments: object) -> VirtualPinPadState:
        answer = self.ask(what, **arguments)
        return VirtualPinPadState.from_json(json.dumps(answer.get("state")))
