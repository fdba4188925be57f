"""The mechanism of a virtual SAM-V module: what lies on it, and what it answers to each request.

It knows no line: `sam_v_pty` puts it on a pseudo terminal.
"""

from __future__ import annotations

import threading
from enum import IntEnum
from typing import Final

from drivers.cards.sam_v import (
    LONGEST_REQUEST,
    BadFrame,
    Flaw,
    FrameReader,
    Reply,
    SamCommand,
    SamStatus,
    frame,
)
from drivers.virtual.cards import Pull, Silence, Wait
from drivers.virtual.id_card import Garbage, IdMisbehaviour, Spoilt, Status, VirtualIdCard
from drivers.virtual.sam_v_state import IdModuleState

MODULE_ID: Final = bytes.fromhex("05000100 41EF3301 01000000 02000000")
"""`05.01-20180801-0000000001-0000000002`: no such module exists."""

_EXTRA_ADDRESS_BYTES: Final = 70
_OF_THE_MODULE: Final = frozenset({SamCommand.RESET, SamCommand.STATUS, SamCommand.MODULE_ID})
_WITHOUT_CARD: Final = {
    SamCommand.FIND: SamStatus.NOT_FOUND,
    SamCommand.SELECT: SamStatus.NOT_SELECTED,
    SamCommand.READ: SamStatus.READ_FAILED,
    SamCommand.READ_WITH_FINGERPRINTS: SamStatus.READ_FAILED,
    SamCommand.READ_EXTRA_ADDRESS: SamStatus.READ_FAILED,
}
_FLAWS: Final = {Flaw.CHECKSUM: SamStatus.WRONG_CHECKSUM, Flaw.LENGTH: SamStatus.WRONG_LENGTH}


class _Stage(IntEnum):
    """How far the module has come with the card that lies there."""

    LAID = 0
    FOUND = 1
    SELECTED = 2
    READ = 3
    """Not found again before it is lifted."""


