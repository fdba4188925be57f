"""A smart card made of software: applications, files, records, PIN and keys, and the faults it shall have.

It knows no transport: a `VirtualSlot` puts it behind the real PC/SC service, `card_file` reads it from TOML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Final, TypeAlias

from drivers.cards.apdu import StatusWord
from drivers.virtual.card_security import ChipKey, ChipPin, StoredKey, StoredPin

_SELECT: Final = (0x00, 0xA4)
_GET_RESPONSE: Final = (0x00, 0xC0)
_READ_RECORD: Final = (0x00, 0xB2)
_VERIFY: Final = (0x00, 0x20)
_CHANGE_PIN: Final = (0x80, 0x5E)
_GET_CHALLENGE: Final = (0x00, 0x84)
_INTERNAL: Final = (0x00, 0x88)
_EXTERNAL: Final = (0x00, 0x82)
_GET_OPTIONS: Final = (0x80, 0xA8)
_CLASSES: Final = frozenset({0x00, 0x80})
_LONGEST_ANSWER: Final = 258
_LAST_BREATH: Final = b"\x6f"
_BY_NAME: Final = 0x04
_NO_ATR: Final = b"\x3b" + bytes(33)
"""One byte longer than ISO/IEC 7816-3 allows: the PC/SC service sees a card and cannot start it."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    tag: int
    value: bytes = field(repr=False)
    protected: bool = False
    """Answers 6982 until the terminal has proved itself; for ever on a card without keys."""


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
    refuses_select: StatusWord | None = None
    """What SELECT is answered with instead: a locked application."""
    pin: StoredPin | None = None
    key: StoredKey | None = None
    options: bytes = field(default=b"", repr=False)
    """The answer to GET PROCESSING OPTIONS of a payment application."""


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


@dataclass(frozen=True, slots=True)
class Garbage:
    """The answer is random bytes; the same for the same seed."""

    seed: int


@dataclass(frozen=True, slots=True)
class WrongLength:
    """The answer says of its value that it is a byte longer than it is."""


@dataclass(frozen=True, slots=True)
class Mute:
    """From here on one byte of each answer comes through, and the chip does not start again in this stay."""


@dataclass(frozen=True, slots=True)
class Swap:
    """Another card lies there from here on, so quickly that the reader never saw the first one leave."""

    card: VirtualCard


Reply: TypeAlias = Answer | Pull | Silence


