"""The control port of a virtual sound box: one JSON object a line, answered by one.

`{"do": "headphones", "in": true}` → `{"state": {…}}`, `{"do": "said", "since": 0}` → `{"said": […]}`, or
`{"error": "…"}`.
"""

from __future__ import annotations

from drivers.virtual.control_port import ControlPort, Request, not_understood
from drivers.virtual.sound_box_mechanism import SoundBoxMechanism


def panel(address: tuple[str, int], mechanism: SoundBoxMechanism) -> ControlPort:
    """The box's control port. Raises OSError where it cannot listen."""

    def answer(request: Request) -> str:
        match request:
            case {"do": "said", "since": int() as number}:
                return (
                    '{"said": [' + ", ".join(said.to_json() for said in mechanism.said_since(number)) + "]}"
                )
            case {"do": "state"}:
                pass
            case {"do": "headphones", "in": bool() as plugged}:
                mechanism.plug(plugged=plugged)
            case _:
                raise not_understood(request)
        return f'{{"state": {mechanism.state().to_json()}}}'

    return ControlPort(address, answer)
