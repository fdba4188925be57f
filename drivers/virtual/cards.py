"""A smart card made of software: applications, files, records, and the faults it shall have.

It knows no transport: a `VirtualSlot` puts it behind the real PC/SC service, `card_file` reads it from TOML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from drivers.cards.apdu import StatusWord

_SELECT: Final = 0xA4
_GET_RESPONSE: Final = 0xC0
_READ_RECORD: Final = 0xB2
_BY_NAME: Final = 0x04
_NO_ATR: Final = b"\x3b" + bytes(33)
"""One byte longer than ISO/IEC 7816-3 allows: the PC/SC service sees a card and cannot start it."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    tag: int
    value: bytes = field(repr=False)
    protected: bool = False
    """Answers 6982: wants an authentication that this card knows nothing of."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A linear file with its short identifier; its file identifier is EF00 + the short one."""

    short_id: int
    records: tuple[StoredRecord, ...]


class FciAnswer(Enum):
    """How SELECT hands over the file control information."""

    GET_RESPONSE = "get-response"
    """61xx, as a card that speaks T=0 does."""
    DIRECT = "direct"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Application:
    """`fci` follows the name in template 6F; `select_file` is P1 of the SELECT that must precede reading."""

    name: bytes
    files: tuple[StoredFile, ...]
    fci: bytes = b""
    fci_answer: FciAnswer = FciAnswer.GET_RESPONSE
    select_file: int | None = None
    reads_by_tag: bool = True
    reads_by_position: bool = True
    knows_short_ids: bool = True
    """Accepts a short file identifier in P2; otherwise only the selected file is read."""
    exact_length: bool = True
    """6Cxx for another Le than the record's; otherwise the record is cut at Le."""


@dataclass(frozen=True, slots=True)
class Answer:
    data: bytes = field(repr=False)
    after: float = 0.0
    """Seconds the card takes."""


@dataclass(frozen=True, slots=True)
class Pull:
    """The card leaves the slot instead of answering."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The card never answers."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The answer takes so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The answer lacks its last byte of data."""


Reply: TypeAlias = Answer | Pull | Silence
Misbehaviour: TypeAlias = Answer | Pull | Silence | Wait | Cut


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at the n-th command since the card was put in, counted from 1."""

    at: int
    misbehaviour: Misbehaviour


class VirtualCard:
    """A card that can be put into a `VirtualSlot`. `mute` is one that does not start."""

    def __init__(
        self,
        atr: bytes,
        applications: tuple[Application, ...] = (),
        faults: tuple[Fault, ...] = (),
        *,
        mute: bool = False,
        delay: float = 0.0,
    ) -> None:
        self.atr = _NO_ATR if mute else atr
        self.applications = applications
        self._faults = {fault.at: fault.misbehaviour for fault in faults}
        self._delay = delay
        self._commands = 0
        self.reset()

    def insert(self) -> None:
        """Begin a stay in a slot: the count of commands starts again."""
        self._commands = 0
        self.reset()

    def reset(self) -> None:
        """Power on or warm reset: nothing is selected."""
        self._selected: Application | None = None
        self._current: StoredFile | None = None
        self._waiting = b""

    def answer(self, apdu: bytes) -> Reply:
        """What the card does about one command APDU."""
        self._commands += 1
        match self._faults.get(self._commands):
            case Answer() | Pull() | Silence() as reply:
                return reply
            case Wait(seconds):
                return Answer(self._execute(apdu), seconds)
            case Cut():
                data = self._execute(apdu)
                return Answer(data[:-3] + data[-2:], self._delay)
        return Answer(self._execute(apdu), self._delay)

    def _execute(self, apdu: bytes) -> bytes:
        if len(apdu) < 4:
            return _status(StatusWord.WRONG_LENGTH)
        cla, ins, p1, p2 = apdu[:4]
        if cla != 0x00:
            return _status(StatusWord.UNKNOWN_CLASS)
        if ins == _GET_RESPONSE:
            waiting, self._waiting = self._waiting, b""
            return waiting + _status(StatusWord.OK if waiting else StatusWord.CONDITIONS_NOT_SATISFIED)
        self._waiting = b""
        if ins == _SELECT:
            body = apdu[5 : 5 + apdu[4]] if len(apdu) > 4 else b""
            return self._select_application(body) if p1 == _BY_NAME else self._select_file(p1, body)
        if ins == _READ_RECORD and self._selected is not None:
            return self._read_record(self._selected, p1, p2, apdu[4] if len(apdu) > 4 else 0)
        return _status(StatusWord.UNKNOWN_INSTRUCTION)

    def _select_application(self, name: bytes) -> bytes:
        found = next((item for item in self.applications if item.name == name), None)
        if found is None:
            return _status(StatusWord.FILE_NOT_FOUND)
        self._selected, self._current = found, None
        inner = b"\x84" + bytes([len(name)]) + name + found.fci
        fci = b"\x6f" + bytes([len(inner)]) + inner
        match found.fci_answer:
            case FciAnswer.GET_RESPONSE:
                self._waiting = fci
                return bytes([0x61, len(fci)])
            case FciAnswer.DIRECT:
                return fci + _status(StatusWord.OK)
            case FciAnswer.NONE:
                return _status(StatusWord.OK)

    def _select_file(self, p1: int, file_id: bytes) -> bytes:
        application = self._selected
        if application is None:
            return _status(StatusWord.FILE_NOT_FOUND)
        if application.select_file not in {None, p1}:
            return _status(StatusWord.WRONG_P1_P2)
        for file in application.files:
            if file_id == bytes([0xEF, file.short_id]):
                self._current = file
                return _status(StatusWord.OK)
        return _status(StatusWord.FILE_NOT_FOUND)

    def _read_record(self, application: Application, p1: int, p2: int, length: int) -> bytes:
        short_id, mode = p2 >> 3, p2 & 0x07
        if short_id and not application.knows_short_ids:
            return _status(StatusWord.WRONG_P1_P2)
        file = self._current
        if short_id and application.select_file is None:
            file = next((item for item in application.files if item.short_id == short_id), None)
            if file is None:
                return _status(StatusWord.FILE_NOT_FOUND)
        if file is None or short_id not in {0, file.short_id}:
            return _status(StatusWord.NO_CURRENT_FILE)
        self._current = file
        if mode == 0x00 and application.reads_by_tag:
            record = next((item for item in file.records if item.tag == p1), None)
        elif mode == 0x04 and application.reads_by_position:
            record = file.records[p1 - 1] if 1 <= p1 <= len(file.records) else None
        else:
            return _status(StatusWord.WRONG_P1_P2)
        if record is None:
            return _status(StatusWord.RECORD_NOT_FOUND)
        if record.protected:
            return _status(StatusWord.SECURITY_NOT_SATISFIED)
        data = bytes([record.tag, len(record.value)]) + record.value
        if application.exact_length and length != len(data):
            return bytes([0x6C, len(data)])
        return data[: length or 256] + _status(StatusWord.OK)


def _status(word: StatusWord) -> bytes:
    return word.to_bytes(2, "big")