Misbehaviour: TypeAlias = Answer | Pull | Silence | Wait | Cut | Garbage | WrongLength | Mute | Swap


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
        self.atr = self._first_atr = _NO_ATR if mute else atr
        self.applications = applications
        self._faults = {fault.at: fault.misbehaviour for fault in faults}
        self._delay = delay
        self._commands = 0
        self._instead: VirtualCard | None = None
        self._is_dead = False
        self._pins = {one.name: ChipPin(one.pin) for one in applications if one.pin is not None}
        self._keys = {one.name: ChipKey(one.key) for one in applications if one.key is not None}
        self.reset()

    def insert(self) -> None:
        """Begin a stay in a slot: the count of commands starts again."""
        self._commands = 0
        self._instead = None
        self._is_dead = False
        self.atr = self._first_atr
        self.reset()

    def reset(self) -> None:
        """Power on or warm reset: nothing is selected, nothing proved."""
        self._selected: Application | None = None
        self._current: StoredFile | None = None
        self._waiting = b""
        for key in self._keys.values():
            key.reset()
        if self._instead is not None:
            self._instead.reset()

    def answer(self, apdu: bytes) -> Reply:
        """What the card does about one command APDU."""
        if self._instead is not None:
            return self._instead.answer(apdu)
        self._commands += 1
        match self._faults.get(self._commands):
            case Answer() | Pull() | Silence() as reply:
                return reply
            case Wait(seconds):
                return Answer(self._execute(apdu), seconds)
            case Cut():
                data = self._execute(apdu)
                return Answer(data[:-3] + data[-2:], self._delay)
            case WrongLength():
                return Answer(_with_wrong_length(self._execute(apdu)), self._delay)
            case Garbage(seed):
                return Answer(_garbage(seed), self._delay)
            case Mute():
                self._is_dead, self.atr = True, _NO_ATR
            case Swap(card):
                card.insert()
                self._instead, self.atr = card, card.atr
                return card.answer(apdu)
        # Not an empty answer: for that the service would wait as for silence.
        return Answer(_LAST_BREATH if self._is_dead else self._execute(apdu), self._delay)

    def _execute(self, apdu: bytes) -> bytes:
        if len(apdu) < 4:
            return _status(StatusWord.WRONG_LENGTH)
        cla, ins, p1, p2 = apdu[:4]
        if cla not in _CLASSES:
            return _status(StatusWord.UNKNOWN_CLASS)
        command = (cla, ins)
        if command == _GET_RESPONSE:
            waiting, self._waiting = self._waiting, b""
            return waiting + _status(StatusWord.OK if waiting else StatusWord.CONDITIONS_NOT_SATISFIED)
        self._waiting = b""
        if command == _SELECT:
            body = _body(apdu)
            return self._select_application(body) if p1 == _BY_NAME else self._select_file(p1, body)
        if self._selected is None:
            return _status(StatusWord.UNKNOWN_INSTRUCTION)
        if command == _READ_RECORD:
            return self._read_record(self._selected, p1, p2, _expected(apdu))
        if command == _GET_OPTIONS and self._selected.options:
            return self._hand_over(self._selected, self._selected.options)
        return self._secure(self._selected, command, p2, apdu)

    def _secure(self, application: Application, command: tuple[int, int], p2: int, apdu: bytes) -> bytes:
        """Commands of PIN and keys; the card knows those it has something for."""
        pin, key = self._pins.get(application.name), self._keys.get(application.name)
        if pin is not None and command == _VERIFY:
            return _status(pin.verify(_body(apdu)))
        if pin is not None and command == _CHANGE_PIN:
            return _status(pin.change(_body(apdu)))
        if key is not None and command == _GET_CHALLENGE:
            return key.challenge(_expected(apdu))
        if key is not None and command == _INTERNAL:
            answer = key.internal(_body(apdu))
            return self._hand_over(application, answer) if answer else _status(StatusWord.WRONG_LENGTH)
        if key is not None and command == _EXTERNAL:
            return _status(key.external(p2, _body(apdu)))
        return _status(StatusWord.UNKNOWN_INSTRUCTION)

    def _select_application(self, name: bytes) -> bytes:
        found = next((item for item in self.applications if item.name == name), None)
        if found is None:
            return _status(StatusWord.FILE_NOT_FOUND)
        if found.refuses_select is not None:
            return _status(found.refuses_select)
        self._selected, self._current = found, None
        if found.fci_answer is FciAnswer.NONE:
            return _status(StatusWord.OK)
        inner = b"\x84" + bytes([len(name)]) + name + found.fci
        return self._hand_over(found, b"\x6f" + bytes([len(inner)]) + inner)

    def _hand_over(self, application: Application, data: bytes) -> bytes:
        """The answer to a command that brought data, by the way of this card."""
        if application.fci_answer is not FciAnswer.GET_RESPONSE:
            return data + _status(StatusWord.OK)
        self._waiting = data
        return bytes([0x61, len(data)])

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
        key = self._keys.get(application.name)
        if record.protected and not (key is not None and key.is_open):
            return _status(StatusWord.SECURITY_NOT_SATISFIED)
        data = bytes([record.tag, len(record.value)]) + record.value
        if application.exact_length and length != len(data):
            return bytes([0x6C, len(data)])
        return data[: length or 256] + _status(StatusWord.OK)


def _body(apdu: bytes) -> bytes:
    """The data of a command; a fifth byte that ends it is Le."""
    return apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""


def _expected(apdu: bytes) -> int:
    """Le of a command without data."""
    return apdu[4] if len(apdu) > 4 else 0


def _with_wrong_length(answer: bytes) -> bytes:
    if len(answer) < 4:
        return answer
    return answer[:1] + bytes([answer[1] + 1 & 0xFF]) + answer[2:]


def _garbage(seed: int) -> bytes:
    random = Random(seed)  # noqa: S311  not secret, but the same again
    return random.randbytes(random.randrange(2, _LONGEST_ANSWER))


def _status(word: int) -> bytes:
    return word.to_bytes(2, "big")
