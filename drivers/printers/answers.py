"""What a printer sends back, told apart byte by byte. See `docs/facts/printing.md` §4."""

from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK_HEADERS = frozenset((0x35, 0x37, 0x3B, 0x3D, 0x5F))
_LONGEST_BLOCK = 128
_AUTOMATIC_LENGTH = 4


@dataclass(frozen=True, slots=True)
class RealTimeStatus:
    """One byte `0xx1xx10`: the answer to one DLE EOT. It does not say to which."""

    value: int


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """Four bytes, the first `0xx1xx00`: sent by the printer itself at every change (GS a)."""

    value: bytes


@dataclass(frozen=True, slots=True)
class TransmittedStatus:
    """One byte `0xx0xxxx`: the answer to GS r."""

    value: int


@dataclass(frozen=True, slots=True)
class Block:
    """A header, a body and NUL. Header 37 is a response: its first byte 22 process id, 25 buffers cleared."""

    header: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Noise:
    """A byte of no known class."""

    value: int


Answer = RealTimeStatus | AutomaticStatus | TransmittedStatus | Block | Noise

BUFFERS_CLEARED = Block(0x37, b"\x25")


def process_id_of(answer: Answer) -> bytes | None:
    """The process id that this answer confirms as printed, if it is such an answer."""
    match answer:
        case Block(0x37, body) if len(body) == 5 and body[0] == 0x22:
            return body[1:]
        case _:
            return None


class AnswerParser:
    """Incremental: any split of the bytes gives the same answers. Holds at most one unfinished answer."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> tuple[Answer, ...]:
        """The answers that are complete with these bytes."""
        self._held += data
        answers: list[Answer] = []
        position = 0
        for answer, length in self._read():
            answers.append(answer)
            position += length
        self._held = self._held[position:]
        return tuple(answers)

    def _read(self) -> Iterator[tuple[Answer, int]]:
        position = 0
        while position < len(self._held):
            read = _first(self._held[position : position + _LONGEST_BLOCK])
            if read is None:
                return
            yield read
            position += read[1]


def _first(held: bytes) -> tuple[Answer, int] | None:
    """The answer at the start and its length; None where it is not complete."""
    first = held[0]
    if first in _BLOCK_HEADERS:
        end = held.find(0)
        if end >= 0:
            return Block(first, held[1:end]), end + 1
        return (Noise(first), 1) if len(held) >= _LONGEST_BLOCK else None
    if first & 0x93 == 0x12:
        return RealTimeStatus(first), 1
    if first & 0x93 == 0x10:
        rest = held[1:_AUTOMATIC_LENGTH]
        if any(byte & 0x90 for byte in rest):
            return Noise(first), 1
        return (AutomaticStatus(held[:_AUTOMATIC_LENGTH]), _AUTOMATIC_LENGTH) if len(rest) == 3 else None
    if first & 0x90 == 0:
        return TransmittedStatus(first), 1
    return Noise(first), 1