class SamVMechanism:
    """One module. Cards are laid and lifted by any thread; one thread hands it what the line brings."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frames = FrameReader(LONGEST_REQUEST)
        self._habits: dict[SamCommand, IdMisbehaviour | None] = {}
        self._card: VirtualIdCard | None = None
        self._stage = _Stage.LAID
        self._commands = 0
        self._answering = False
        self._on = True
        self._ended = False

    def lay(self, card: VirtualIdCard) -> None:
        """Lay a card on it; one that lies there is lifted first."""
        self._put(card)

    def lift(self) -> None:
        """Take the card away, whatever is being done with it."""
        self._put(None)

    def power(self, *, on: bool) -> None:
        """Give it power or cut it: without, it is silent, and afterwards it knows nothing of its card."""
        with self._changed:
            self._on = on
            self._stage = _Stage.LAID
            self._changed.notify_all()

    def always(self, command: SamCommand, misbehaviour: IdMisbehaviour | None) -> None:
        """Answer this command so from now on, whatever lies there; as it should again where None is given."""
        with self._changed:
            self._habits[command] = misbehaviour

    def end(self) -> None:
        """Wait for nothing any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def state(self) -> IdModuleState:
        """What there is to see."""
        with self._changed:
            reading = self._card is not None and (self._answering or self._stage is _Stage.SELECTED)
            name = None if self._card is None else self._card.name
            return IdModuleState(name, self._commands, reading, self._on)

    def take(self, data: bytes) -> list[bytes]:
        """What the line brings, byte by byte or at once; the answers, in order. Takes its time if the card
        does."""
        with self._changed:
            if not self._on:
                self._frames.clear()
                return []
        self._frames.feed(data)
        answers = []
        while True:
            try:
                content = self._frames.next()
            except BadFrame as bad:
                if bad.flaw in _FLAWS:
                    answers.append(Reply(_FLAWS[bad.flaw]).encode())
                continue
            if content is None:
                return answers
            answers.append(self._answer(content))

    def _put(self, card: VirtualIdCard | None) -> None:
        with self._changed:
            self._card, self._stage, self._commands = card, _Stage.LAID, 0
            self._changed.notify_all()

    def _answer(self, content: bytes) -> bytes:
        """The bytes that answer a request; none for silence."""
        try:
            command = SamCommand((content[0], content[1] if len(content) > 1 else -1))
        except ValueError:
            return Reply(SamStatus.UNKNOWN_COMMAND).encode()
        with self._changed:
            of_the_module = command in _OF_THE_MODULE
            met = None if of_the_module else self._meet_card()
            misbehaviour = self._habits.get(command) or met
            if isinstance(misbehaviour, Pull):
                self._put(None)
            if isinstance(misbehaviour, Wait) and not self._let_pass(misbehaviour.seconds):
                return b""
            if isinstance(misbehaviour, Status):
                return Reply(misbehaviour.sw3).encode()
            reply = self._of_the_module(command) if of_the_module else self._do(command)
            return _spoilt(reply, misbehaviour)

    def _of_the_module(self, command: SamCommand) -> Reply:
        if command is SamCommand.RESET:
            self._stage = _Stage.LAID
        return Reply(SamStatus.OK, MODULE_ID if command is SamCommand.MODULE_ID else b"")

    def _meet_card(self) -> IdMisbehaviour | None:
        """Count a command for the card that lies there; what goes wrong with it."""
        if self._card is None:
            return None
        self._commands += 1
        faults = {fault.at: fault.misbehaviour for fault in self._card.faults}
        return faults.get(self._commands)

    def _let_pass(self, seconds: float) -> bool:
        """Wait, no longer than the card lies there; whether there is still power then."""
        card, self._answering = self._card, True
        self._changed.wait_for(lambda: self._card is not card or not self._on or self._ended, seconds)
        self._answering = False
        return self._on

    def _do(self, command: SamCommand) -> Reply:
        card, stage = self._card, self._stage
        if card is None:
            return Reply(_WITHOUT_CARD[command])
        match command:
            case SamCommand.FIND if stage is not _Stage.READ:
                self._stage = _Stage.FOUND
                return Reply(SamStatus.FOUND, bytes(4))
            case SamCommand.SELECT if stage is not _Stage.LAID:
                self._stage = max(stage, _Stage.SELECTED)
                return Reply(SamStatus.OK, bytes(8))
            case SamCommand.READ if stage >= _Stage.SELECTED:
                self._stage = _Stage.READ
                return Reply(SamStatus.OK, card.content())
            case SamCommand.READ_WITH_FINGERPRINTS if stage >= _Stage.SELECTED:
                self._stage = _Stage.READ
                return Reply(SamStatus.OK, card.content_with_fingerprints())
            case SamCommand.READ_EXTRA_ADDRESS if stage >= _Stage.SELECTED:
                return _extra_address(card)
            case _:
                return Reply(_WITHOUT_CARD[command])


def _extra_address(card: VirtualIdCard) -> Reply:
    if card.extra_address is None:
        return Reply(SamStatus.NO_SUCH_ITEM)
    characters = _EXTRA_ADDRESS_BYTES // 2
    return Reply(
        SamStatus.OK, card.extra_address.ljust(characters).encode("utf-16-le")[:_EXTRA_ADDRESS_BYTES]
    )


def _spoilt(reply: Reply, misbehaviour: IdMisbehaviour | None) -> bytes:
    """The answer's bytes as they come."""
    data = reply.encode()
    match misbehaviour:
        case Silence():
            return b""
        case Garbage(garbage):
            return garbage
        case Spoilt.CUT:
            return data[:-1]
        case Spoilt.CHECKSUM:
            return data[:-1] + bytes([data[-1] ^ 0xFF])
        case Spoilt.LENGTH:
            # Without data the frame itself must be too short for a status.
            return Reply(reply.sw3, reply.data[:-1]).encode() if reply.data else frame(bytes(2))
    return data
