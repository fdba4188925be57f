"""Reads a social-security card 社会保障卡 without a key, generation 1, 2 or 3 (`docs/facts/cards.md` §1–2).

What is read this way proves nothing: anybody can make a card that answers the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from drivers.cards import apdu, tlv
from drivers.cards.apdu import Command, MalformedResponse, StatusWord, transmit, transmit_whole, waiting_bytes
from drivers.cards.channel import CardChannel, ExchangeFailed
from drivers.cards.records import ElementaryFile, Garbled, NoRecord, Record, Refused

APPLICATION_ID: Final = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
"""`sx1.sh.社会保障` in GB 2312."""

_ALGORITHM_TAG: Final = 0x9F0C
_ALGORITHM_ID: Final = 0x86
_USUAL_ALGORITHM: Final = 0x01
_LONGEST_CHARACTER: Final = 4
"""Bytes of a character in GB 18030."""
_NEVER_IN_A_NAME: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode categories that steer screens and printers. Rare characters are in unassigned and private ones."""

_NO_SUCH_APPLICATION: Final = frozenset(
    {
        StatusWord.APPLET_SELECT_FAILED,
        StatusWord.FILE_NOT_FOUND,
        StatusWord.UNKNOWN_INSTRUCTION,
        StatusWord.UNKNOWN_CLASS,
    }
)


class Field(StrEnum):
    """What can be read, in the order it is read."""

    ALGORITHM = "algorithm"
    CARD_ID = "card_id"
    CARD_CLASS = "card_class"
    VERSION = "version"
    INSTITUTION = "institution"
    ISSUED = "issued"
    EXPIRES = "expires"
    CARD_NUMBER = "card_number"
    CITIZEN_NUMBER = "citizen_number"
    NAME = "name"
    SEX = "sex"
    ETHNIC_GROUP = "ethnic_group"
    BIRTHPLACE = "birthplace"
    BIRTH_DATE = "birth_date"


class Selection(StrEnum):
    """The step before any field."""

    APPLICATION = "select_application"


Step: TypeAlias = Field | Selection

ALL: Final = frozenset(Field)
ESSENTIAL: Final = frozenset(
    {Field.CARD_ID, Field.VERSION, Field.EXPIRES, Field.CARD_NUMBER, Field.CITIZEN_NUMBER, Field.NAME}
)
"""What it takes to know whose card this is and whether it is still valid: eight commands at most."""

_EF05: Final = 0x05
_EF06: Final = 0x06
_NAME_CONTINUED: Final = Record(0x4E, 20)
_RECORDS: Final = {
    Field.CARD_ID: (_EF05, Record(0x01, 16)),
    Field.CARD_CLASS: (_EF05, Record(0x02, 1)),
    Field.VERSION: (_EF05, Record(0x03, 4)),
    Field.INSTITUTION: (_EF05, Record(0x04, 12)),
    Field.ISSUED: (_EF05, Record(0x05, 4)),
    Field.EXPIRES: (_EF05, Record(0x06, 4)),
    Field.CARD_NUMBER: (_EF05, Record(0x07, 9, head_only=True)),
    Field.CITIZEN_NUMBER: (_EF06, Record(0x08, 18)),
    Field.NAME: (_EF06, Record(0x09, 30)),
    Field.SEX: (_EF06, Record(0x0A, 1)),
    Field.ETHNIC_GROUP: (_EF06, Record(0x0B, 1)),
    Field.BIRTHPLACE: (_EF06, Record(0x0C, 3)),
    Field.BIRTH_DATE: (_EF06, Record(0x0D, 4)),
}


