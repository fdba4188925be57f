"""The control port of a virtual pin pad: one JSON object a line, answered by one.

`{"do": "present_card"}` → `{"state": {…}}`, `{"do": "ledger"}` → `{"ledger": […]}`, or `{"error": "…"}`.
"""

from drivers.pin_pads.nexo import Card, ErrorCondition
from drivers.virtual.control_port import ControlPort, Request, named, not_understood
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_mechanism import TEST_CARD, Auto, PinPadMechanism


def panel(address: tuple[str, int], mechanism: PinPadMechanism) -> ControlPort:
    """The pad's control port. Raises OSError where it cannot listen."""

    def answer(request: Request) -> str:
        if request == {"do": "ledger"}:
            return '{"ledger": [' + ", ".join(entry.to_json() for entry in mechanism.ledger()) + "]}"
        do(request, mechanism)
        return f'{{"state": {mechanism.state().to_json()}}}'

    return ControlPort(address, answer)


def do(request: Request, mechanism: PinPadMechanism) -> None:
    """Do one request.

    Raises:
        BadRequest: it is not understood.
        NothingWaits: a card or a key, and no charge that waits for it.
    """
    match request:
        case {"do": "state"}:
            pass
        case {"do": "present_card", "pan": str() as pan, "brand": str() as brand}:
            mechanism.present_card(Card(pan, brand, TEST_CARD.entry_modes))
        case {"do": "present_card"}:
            mechanism.present_card()
        case {"do": "cancel_key"}:
            mechanism.refuse(ErrorCondition.CANCEL)
        case {"do": "decline", "condition": str() as condition}:
            mechanism.refuse(named(ErrorCondition, condition, "ErrorCondition is"))
        case {"do": "fault"}:
            mechanism.set_fault(_fault(request))
        case {"do": "mute", "on": bool() as on}:
            mechanism.mute(on=on)
        case {"do": "clear_faults"}:
            mechanism.clear_faults()
        case {"do": "auto", "with": str() | None as auto}:
            mechanism.set_auto(None if auto is None else named(Auto, auto, "Auto is"))
        case _:
            raise not_understood(request)


def _fault(request: Request) -> Fault:
    match {"after_charging": False, "at_byte": 0, "seconds": 0, **request}:
        case {
            "what": str() as what,
            "after_charging": bool() as after,
            "at_byte": int() as at_byte,
            "seconds": int() | float() as seconds,
        } if at_byte >= 0 and seconds >= 0:
            return Fault(named(FaultKind, what, "FaultKind is"), after, at_byte, seconds)
        case _:
            raise not_understood(request)
