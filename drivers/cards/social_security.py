"""Reads a social-security card 社会保障卡, generation 1, 2 or 3 (`docs/facts/cards.md` §1–2, §9).

Without a key, what is read proves nothing: anybody can make a card that answers the same.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from drivers.cards import apdu, record_values, tlv
from drivers.cards.apdu import MalformedResponse, StatusWord
from drivers.cards.application import APPLICATION_ID, algorithm, select, selected
from drivers.cards.authentication import (
    AuthenticatorUnavailable,
    CardKeyContext,
    GuardedAuthenticator,
    card_is_genuine,
    historical_bytes,
    open_holders_file,
)
from drivers.cards.card_id import BadCardId, CardId
from drivers.cards.channel import CardChannel, ExchangeFailed
from drivers.cards.records import ElementaryFile, Garbled, NoRecord, Record, Refused

T = TypeVar("T")

_LONGEST_CHARACTER: Final = 4
"""Bytes of a character in GB 18030."""
_FIRST_GENERATION: Final = "1"
"""It has no record 4E. By position a missing record looks like any protected one, so it is not asked for."""


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


class Proof(StrEnum):
    """The steps between card and terminal where a record is protected."""

    OF_THE_CARD = "internal_authentication"
    OF_THE_TERMINAL = "external_authentication"


Step: TypeAlias = Field | Selection | Proof

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
    authenticated: bool = False
    """The card has proved that it has the keys of its `card_id`: it is no copy."""

    @property
    def region(self) -> str | None:
        """发卡地区, six digits of GB/T 2260; None where the card id has another form."""
        try:
            return CardId.parse(bytes.fromhex(self.card_id)).region
        except BadCardId:
            return None

    @property
    def generation(self) -> int | None:
        """1, 2 or 3 by the version's first digit; 2 for a card without version; None for another."""
        return 2 if self.version is None else {"1": 1, "2": 2, "3": 3}.get(self.version[0])


@dataclass(frozen=True, slots=True)
class CardRead:
    """`authenticator_trouble` says why a protected card was read as by a terminal without a key."""

    card: SocialSecurityCard
    authenticator_trouble: str | None = None


