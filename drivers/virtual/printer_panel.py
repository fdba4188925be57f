"""The control port of a virtual printer: one JSON object a line, answered by one.

`{"do": "paper_out_after_mm", "mm": 40}` → `{"state": {…}}` or `{"error": "…"}`. Any request that changes
something may carry `"after_bytes": n`: it then happens n bytes later, counted where they arrive for what
befalls the line (silence, garbage, slow reads, a drop, the power), and where they are printed for what
befalls the mechanism.
"""

from collections.abc import Callable

from drivers.virtual.control_port import BadRequest, ControlPort, Request, named, not_understood
from drivers.virtual.printer_answers import AnswerKind, Garbage
from drivers.virtual.printer_intake import SlowReading
from drivers.virtual.printer_mechanism import PrinterMechanism
from drivers.virtual.printer_paper import ROLL_MM

_BEFALLS_THE_LINE = frozenset(("silent", "garbage", "read_slowly", "drop_connection", "power"))


def panel(address: tuple[str, int], mechanism: PrinterMechanism) -> ControlPort:
    """The printer's control port. Raises OSError where it cannot listen."""

    def answer(request: Request) -> str:
        do(request, mechanism)
        return f'{{"state": {mechanism.state().to_json()}}}'

    return ControlPort(address, answer)


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
        "read_freely": lambda: mechanism.read(None),
    }
    match request:
        case {"do": "paper_out_after_mm", "mm": int() | float() as mm}:
            return lambda: mechanism.end_paper_after(mm)
        case {"do": "paper_out_after_lines", "lines": int() as lines} if lines >= 0:
            return lambda: mechanism.end_paper_after_lines(lines)
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
            kinds = frozenset(named(AnswerKind, name, "answers are") for name in names)
            return lambda: mechanism.silence(kinds)
        case {"do": "garbage", "place": place, "seed": int() as seed}:
            garbage = None if place is None else named(Garbage, place, "place of garbage is")
            return lambda: mechanism.garble(garbage, seed)
        case {"do": "read_slowly", "bytes": int() as count, "every_ms": int() as ms} if count > 0 and ms >= 0:
            return lambda: mechanism.read(SlowReading(count, ms / 1000))
        case {"do": str() as what} if what in plain:
            return plain[what]
        case _:
            raise not_understood(request)
