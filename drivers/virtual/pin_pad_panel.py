"""The control port of a virtual pin pad: one JSON object a line, answered by one.

`{"do": "present_card"}` → `{"state": {…}}`, `{"do": "ledger"}` → `{"ledger": […]}`, or `{"error": "…"}`.
"""

import enum
import json
import socketserver
from collections.abc import Mapping
from typing import TypeVar

from drivers.pin_pads.nexo import Card, ErrorCondition
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_mechanism import TEST_CARD, Auto, PinPadMechanism

_E = TypeVar("_E", bound=enum.Enum)

_IDLE_S = 600.0
_LONGEST_REQUEST = 4096


Request = Mapping[str, object]


class BadRequest(ValueError):
    """A request that the panel does not understand."""


class Panel(socketserver.ThreadingTCPServer):
    """Serves the control port, each client in its own thread."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], mechanism: PinPadMechanism) -> None:
        super().__init__(address, _Client)
        self.mechanism = mechanism


class _Client(socketserver.StreamRequestHandler):
    timeout = _IDLE_S
    server: Panel

    def handle(self) -> None:
        try:
            while line := self.rfile.readline(_LONGEST_REQUEST):
                self.wfile.write(answer(line, self.server.mechanism).encode() + b"\n")
        except (TimeoutError, ConnectionError):
            return  # the client went; nobody is left to tell


def answer(line: bytes, mechanism: PinPadMechanism) -> str:
    """Do what a line asks; the JSON to send back."""
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise BadRequest("not a JSON object")
        if request == {"do": "ledger"}:
            return '{"ledger": [' + ", ".join(entry.to_json() for entry in mechanism.ledger()) + "]}"
        do(request, mechanism)
    except (ValueError, RecursionError) as error:
        return json.dumps({"error": str(error)}, ensure_ascii=False)
    return f'{{"state": {mechanism.state().to_json()}}}'


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
            mechanism.refuse(_named(ErrorCondition, condition))
        case {"do": "fault"}:
            mechanism.set_fault(_fault(request))
        case {"do": "mute", "on": bool() as on}:
            mechanism.mute(on=on)
        case {"do": "clear_faults"}:
            mechanism.clear_faults()
        case {"do": "auto", "with": str() | None as auto}:
            mechanism.set_auto(None if auto is None else _named(Auto, auto))
        case _:
            raise _not_understood(request)


def _fault(request: Mapping[str, object]) -> Fault:
    match {"after_charging": False, "at_byte": 0, "seconds": 0, **request}:
        case {
            "what": str() as what,
            "after_charging": bool() as after,
            "at_byte": int() as at_byte,
            "seconds": int() | float() as seconds,
        } if at_byte >= 0 and seconds >= 0:
            return Fault(_named(FaultKind, what), after, at_byte, seconds)
        case _:
            raise _not_understood(request)


def _named(kind: type[_E], name: str) -> _E:
    try:
        return kind(name)
    except ValueError as error:
        known = ", ".join(member.value for member in kind)
        raise BadRequest(f"no {kind.__name__} is called {name!r}; there are {known}") from error


def _not_understood(request: Request) -> BadRequest:
    return BadRequest(f"not understood: {json.dumps(dict(request), ensure_ascii=False)[:200]}")
