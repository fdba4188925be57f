"""The control port of a virtual SAM-V module: one JSON object a line, answered by one.

`{"do": "lay", "file": "id.toml"}` → `{"card": "id", "commands": 0, "reading": false, "on": true}`, or
`{"error": "…"}`.
"""

from __future__ import annotations

from pathlib import Path

from drivers.virtual.control_port import ControlPort, Request, RequestRefused, not_understood
from drivers.virtual.id_card_file import load_id_card
from drivers.virtual.sam_v import SamVMechanism


def panel(address: tuple[str, int], mechanism: SamVMechanism) -> ControlPort:
    """The module's control port. Raises OSError where it cannot listen."""

    def answer(request: Request) -> str:
        do(request, mechanism)
        return mechanism.state().to_json()

    return ControlPort(address, answer)


def do(request: Request, mechanism: SamVMechanism) -> None:
    """Do one request.

    Raises:
        BadRequest: it is not understood.
        CardFileError: the file describes no ID card.
        RequestRefused: the file cannot be read.
    """
    match request:
        case {"do": "state"}:
            pass
        case {"do": "lay", "file": str() as file}:
            try:
                card = load_id_card(Path(file))
            except OSError as error:
                raise RequestRefused(f"{file}: {error.strerror}") from error
            mechanism.lay(card)
        case {"do": "lift"}:
            mechanism.lift()
        case {"do": "module", "on": bool() as on}:
            mechanism.power(on=on)
        case _:
            raise not_understood(request)