@dataclass(frozen=True, slots=True)
class SocialSecurityCard:
    """What the card says. A field is None when it was not asked for, is not on the card, or is protected.

    A `repr` shows no number, no name and no date of the holder.
    """

    card_id: str = field(repr=False)
    """卡识别码, 32 hexadecimal digits; the first six are the issuing region's code."""
    algorithm: int | None = None
    """Algorithm id of the application's keys: 1 as a rule, 3 for the SM algorithms."""
    card_class: str | None = None
    """卡类别, one character."""
    version: str | None = None
    """规范版本: `2.00`."""
    institution: str | None = field(default=None, repr=False)
    """初始化机构编号, up to 24 digits."""
    issued: date | None = None
    expires: date | None = None
    card_number: str | None = field(default=None, repr=False)
    """卡号, up to 9 letters and digits."""
    citizen_number: str | None = field(default=None, repr=False)
    """社会保障号码: as a rule the citizen number; letters and digits, not checked here."""
    name: str | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    """Code of GB/T 2261.1: `1` male, `2` female."""
    ethnic_group: str | None = field(default=None, repr=False)
    """Code of GB/T 3304: `01` Han."""
    birthplace: str | None = field(default=None, repr=False)
    """Region code of GB/T 2260, six digits."""
    birth_date: date | None = field(default=None, repr=False)
    number_protected: bool = False
    """The card gives the number only to a terminal that authenticates: usual for generation 3."""

    @property
    def generation(self) -> int | None:
        """1, 2 or 3 by the version's first digit; 2 for a card without version; None for another."""
        return 2 if self.version is None else {"1": 1, "2": 2, "3": 3}.get(self.version[0])


@dataclass(frozen=True, slots=True)
class CardRead:
    card: SocialSecurityCard


@dataclass(frozen=True, slots=True)
class NotASocialSecurityCard:
    """Another kind of card: it does not know the application."""

    atr: bytes


@dataclass(frozen=True, slots=True)
class BlankCard:
    """The application is there, but nothing has been written for anybody."""


