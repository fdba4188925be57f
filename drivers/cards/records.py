"""Records of an elementary file, read the way this card understands (`docs/facts/cards.md` §2).

Generations number their records differently but tag them alike, so a record is asked for by its tag
(ISO/IEC 7816-4, READ RECORD with a record identifier). The short file identifier in the command makes a
SELECT unnecessary; only a card that refuses the first record gets one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from drivers.cards.apdu import Command, StatusWord, transmit, transmit_whole, waiting_bytes
from drivers.cards.channel import CardChannel

_MOST_RECORDS: Final = 16
_SELECT_BY_FILE_ID: Final = (0x02, 0x00)
"""P1: an EF under the current DF, or any file; generations accept one or the other."""

_TRY_ANOTHER_WAY: Final = frozenset(
    {
        StatusWord.COMMAND_INCOMPATIBLE,
        StatusWord.NO_CURRENT_FILE,
        StatusWord.WRONG_DATA,
        StatusWord.APPLICATION_LOCKED,
        StatusWord.FILE_NOT_FOUND,
        StatusWord.RECORD_NOT_FOUND,
        StatusWord.WRONG_P1_P2,
        StatusWord.DATA_NOT_FOUND,
        StatusWord.WRONG_OFFSET,
    }
)
_NO_SUCH_RECORD: Final = frozenset(
    {StatusWord.FILE_NOT_FOUND, StatusWord.RECORD_NOT_FOUND, StatusWord.DATA_NOT_FOUND}
)


class NoRecord(Enum):
    """Why there is no value: both are ordinary answers."""

    ABSENT = auto()
    PROTECTED = auto()
    """6982: the card wants authentication before this record."""


class Refused(Exception):
    """The card refused with a status word that is no ordinary answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class Garbled(Exception):
    """The card answered what cannot be. The text never repeats its bytes: they may be somebody's name."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record's tag and its value's length in bytes; `head_only` when cards store more than is wanted."""

    tag: int
    length: int
    head_only: bool = False


class ElementaryFile:
    """One EF of the selected application. The first record read finds out how this card wants to be asked."""

    def __init__(self, channel: CardChannel, short_id: int) -> None:
        self._channel = channel
        self._short_id = short_id
        self._answers_by_tag = False
        self._selected_by: int | None = None
        self._positions: _Positions | None = None

    def read(self, record: Record) -> bytes | NoRecord:
        """The record's value, padding included.

        Raises `Refused`, `Garbled`, `MalformedResponse`, or the channel's `CardError`.
        """
        if self._positions is not None:
            return self._positions.find(record)
        found = self._read_by_tag(record)
        if not isinstance(found, int):
            return found
        if self._answers_by_tag and found in _NO_SUCH_RECORD:
            return NoRecord.ABSENT
        if self._answers_by_tag or found not in _TRY_ANOTHER_WAY:
            raise Refused(found)
        selected = self._select()
        if selected:
            # The same command once more: after SELECT it means something else to such cards.
            found = self._read_by_tag(record)
            if not isinstance(found, int):
                return found
        self._positions = _Positions(self._channel, 0 if selected else self._short_id)
        return self._positions.find(record)

    def ask_again(self) -> None:
        """Protected records may be open now: the next `read` asks for them once more."""
        if self._positions is not None:
            self._positions.ask_again()

    def select_again(self) -> None:
        """The application has been selected anew: so is this file now, where the card wanted that.

        Raises like `read`.
        """
        if self._selected_by is not None and not self._selects(self._selected_by):
            raise Garbled("a file that was there before cannot be selected")

    def _select(self) -> bool:
        self._selected_by = next((p1 for p1 in _SELECT_BY_FILE_ID if self._selects(p1)), None)
        return self._selected_by is not None

    def _selects(self, p1: int) -> bool:
        file_id = bytes([0xEF, self._short_id])
        response = transmit(self._channel, Command(0x00, 0xA4, p1, 0x00, file_id))
        # 61xx offers the file's FCI, which nobody needs.
        if response.ok or waiting_bytes(response.status) is not None:
            return True
        if response.status not in _TRY_ANOTHER_WAY:
            raise Refused(response.status)
        return False

    def _read_by_tag(self, record: Record) -> bytes | NoRecord | int:
        """The value, or the status word of a refusal."""
        command = Command(0x00, 0xB2, record.tag, self._short_id << 3, le=record.length + 2)
        response = transmit_whole(self._channel, command)
        if not response.ok and response.status != StatusWord.SECURITY_NOT_SATISFIED:
            return response.status
        self._answers_by_tag = True
        return _value(record, response.data) if response.ok else NoRecord.PROTECTED


class _Positions:
    """Reads records from the first on, until the wanted tag has come by. File 0 is the selected one."""

    def __init__(self, channel: CardChannel, short_id: int) -> None:
        self._channel = channel
        self._p2 = short_id << 3 | 0x04
        self._answers: dict[int, bytes] = {}
        self._unread = deque(range(1, _MOST_RECORDS + 1))
        self._protected: list[int] = []

    def find(self, record: Record) -> bytes | NoRecord:
        while record.tag not in self._answers and self._unread:
            self._read_next()
        if record.tag in self._answers:
            return _value(record, self._answers[record.tag])
        return NoRecord.PROTECTED if self._protected else NoRecord.ABSENT

    def ask_again(self) -> None:
        self._unread.extendleft(reversed(self._protected))
        self._protected.clear()

    def _read_next(self) -> None:
        number = self._unread.popleft()
        response = transmit_whole(self._channel, Command(0x00, 0xB2, number, self._p2, le=256))
        if response.ok:
            if not response.data:
                raise Garbled("a record without a tag")
            self._answers.setdefault(response.data[0], response.data)
        elif response.status == StatusWord.SECURITY_NOT_SATISFIED:
            self._protected.append(number)
        elif response.status in _NO_SUCH_RECORD:
            self._unread.clear()
        else:
            raise Refused(response.status)


def _value(record: Record, answer: bytes) -> bytes:
    """The value of `tag | length | value`, tag and length of one byte each."""
    if len(answer) < 2:
        raise Garbled(f"a record of {len(answer)} bytes")
    if answer[0] != record.tag:
        raise Garbled(f"record {record.tag:02X} asked, another came")
    said, value = answer[1], answer[2:]
    if record.head_only and min(said, len(value)) >= record.length:
        return value[: record.length]
    if said != len(value):
        raise Garbled(f"record {record.tag:02X} says {said} bytes and has {len(value)}")
    if said > record.length:
        raise Garbled(f"record {record.tag:02X} has {said} bytes, at most {record.length} belong in it")
    return value
