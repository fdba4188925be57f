"""A full read of a card beside the fewest APDUs that give the same data; and many reads in a row."""

from __future__ import annotations

import gc
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from demo.stage import StageError, wait_for
from drivers.cards.apdu import Command
from drivers.cards.application import APPLICATION_ID
from drivers.cards.channel import CardChannel
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.reader_events import CardInserted, Presence, ReaderEvent
from drivers.cards.readers import ReaderLoop
from drivers.cards.social_security import ALL, CardRead, Outcome, read_social_security_card
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.slot import VirtualSlot

ROUNDS = 400
FEW_ROUNDS = 40
WARMING = 10
SLOW_CARD_MS = 5
"""Less than a chip and its line take for a record; a virtual card takes no time at all."""
MANY_READS = 10_000
FIRST_READS = 1_000
"""By then every buffer and free list has the size that it keeps."""
LIMIT_S = 20.0

_EF05 = ((0x01, 16), (0x02, 1), (0x03, 4), (0x04, 12), (0x05, 4), (0x06, 4), (0x07, 9))
_EF06 = ((0x08, 18), (0x09, 30), (0x0A, 1), (0x0B, 1), (0x0C, 3), (0x0D, 4))


@dataclass(frozen=True, slots=True)
class FullRead:
    """Milliseconds of a read of all fields, and of the least that gives the same; what the read sends."""

    own_ms: float
    bare_ms: float
    commands: int
    least_commands: int
    sent_twice: int


@dataclass(frozen=True, slots=True)
class InARow:
    """What the process holds after the first of many reads, and after the last."""

    memory_mb: tuple[float, float]
    descriptors: tuple[int, int]


def full_read(port: int, card: VirtualCard, rounds: int = ROUNDS) -> FullRead:
    """Both ways in turn, each with its connection to the service and to the card."""
    took: tuple[list[float], list[float]] = ([], [])
    with _card_in(port, card) as reader:
        exchanges = with_card(reader, _recorded)
        least = _least(file_information=exchanges[0][1][-1])
        ways: tuple[Callable[[CardChannel], object], ...] = (
            _read,
            lambda channel: [channel.send_and_receive(command) for command in least],
        )
        with _no_garbage_collection():
            for number in range(rounds + WARMING):
                for way, times in zip(ways, took, strict=True):
                    began = time.perf_counter()
                    with_card(reader, way)
                    if number >= WARMING:
                        times.append((time.perf_counter() - began) * 1000)
    sent = [command for command, _ in exchanges]
    return FullRead(median(took[0]), median(took[1]), len(sent), len(least), len(sent) - len(set(sent)))


def slow_card(file: Path, directory: Path) -> VirtualCard:
    """The card of this file, which has no table of its own, with `SLOW_CARD_MS` before each answer."""
    slow = directory / f"slow-{file.name}"
    slow.write_text(f"{file.read_text('utf-8')}\n[behaviour]\ndelay_ms = {SLOW_CARD_MS}\n", encoding="utf-8")
    return load_card(slow)


def reads_in_a_row(port: int, card: VirtualCard) -> InARow:
    """One card read again and again by the reader loop, as a terminal would."""
    inserted = threading.Event()
    presences: list[Presence] = []

    def hear(event: ReaderEvent) -> None:
        if isinstance(event, CardInserted):
            presences.append(event.presence)
            inserted.set()

    loop = ReaderLoop(hear)
    loop.start()
    try:
        with _card_in(port, card):
            if not inserted.wait(LIMIT_S):
                raise StageError("the reader loop saw no card")
            for _ in range(FIRST_READS):
                loop.submit(presences[0], _read).result(LIMIT_S)
            before = _memory_mb(), _descriptors()
            for _ in range(MANY_READS):
                loop.submit(presences[0], _read).result(LIMIT_S)
            after = _memory_mb(), _descriptors()
    finally:
        loop.stop()
    return InARow((before[0], after[0]), (before[1], after[1]))


class _Recorder:
    """A channel that notes what goes over another, both ways."""

    def __init__(self, channel: CardChannel) -> None:
        self._channel = channel
        self.atr = channel.atr
        self.exchanges: list[tuple[bytes, bytes]] = []

    def send_and_receive(self, apdu: bytes | bytearray, /) -> bytes:
        answer = self._channel.send_and_receive(apdu)
        self.exchanges.append((bytes(apdu), answer))
        return answer


def _recorded(channel: CardChannel) -> list[tuple[bytes, bytes]]:
    recorder = _Recorder(channel)
    _read(recorder)
    return recorder.exchanges


def _least(*, file_information: int) -> list[bytes]:
    """The application, the bytes of file information that its SELECT promises, and a READ RECORD a field."""
    records = [(tag, size, 0x28) for tag, size in _EF05] + [(tag, size, 0x30) for tag, size in _EF06]
    return [
        Command(0x00, 0xA4, 0x04, 0x00, APPLICATION_ID).encode(),
        Command(0x00, 0xC0, 0x00, 0x00, le=file_information).encode(),
        *(Command(0x00, 0xB2, tag, p2, le=size + 2).encode() for tag, size, p2 in records),
    ]


def _read(channel: CardChannel) -> Outcome:
    outcome = read_social_security_card(channel, ALL)
    if not isinstance(outcome, CardRead):
        raise StageError(f"the card of the benchmark was not read: {outcome}")
    return outcome


@contextmanager
def _card_in(port: int, card: VirtualCard) -> Iterator[str]:
    """The card in the slot on this port, alone in all readers; the reader's name."""
    with VirtualSlot(port) as slot:
        slot.insert(card)
        wait_for(lambda: any(state.holds_card for state in look_at_readers()), LIMIT_S, "the card")
        yield next(state.reader for state in look_at_readers() if state.holds_card)
        slot.remove()
        wait_for(lambda: not any(state.holds_card for state in look_at_readers()), LIMIT_S, "no card")


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _memory_mb() -> float:
    """What the process has in memory (proc(5), statm)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
