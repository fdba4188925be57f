"""What a technician does when a printer does not print."""

from __future__ import annotations

from drivers.printers.status import Reason

_REMEDIES: dict[Reason, str] = {
    Reason.PAPER_OUT: "put in a roll of paper",
    Reason.PAPER_SHORT: "put in a new roll: this one would end in the middle of the paper",
    Reason.COVER_OPEN: "close the cover",
    Reason.CUTTER_JAMMED: "free the cutter, then switch the printer off and on",
    Reason.FAULT: "switch it off and on; if it stays, it needs repair",
    Reason.OFFLINE: "put it on line: its feed or on-line button, or off and on",
    Reason.UNREACHABLE: "nothing listens at this address: check power, cable and address",
    Reason.SILENT: "it does not answer: check that it is an ESC/POS printer, switch it off and on",
    Reason.UNPROVABLE: "it cannot prove what it printed: turn on its status answers, or use another model",
    Reason.NOT_TOLD: "by its profile it cannot tell what it printed: look whether the paper came out",
    Reason.CONNECTION_LOST: "the connection broke: check the cable, and that nobody else prints on it",
    Reason.BUSY: "it is printing something else: wait, then try again",
}


def remedy(reason: Reason, line_trouble: str = "") -> str:
    """In a few words, with what the line itself said; for a reason of the driver's own, try again."""
    known = _REMEDIES.get(reason, "try again")
    return f"{known} ({line_trouble})" if line_trouble else known
