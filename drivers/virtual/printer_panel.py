"""The control port of a virtual printer: one JSON object a line, answered by one.

`{"do": "paper_out_after_mm", "mm": 40}` → `{"state": {…}}` or `{"error": "…"}`. Any request that changes
something may carry `"after_bytes": n`: it then happens n bytes later, counted where they arrive for what
befalls the line (silence, a drop, the power), and where they are printed for what befalls the mechanism.
"""

import json
import socketserver
from collections.abc import Callable

from drivers.virtual.printer_condition import ROLL_MM, AnswerKind
from drivers.virtual.printer_mechanism import PrinterMechanism

_IDLE_S = 600.0
_LONGEST_REQUEST = 4096
_BEFALLS_THE_LINE = frozenset(("silent", "drop_connection", "power"))

Request = dict[str, object]


class BadRequest(ValueError):
    """A request that the panel does not understand."""


class Panel(socketserver.ThreadingTCPServer):
    """Serves the control port, each client in its own thread."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], mechanism: PrinterMechanism) -> None:
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


def answer(line: bytes, mechanism: PrinterMechanism) -> str:
    """Do what a line asks; the JSON to send back."""
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise BadRequest("not a JSON object")
        do(request, mechanism)
    except ValueError as error:
        return json.dumps({"error": str(error)}, ensure_ascii=False)
    return f'{{"state": {mechanism.state().to_json()}}}'


def do(request: Request, mechanism: PrinterMechanism) -> None:
    """Do one request, now or after its bytes.

    Raises:
        BadRequest: it is not understood.
    """
    action = _action(request, mechanism)
    after = request.get("after_bytes")
    if after is None:
        action()
    elif not isinstance(after, int) or after < 1:
        raise BadRequest("after_bytes is a number of bytes from 1")
    elif request["do"] in _BEFALLS_THE_LINE:
        mechanism.after_arrival(after, action)
    else:
        mechanism.after_printing(after, action)


def _action(request: Request, mechanism: PrinterMechanism) -> Callable[[], None]:
    plain = {
        "state": lambda: None,
        "load_paper": lambda: mechanism.load_paper(ROLL_MM),
        "near_end": mechanism.near_end,
        "take_paper": mechanism.take_paper,
        "drop_connection": mechanism.drop_connection,
        "cancel": mechanism.cancel,
    }
    match request:
        case {"do": "paper_out_after_mm", "mm": int() | float() as mm}:
            return lambda: mechanism.end_paper_after(mm)
        case {"do": "load_paper", "mm": int() | float() as mm}:
            return lambda: mechanism.load_paper(mm)
        case {"do": "cover", "open": bool() as open_}:
            return lambda: mechanism.cover(open_=open_)
        case {"do": "cutter", "jams": bool() as jams}:
            return lambda: mechanism.cutter(jams=jams)
        case {"do": "clears", "knows": bool() as knows}:
            return lambda: mechanism.clears(knows=knows)
        case {"do": "power", "on": bool() as on}:
            return lambda: mechanism.power(on=on)
        case {"do": "silent", "answers": list() as names}:
            kinds = frozenset(map(_kind, names))
            return lambda: mechanism.silence(kinds)
        case {"do": str() as what} if what in plain:
            return plain[what]
        case _:
            raise BadRequest(f"not understood: {json.dumps(request, ensure_ascii=False)[:200]}")


def _kind(name: object) -> AnswerKind:
    try:
        return AnswerKind(name)
    except ValueError as error:
        known = ", ".join(kind.value for kind in AnswerKind)
        raise BadRequest(f"no answers are called {name!r}; there are {known}") from error
