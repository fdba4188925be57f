"""What can happen to an answer on its way: bytes changed, lost, doubled, mixed with another answer's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, TypeAlias

from drivers.cards.apdu import StatusWord

Mutation: TypeAlias = Callable[[Random, bytearray, Sequence[bytes]], None]

_TELLING: Final = (0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFE, 0xFF, 0x1F, 0x9F, 0x6F, 0x70)
"""Bytes at which lengths and tags change their form."""
_LONGEST_INSERT: Final = 12
_MOST_AT_ONCE: Final = 4
_LONGEST: Final = 4096
"""Mutations feed on their own results; no transport carries more than this."""


def mutated(rng: Random, answer: bytes, others: Sequence[bytes]) -> bytes:
    """The answer after one to four mishaps; `others` are what another answer can be mixed in from."""
    data = bytearray(answer)
    for _ in range(rng.randrange(_MOST_AT_ONCE) + 1 if rng.random() < 0.5 else 1):
        _MUTATIONS[rng.randrange(len(_MUTATIONS))](rng, data, others)
    return bytes(data[:_LONGEST])


def _somewhere(rng: Random, data: bytearray) -> int:
    return rng.randrange(len(data)) if data else 0


def _flip_bit(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    if data:
        data[_somewhere(rng, data)] ^= 1 << rng.randrange(8)


def _change_byte(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    if data:
        data[_somewhere(rng, data)] = rng.randrange(256)


def _telling_byte(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    if data:
        data[_somewhere(rng, data)] = rng.choice(_TELLING)


def _one_off(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    """Most lengths stand near the beginning."""
    if data:
        at = rng.randrange(min(len(data), 6))
        data[at] = (data[at] + rng.choice((-1, 1))) & 0xFF


def _insert(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    at = _somewhere(rng, data)
    data[at:at] = rng.randbytes(rng.randrange(_LONGEST_INSERT) + 1)


def _delete(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    at = _somewhere(rng, data)
    del data[at : at + rng.choice((1, 1, 2, 8))]


def _double(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    at = _somewhere(rng, data)
    piece = data[at : at + rng.randrange(32) + 1]
    data[at:at] = piece


def _truncate(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    del data[_somewhere(rng, data) :]


def _truncate_before_status(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    """A body cut short with its status word whole: the cut goes unnoticed by the transport."""
    if len(data) > 2:
        del data[rng.randrange(len(data) - 2) : -2]


def _splice(rng: Random, data: bytearray, others: Sequence[bytes]) -> None:
    other = rng.choice(others)
    data[_somewhere(rng, data) :] = other[rng.randrange(len(other) + 1) :]


def _replace(rng: Random, data: bytearray, others: Sequence[bytes]) -> None:
    data[:] = rng.choice(others)


def _known_status(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    data[-2:] = rng.choice(_STATUS_WORDS)


def _any_status(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    data[-2:] = bytes([rng.choice((0x61, 0x62, 0x63, 0x69, 0x6A, 0x6C, 0x90)), rng.randrange(256)])


def _only_status(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    data[:] = rng.choice(_STATUS_WORDS)


def _fill(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    """Part of it was never written."""
    start = _somewhere(rng, data)
    end = min(len(data), start + rng.randrange(32) + 1)
    data[start:end] = bytes([rng.choice((0x00, 0xFF))]) * (end - start)


def _noise(rng: Random, data: bytearray, _others: Sequence[bytes]) -> None:
    data[:] = rng.randbytes(rng.randrange(64))


_STATUS_WORDS: Final = tuple(word.to_bytes(2, "big") for word in StatusWord)
_MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_flip_bit, _flip_bit, _change_byte, _change_byte, _telling_byte, _one_off, _one_off),
    *(_insert, _delete, _double, _truncate, _truncate_before_status, _splice, _replace),
    *(_known_status, _any_status, _only_status, _fill, _noise),
)
