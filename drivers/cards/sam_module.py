"""The commands of a SAM-V module over a line of bytes (`docs/facts/cards.md` §7).

The module answers one request after the other and never names which one it answers. So an answer counts only
if its form fits the question, and after a wait that was given up nothing counts before the module's own
number has been asked and come: everything before that answers something older.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Protocol

from drivers.cards.records import Garbled
from drivers.cards.resident_id import text_field
from drivers.cards.sam_v import (
    PHOTO_BYTES,
    TEXT_BYTES,
    BadFrame,
    Content,
    FrameReader,
    Reply,
    SamCommand,
    SamStatus,
    meaning,
    parse_content,
)

_WRITE_LIMIT_S: Final = 1.0
_MOST_BYTES: Final = 16 * 1024
"""So many bytes may come before an answer ends: more than a real line carries in the usual wait."""
_MOST_UNTOLD: Final = 2
"""A module that says nothing of the extra address so many times in a row does not know the command."""
_MODULE_ID_BYTES: Final = 16
_EXTRA_ADDRESS_BYTES: Final = 70
_CONTENT_BYTES: Final = frozenset(
    {4 + TEXT_BYTES + PHOTO_BYTES, *(6 + TEXT_BYTES + PHOTO_BYTES + fingers for fingers in (0, 512, 1024))}
)
_SUCCESS: Final = {
    SamCommand.RESET: (SamStatus.OK, frozenset({0})),
    SamCommand.STATUS: (SamStatus.OK, frozenset({0})),
    SamCommand.MODULE_ID: (SamStatus.OK, frozenset({_MODULE_ID_BYTES})),
    SamCommand.FIND: (SamStatus.FOUND, frozenset({4})),
    SamCommand.SELECT: (SamStatus.OK, frozenset({8})),
    SamCommand.READ: (SamStatus.OK, _CONTENT_BYTES),
    SamCommand.READ_WITH_FINGERPRINTS: (SamStatus.OK, _CONTENT_BYTES),
    SamCommand.READ_EXTRA_ADDRESS: (SamStatus.OK, frozenset({_EXTRA_ADDRESS_BYTES})),
}
"""SW3 of success, and how many bytes of data come with it."""
MODULE_FAILS: Final = frozenset({SamStatus.SELF_TEST_FAILED, SamStatus.MODULE_NOT_AUTHORISED})
"""The module as such does not work; no card's answer is ever this."""
_CARD_SAYS: Final = frozenset(
    {
        SamStatus.CARD_REJECTS_MODULE,
        SamStatus.MODULE_REJECTS_CARD,
        SamStatus.VERIFICATION_FAILED,
        SamStatus.WRONG_CARD,
        SamStatus.READ_FAILED,
        SamStatus.NO_RANDOM_NUMBER,
        SamStatus.NOT_FOUND,
        SamStatus.NOT_SELECTED,
        SamStatus.NO_SUCH_ITEM,
    }
)
"""What can be said of a card, or of there being none; the others are of the module or the line."""
_NOT_KNOWN: Final = frozenset({SamStatus.UNKNOWN_COMMAND, SamStatus.NOT_AUTHORISED})


@dataclass(frozen=True, slots=True)
class SamLimits:
    """How long the module is waited for, in seconds."""

    usual_s: float = 1.0
    read_s: float = 3.0
    """For text and photo: module and card authenticate each other."""
    look_s: float = 0.3
    """Between two questions whether a card lies there."""


USUAL_LIMITS: Final = SamLimits()


class LineError(OSError):
    """The line cannot be opened, or has gone: unplugged, or held by another program."""


class ByteLine(Protocol):
    """A line to one module, used by one thread."""

    def write(self, data: bytes, within_s: float) -> None:
        """Hand all bytes over. Raises `LineError` where they are not taken in time."""

    def read(self, within_s: float) -> bytes:
        """What has come, or nothing when the time is over. Raises `LineError`."""

    def flush(self) -> None:
        """Forget what has come and was not read. Raises `LineError`."""

    def close(self) -> None:
        """End the line."""