@dataclass(frozen=True, slots=True)
class CardFault:
    """The card refused a step that every card of a holder allows: locked, blocked, or broken."""

    step: Step
    status_word: int

    @property
    def meaning(self) -> str:
        return apdu.meaning(self.status_word)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The card answered what cannot be, or not at all. `detail` holds nothing the card said of its holder."""

    step: Step
    detail: str


Outcome: TypeAlias = CardRead | NotASocialSecurityCard | BlankCard | CardFault | Unreadable


def read_social_security_card(channel: CardChannel, wanted: AbstractSet[Field] = ESSENTIAL) -> Outcome:
    """Read the wanted fields, and the card id always, with as few commands as the card allows.

    Whatever a card answers ends in an outcome. Raises only `CardPulled`, `CardMute` and `CardInUse`.
    """
    reading = _Reading(channel, wanted | {Field.CARD_ID})
    try:
        if not reading.select():
            return NotASocialSecurityCard(channel.atr)
        return reading.read()
    except Refused as refused:
        return CardFault(reading.step, refused.status)
    except (Garbled, MalformedResponse, tlv.TlvError, ExchangeFailed) as broken:
        return Unreadable(reading.step, str(broken))


class _Reading:
    """One pass over one card. `step` is what it was doing last."""

    def __init__(self, channel: CardChannel, wanted: AbstractSet[Field]) -> None:
        self.step: Step = Selection.APPLICATION
        self._channel = channel
        self._wanted = wanted
        self._algorithm: int | None = None
        self._protected: set[Field] = set()
        self._files = {short_id: ElementaryFile(channel, short_id) for short_id in (_EF05, _EF06)}

    def select(self) -> bool:
        """Whether the card has the application."""
        command = Command(0x00, 0xA4, 0x04, 0x00, APPLICATION_ID)
        # The FCI behind a 61xx tells only the algorithm: one command saved where that is not wanted.
        send = transmit_whole if Field.ALGORITHM in self._wanted else transmit
        response = send(self._channel, command)
        if response.status in _NO_SUCH_APPLICATION:
            return False
        if not response.ok and waiting_bytes(response.status) is None:
            raise Refused(response.status)
        if Field.ALGORITHM in self._wanted:
            self.step = Field.ALGORITHM
            self._algorithm = _algorithm(response.data)
        return True

    def read(self) -> CardRead | BlankCard:
        card_id = self._card_id()
        if card_id is None:
            return BlankCard()
        card = SocialSecurityCard(
            card_id=card_id,
            algorithm=self._algorithm,
            card_class=self._text(Field.CARD_CLASS),
            version=self._text(Field.VERSION),
            institution=self._digits(Field.INSTITUTION),
            issued=self._date(Field.ISSUED),
            expires=self._date(Field.EXPIRES),
            card_number=self._text(Field.CARD_NUMBER),
            citizen_number=self._text(Field.CITIZEN_NUMBER),
            name=self._name(),
            sex=self._text(Field.SEX),
            ethnic_group=self._digits(Field.ETHNIC_GROUP),
            birthplace=self._digits(Field.BIRTHPLACE),
            birth_date=self._date(Field.BIRTH_DATE),
            number_protected=Field.CITIZEN_NUMBER in self._protected,
        )
        return CardRead(card)

    def _card_id(self) -> str | None:
        self.step = Field.CARD_ID
        short_id, record = _RECORDS[Field.CARD_ID]
        value = self._files[short_id].read(record)
        if value is NoRecord.PROTECTED:
            raise Refused(StatusWord.SECURITY_NOT_SATISFIED)
        if isinstance(value, NoRecord) or _is_blank(value):
            return None
        if len(value) != record.length:
            raise Garbled(f"{len(value)} bytes where {record.length} belong")
        return value.hex().upper()

    def _value(self, wanted: Field) -> bytes | None:
        """The record's value with its padding; None if not asked for, absent, blank or protected."""
        if wanted not in self._wanted:
            return None
        self.step = wanted
        short_id, record = _RECORDS[wanted]
        value = self._files[short_id].read(record)
        if value is NoRecord.PROTECTED:
            self._protected.add(wanted)
        return None if isinstance(value, NoRecord) or _is_blank(value) else value

    def _text(self, wanted: Field) -> str | None:
        """An `an` field: ASCII, filled with 00 at the end."""
        value = self._value(wanted)
        if value is None:
            return None
        text = value.rstrip(b"\x00").decode("latin-1").rstrip(" ")
        if not text:
            return None
        if not text.isascii() or not text.replace(".", "").isalnum():
            raise Garbled("a character that is no letter, digit or dot")
        return text

    def _digits(self, wanted: Field) -> str | None:
        """A `cn` field: BCD, filled with F at the end."""
        value = self._value(wanted)
        if value is None:
            return None
        digits = value.hex().rstrip("f")
        if not digits.isdecimal():
            raise Garbled("a nibble that is no decimal digit")
        return digits

    def _date(self, wanted: Field) -> date | None:
        digits = self._digits(wanted)
        if digits is None:
            return None
        if len(digits) != 8:
            raise Garbled(f"{len(digits)} digits where a date has 8")
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            raise Garbled("no day of the calendar") from None

    def _name(self) -> str | None:
        """姓名: record 09, continued in 4E. Joined before decoding: a character may lie across the two."""
        value = self._value(Field.NAME)
        if value is None:
            return None
        encoded = value.rstrip(b"\x00")
        # A name goes on only where not even one more character had room.
        if len(encoded) > _RECORDS[Field.NAME][1].length - _LONGEST_CHARACTER:
            more = self._files[_EF06].read(_NAME_CONTINUED)
            if more is NoRecord.PROTECTED:
                return None
            if not isinstance(more, NoRecord) and not _is_blank(more):
                encoded += more.rstrip(b"\x00")
        try:
            name = encoded.decode("gb18030").strip(" \u3000")
        except UnicodeDecodeError:
            raise Garbled("a name that is not GB 18030") from None
        if any(unicodedata.category(character) in _NEVER_IN_A_NAME for character in name):
            raise Garbled("a control character in the name")
        return name or None


def _is_blank(value: bytes) -> bool:
    """Never written: all 00 or all FF."""
    return not value.strip(b"\x00") or not value.strip(b"\xff")


def _algorithm(fci: bytes) -> int:
    """The algorithm id in the file control information `9F0C 03 86 01 xx`; 1 where it is absent."""
    for item in (inner for outer in tlv.parse(fci) for inner in outer.walk()):
        if item.tag != _ALGORITHM_TAG or not isinstance(item.value, bytes):
            continue
        for entry in tlv.parse(item.value):
            if entry.tag == _ALGORITHM_ID and isinstance(entry.value, bytes) and len(entry.value) == 1:
                return entry.value[0]
        raise Garbled("9F0C without an algorithm id")
    return _USUAL_ALGORITHM