@dataclass(frozen=True, slots=True)
class NotGenuine:
    """The card's answer does not fit the keys of its card id: a copy. Nothing of it is believed."""


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

    step: StrEnum
    """A `Step`, or that of another flow on the same chip."""
    status_word: int

    @property
    def meaning(self) -> str:
        return apdu.meaning(self.status_word)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The card answered what cannot be, or not at all. `detail` holds nothing the card said of its holder."""

    step: StrEnum
    """As in `CardFault`."""
    detail: str


Outcome: TypeAlias = CardRead | NotASocialSecurityCard | BlankCard | NotGenuine | CardFault | Unreadable


def read_social_security_card(
    channel: CardChannel,
    wanted: AbstractSet[Field] = ESSENTIAL,
    authenticator: GuardedAuthenticator | None = None,
) -> Outcome:
    """Read the wanted fields, and the card id always, with as few commands as the card allows.

    For a protected record card and `authenticator` prove themselves to each other; then it is asked again.
    Where that does not come about, the card is read as without `authenticator`; only a wrong proof is a
    copy's. Whatever a card answers ends in an outcome. Raises only `CardPulled`, `CardMute` and `CardInUse`.
    """
    reading = _Reading(channel, wanted | {Field.CARD_ID}, authenticator)
    try:
        if not reading.select():
            return NotASocialSecurityCard(channel.atr)
        return reading.read()
    except _FailedProof:
        return NotGenuine()
    except Refused as refused:
        return CardFault(reading.step, refused.status)
    except (Garbled, MalformedResponse, tlv.TlvError, ExchangeFailed) as broken:
        return Unreadable(reading.step, str(broken))


class _FailedProof(Exception):
    """The card failed internal authentication."""


class _Reading:
    """One pass over one card. `step` is what it was doing last."""

    def __init__(
        self, channel: CardChannel, wanted: AbstractSet[Field], authenticator: GuardedAuthenticator | None
    ) -> None:
        self.step: Step = Selection.APPLICATION
        self._channel = channel
        self._wanted = wanted
        self._authenticator = authenticator
        self._trouble: str | None = None
        self._authenticated = False
        self._card_id = b""
        self._fci = b""
        self._protected: set[Field] = set()
        self._files = {short_id: ElementaryFile(channel, short_id) for short_id in (_EF05, _EF06)}

    def select(self) -> bool:
        """Whether the card has the application."""
        # The FCI behind a 61xx tells only the algorithm: one command saved where that is not wanted.
        fci = select(self._channel, APPLICATION_ID, whole=Field.ALGORITHM in self._wanted)
        self._fci = fci or b""
        return fci is not None

    def read(self) -> CardRead | BlankCard:
        algorithm_id = self._algorithm_id()
        if not self._read_card_id():
            return BlankCard()
        card_class = self._field(Field.CARD_CLASS, record_values.text)
        version = self._field(Field.VERSION, record_values.text)
        card = SocialSecurityCard(
            card_id=self._card_id.hex().upper(),
            algorithm=algorithm_id,
            card_class=card_class,
            version=version,
            institution=self._field(Field.INSTITUTION, record_values.digits),
            issued=self._field(Field.ISSUED, record_values.day),
            expires=self._field(Field.EXPIRES, record_values.day),
            card_number=self._field(Field.CARD_NUMBER, record_values.text),
            citizen_number=self._field(Field.CITIZEN_NUMBER, record_values.text),
            name=self._name(may_go_on=not (version or "").startswith(_FIRST_GENERATION)),
            sex=self._field(Field.SEX, record_values.text),
            ethnic_group=self._field(Field.ETHNIC_GROUP, record_values.digits),
            birthplace=self._field(Field.BIRTHPLACE, record_values.digits),
            birth_date=self._field(Field.BIRTH_DATE, record_values.day),
            number_protected=Field.CITIZEN_NUMBER in self._protected,
            # Last: by now every proof has been asked for that ever will be.
            authenticated=self._authenticated,
        )
        return CardRead(card, self._trouble)

    def _algorithm_id(self) -> int | None:
        if Field.ALGORITHM not in self._wanted:
            return None
        self.step = Field.ALGORITHM
        return algorithm(self._fci)

    def _read_card_id(self) -> bool:
        """Whether one is written."""
        self.step = Field.CARD_ID
        short_id, record = _RECORDS[Field.CARD_ID]
        value = self._files[short_id].read(record)
        if value is NoRecord.PROTECTED:
            raise Refused(StatusWord.SECURITY_NOT_SATISFIED)
        if isinstance(value, NoRecord) or record_values.is_blank(value):
            return False
        if len(value) != record.length:
            raise Garbled(f"{len(value)} bytes where {record.length} belong")
        self._card_id = value
        return True

    def _field(self, wanted: Field, decode: Callable[[bytes], T | None]) -> T | None:
        value = self._value(wanted)
        return None if value is None else decode(value)

    def _value(self, wanted: Field) -> bytes | None:
        """The record's value with its padding; None if not asked for, absent, blank or protected."""
        if wanted not in self._wanted:
            return None
        self.step = wanted
        short_id, record = _RECORDS[wanted]
        value = self._record(short_id, record)
        if value is NoRecord.PROTECTED:
            self._protected.add(wanted)
        return None if isinstance(value, NoRecord) or record_values.is_blank(value) else value

    def _record(self, short_id: int, record: Record) -> bytes | NoRecord:
        file, step = self._files[short_id], self.step
        value = file.read(record)
        opened = value is NoRecord.PROTECTED and self._opened(file)
        self.step = step
        if not opened:
            return value
        file.ask_again()
        return file.read(record)

    def _opened(self, file: ElementaryFile) -> bool:
        """Whether both sides have proved themselves just now. Never tried twice: cards count wrong proofs."""
        authenticator, self._authenticator = self._authenticator, None
        if authenticator is None:
            return False
        try:
            self.step = Proof.OF_THE_CARD
            card = self._key_context(file)
            if not card_is_genuine(self._channel, authenticator, card):
                raise _FailedProof
            self._authenticated = True
            self.step = Proof.OF_THE_TERMINAL
            open_holders_file(self._channel, authenticator, card)
        except AuthenticatorUnavailable as unavailable:
            self._trouble = unavailable.reason
        except Refused as refused:
            self._trouble = f"{self.step}: {refused.status:04X}, {apdu.meaning(refused.status)}"
        except (Garbled, MalformedResponse, tlv.TlvError) as broken:
            self._trouble = f"{self.step}: {broken}"
        return self._trouble is None

    def _key_context(self, file: ElementaryFile) -> CardKeyContext:
        """What the card's keys are derived by."""
        if not self._fci:
            # It was left with the card as long as no proof was in sight.
            self._fci = selected(self._channel, APPLICATION_ID, whole=True)
            file.select_again()
        return CardKeyContext(self._card_id, algorithm(self._fci), historical_bytes(self._channel.atr))

    def _name(self, *, may_go_on: bool) -> str | None:
        """姓名: record 09, continued in 4E. Joined before decoding: a character may lie across the two."""
        value = self._value(Field.NAME)
        if value is None:
            return None
        encoded = value.rstrip(b"\x00")
        # A name goes on only where not even one more character had room.
        if may_go_on and len(encoded) > _RECORDS[Field.NAME][1].length - _LONGEST_CHARACTER:
            more = self._record(_EF06, _NAME_CONTINUED)
            if more is NoRecord.PROTECTED:
                return None
            if not isinstance(more, NoRecord) and not record_values.is_blank(more):
                encoded += more.rstrip(b"\x00")
        return record_values.name(encoded)
