"""Command and response APDUs of ISO/IEC 7816-4, short form, and the status words cards answer with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from drivers.cards.channel import CardChannel
from drivers.cards.meaning import Meaningful

_MOST_GET_RESPONSES = 16
"""4 KiB in steps of 256 bytes; a card that offers more is broken."""


class StatusWord(Meaningful):
    """SW1-SW2 with its meaning (ISO/IEC 7816-4, 5.6; `docs/facts/cards.md` §3)."""

    OK = 0x9000, "done"
    FILE_DEACTIVATED = 0x6283, "the selected file is deactivated"
    AUTHENTICATION_FAILED = 0x6300, "authentication failed"
    MEMORY_FAILURE = 0x6581, "memory failure"
    WRONG_LENGTH = 0x6700, "wrong length"
    COMMAND_INCOMPATIBLE = 0x6981, "the command does not fit the file's structure"
    SECURITY_NOT_SATISFIED = 0x6982, "security status not satisfied"
    METHOD_BLOCKED = 0x6983, "authentication method locked"
    REFERENCE_UNUSABLE = 0x6984, "reference data not usable, or no challenge asked for"
    CONDITIONS_NOT_SATISFIED = 0x6985, "conditions of use not satisfied"
    NO_CURRENT_FILE = 0x6986, "no current EF"
    APPLET_SELECT_FAILED = 0x6999, "applet selection failed"
    WRONG_DATA = 0x6A80, "wrong data"
    APPLICATION_LOCKED = 0x6A81, "application locked, or function not supported"
    FILE_NOT_FOUND = 0x6A82, "file or application not found"
    RECORD_NOT_FOUND = 0x6A83, "record not found"
    WRONG_P1_P2 = 0x6A86, "wrong P1-P2"
    DATA_NOT_FOUND = 0x6A88, "referenced data not found"
    WRONG_OFFSET = 0x6B00, "wrong P1-P2 or offset"
    UNKNOWN_INSTRUCTION = 0x6D00, "instruction not supported"
    UNKNOWN_CLASS = 0x6E00, "class not supported"
    NO_DIAGNOSIS = 0x6F00, "failed, no precise diagnosis"
    PERMANENTLY_BLOCKED = 0x9303, "application permanently blocked"


_MEANINGS = {int(word): word.meaning for word in StatusWord}


def tries_left(status: int) -> int | None:
    """How many tries a refused PIN still has: the x of 63Cx; None for another status word."""
    return status & 0x0F if status & 0xFFF0 == 0x63C0 else None


def waiting_bytes(status: int) -> int | None:
    """How many bytes GET RESPONSE can fetch: the xx of 61xx, 00 for 256; None for another status word."""
    return (status & 0xFF or 256) if status >> 8 == 0x61 else None


def right_length(status: int) -> int | None:
    """The Le the card asks for: the xx of 6Cxx, 00 for 256; None for another status word."""
    return (status & 0xFF or 256) if status >> 8 == 0x6C else None


def meaning(status: int) -> str:
    """A status word in words, for logs and technicians."""
    if (known := _MEANINGS.get(status)) is not None:
        return known
    if (tries := tries_left(status)) is not None:
        return f"refused, {tries} tries left"
    if (waiting := waiting_bytes(status)) is not None:
        return f"{waiting} bytes wait for GET RESPONSE"
    if (length := right_length(status)) is not None:
        return f"wrong Le, {length} is right"
    return "unknown status word"


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU. `le` is how many bytes are expected, 1 to 256; None expects none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    def __post_init__(self) -> None:
        if len(self.data) > 255:
            raise ValueError(f"{len(self.data)} bytes of data: a short APDU carries at most 255")
        if self.le is not None and not 1 <= self.le <= 256:
            raise ValueError(f"Le {self.le}: a short APDU expects 1 to 256 bytes")

    def encode(self) -> bytes:
        """The APDU's bytes (ISO/IEC 7816-4, 5.2, cases 1 to 4)."""
        body = bytes([len(self.data)]) + self.data if self.data else b""
        tail = b"" if self.le is None else bytes([self.le & 0xFF])
        return bytes([self.cla, self.ins, self.p1, self.p2]) + body + tail


@dataclass(frozen=True, slots=True)
class Response:
    """What the card answered: data and the status word."""

    data: bytes
    status: int

    @property
    def ok(self) -> bool:
        return self.status == StatusWord.OK


class MalformedResponse(ValueError):
    """The answer is no response APDU, or the card offers data without end."""


def transmit(channel: CardChannel, command: Command) -> Response:
    """One exchange, whatever the status word. Raises `MalformedResponse` or the channel's `CardError`."""
    return _response(channel.send_and_receive(command.encode()))


def transmit_secret(channel: CardChannel, header: Command, secret: bytes | bytearray) -> Response:
    """One exchange whose data are `secret`; the command that carried them is zeroed whatever happens.

    `header` has neither data nor Le. Raises `MalformedResponse` or the channel's `CardError`.
    """
    # Allocated whole at once: a bytearray that grows leaves its old bytes behind.
    apdu = bytearray(5 + len(secret))
    apdu[:5] = header.encode() + bytes([len(secret)])
    apdu[5:] = secret
    # Whoever logs a traceback with its locals must not find the caller's bytes here.
    del secret
    try:
        return _response(channel.send_and_receive(apdu))
    finally:
        wipe(apdu)


def wipe(secret: bytearray) -> None:
    """Zero the bytes where they lie."""
    secret[:] = bytes(len(secret))


def transmit_whole(channel: CardChannel, command: Command) -> Response:
    """One exchange and what the card asks for: once again with the right Le, GET RESPONSE to the end.

    Raises `MalformedResponse` or the channel's `CardError`.
    """
    response = _with_right_length(channel, command)
    data = response.data
    for _ in range(_MOST_GET_RESPONSES):
        if (waiting := waiting_bytes(response.status)) is None:
            return Response(data, response.status)
        # Its class is always 00: what waits belongs to the transport, whatever class has asked for it.
        response = _with_right_length(channel, Command(0x00, 0xC0, 0x00, 0x00, le=waiting))
        data += response.data
    raise MalformedResponse(f"the card still offers data after {_MOST_GET_RESPONSES} GET RESPONSE")


def _with_right_length(channel: CardChannel, command: Command) -> Response:
    """One exchange, and a second where the card asks for another Le."""
    response = transmit(channel, command)
    length = right_length(response.status)
    if length is None or length == command.le:
        return response
    return transmit(channel, replace(command, le=length))


def _response(answer: bytes) -> Response:
    if len(answer) < 2:
        raise MalformedResponse(f"an answer of {len(answer)} bytes has no status word")
    return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))