class SamSilent(Exception):
    """The module gave no whole answer in time. `seconds` is how long it was waited for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the module gave no whole answer within {seconds:g} s")
        self.seconds = seconds


class SamRefused(Exception):
    """The module answered with an SW3 that is not that of success."""

    def __init__(self, sw3: int) -> None:
        super().__init__(f"{meaning(sw3)} (SW3 {sw3:02X})")
        self.sw3 = sw3


class SamModule:
    """One module at the end of a line.

    Every method raises `SamRefused`, `SamSilent`, `BadFrame` or `Garbled` (what came answers nothing that was
    asked), or the line's `LineError`.
    """

    def __init__(self, line: ByteLine, limits: SamLimits = USUAL_LIMITS) -> None:
        self._line = line
        self._limits = limits
        self._frames = FrameReader()
        self._in_step = False
        self._came = 0
        """Bytes since the last request."""
        self._untold = 0
        """How many times in a row nothing was said of the extra address."""

    def close(self) -> None:
        """End the line."""
        self._line.close()

    def wake(self) -> str:
        """Make sure the module works, by a reset where it must be. Its number 模块号, as it is printed on it:
        `05.01-20180101-0000000001-0000000002`."""
        try:
            number = self._get_in_step()
            self._ask(SamCommand.STATUS)
        except SamRefused:
            self._exchange(SamCommand.RESET, self._limits.usual_s)
            number = self._get_in_step()
            self._ask(SamCommand.STATUS)
        return number

    def find(self) -> bool:
        """Whether a card lies there that can be turned to, and was not read yet since it was laid."""
        try:
            self._ask(SamCommand.FIND)
        except SamRefused as refused:
            if refused.sw3 in _CARD_SAYS:
                return False
            raise
        return True

    def select(self) -> None:
        """Turn to the card that was found."""
        self._ask(SamCommand.SELECT)

    def read(self, *, with_fingerprints: bool = False) -> Content:
        """Text and photo of the selected card; after this it must be lifted before it is found again."""
        command = SamCommand.READ_WITH_FINGERPRINTS if with_fingerprints else SamCommand.READ
        return parse_content(self._ask(command, self._limits.read_s))

    def extra_address(self) -> str | None:
        """The newest address 追加地址 that was added to the selected card; None where there is none, or where
        the module cannot tell."""
        data = self._ask_extra_address()
        return (text_field(data) or None) if data else None

    def still_lies_there(self) -> bool | None:
        """Whether the card that was read has not been lifted, asked by its extra address; None where this
        module cannot tell.

        That this tells it rests on memory, and on nothing else (`docs/facts/cards.md` §7).
        """
        try:
            return None if self._ask_extra_address() is None else True
        except SamRefused as refused:
            return None if refused.sw3 in _NOT_KNOWN else False
        except SamSilent:
            return None

    def _ask_extra_address(self) -> bytes | None:
        """The extra address's bytes, none where the card has none; None from a module that does not know the
        command: it is asked twice, and then no more on this line."""
        if self._untold >= _MOST_UNTOLD:
            return None
        try:
            data = self._ask(SamCommand.READ_EXTRA_ADDRESS)
        except SamSilent:
            self._untold += 1
            raise
        except SamRefused as refused:
            self._untold = self._untold + 1 if refused.sw3 in _NOT_KNOWN else 0
            if refused.sw3 == SamStatus.NO_SUCH_ITEM:
                return b""
            raise
        self._untold = 0
        return data

    def _ask(self, command: SamCommand, within_s: float | None = None) -> bytes:
        """The data of a success; waits the usual time unless told another."""
        if not self._in_step:
            self._get_in_step()
        return self._exchange(command, self._limits.usual_s if within_s is None else within_s)

    def _exchange(self, command: SamCommand, within_s: float) -> bytes:
        self._write(command)
        reply = Reply.parse(self._next_frame(time.monotonic() + within_s, within_s))
        success, sizes = _SUCCESS[command]
        if reply.sw3 == success and len(reply.data) not in sizes:
            raise Garbled(f"{len(reply.data)} bytes of data do not answer {command.name}")
        if reply.sw3 != success and (reply.data or reply.sw3 in {SamStatus.OK, SamStatus.FOUND}):
            raise Garbled(f"SW3 {reply.sw3:02X} with {len(reply.data)} bytes does not answer {command.name}")
        self._in_step = not self._frames.in_frame
        if reply.sw3 != success:
            raise SamRefused(reply.sw3)
        return reply.data

    def _get_in_step(self) -> str:
        """Ask the module's number and pass over whatever comes before it; the number."""
        self._write(SamCommand.MODULE_ID)
        deadline = time.monotonic() + self._limits.usual_s
        while True:
            try:
                reply = Reply.parse(self._next_frame(deadline, self._limits.usual_s))
            except BadFrame:
                continue
            if reply.sw3 == SamStatus.OK and len(reply.data) == _MODULE_ID_BYTES:
                self._in_step = True
                return _number(reply.data)
            if reply.sw3 in MODULE_FAILS and not reply.data:
                raise SamRefused(reply.sw3)

    def _write(self, command: SamCommand) -> None:
        # Until a fitting answer has come it is not known what the line's next bytes belong to.
        self._in_step = False
        self._came = 0
        self._line.flush()
        self._frames.clear()
        self._line.write(command.encode(), _WRITE_LIMIT_S)

    def _next_frame(self, deadline: float, within_s: float) -> bytes:
        while (content := self._frames.next()) is None:
            left = deadline - time.monotonic()
            data = self._line.read(left) if left > 0 else b""
            if not data:
                raise SamSilent(within_s)
            self._came += len(data)
            if self._came > _MOST_BYTES:
                raise Garbled("the line carries bytes that answer nothing")
            self._frames.feed(data)
        return content


def _number(data: bytes) -> str:
    """`%02d.%02d-%d-%010d-%010d`: byte 0, byte 2, then three numbers of four bytes, low byte first."""
    day, first, second = (int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12))
    return f"{data[0]:02d}.{data[2]:02d}-{day:d}-{first:010d}-{second:010d}"
