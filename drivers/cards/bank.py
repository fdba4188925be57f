"""The bank application 金融应用 on a social-security or bank card (EMV, PBOC; `docs/facts/cards.md` §10).

Read only so far as a page or a paper names the card: kind, last digits, expiry. The card number is masked
where it is decoded; whole it is in no value, no `repr`, no log and no exception.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from drivers.cards import tlv
from drivers.cards.apdu import Command, MalformedResponse, transmit_whole
from drivers.cards.application import select
from drivers.cards.channel import CardChannel, ExchangeFailed
from drivers.cards.records import Garbled, Refused
from drivers.cards.social_security import CardFault, Unreadable

DIRECTORY: Final = b"1PAY.SYS.DDF01"
"""PSE, the payment system environment: lists the payment applications of a contact card."""


class BankCardKind(Enum):
    DEBIT = "debit"
    """借记卡"""
    CREDIT = "credit"
    """贷记卡"""
    OTHER = "other"
    """Quasi-credit, or another payment system's."""


UNIONPAY: Final = {
    bytes.fromhex("A000000333010101"): BankCardKind.DEBIT,
    bytes.fromhex("A000000333010102"): BankCardKind.CREDIT,
}
"""Names of the applications that are asked for before the directory is."""


class BankStep(StrEnum):
    """What was being done with the application."""

    SELECT = "select_bank_application"
    DIRECTORY = "read_directory"
    OPTIONS = "get_processing_options"
    RECORD = "read_bank_record"


@dataclass(frozen=True, slots=True)
class BankApplication:
    kind: BankCardKind
    masked_pan: str = field(repr=False)
    """卡号: one `*` for each digit but the last four."""
    expires: date | None
    """The last day on which the card is valid; None where it does not say."""


@dataclass(frozen=True, slots=True)
class NoBankApplication:
    """The chip has no payment application."""


BankOutcome: TypeAlias = BankApplication | NoBankApplication | CardFault | Unreadable

_DIRECTORY_FILE: Final = 0x88
_PDOL: Final = 0x9F38
_NAME: Final = 0x4F
_NAME_BYTES: Final = range(5, 17)
"""A registered id and up to eleven bytes more (ISO/IEC 7816-5)."""
_OPTIONS_DATA: Final = 0x83
_OPTIONS_PLAIN, _OPTIONS_OBJECTS = 0x80, 0x77
_FILE_LOCATOR: Final = 0x94
_PAN, _TRACK_2, _EXPIRES = 0x5A, 0x57, 0x5F24
_ANSWER_ROOM: Final = 252
"""Of a command's 255 bytes tag and length take three."""
_MOST_RECORDS: Final = 32
"""EMV cards have a dozen; a card that names more than this is broken."""
_PAN_DIGITS: Final = range(12, 20)
_SHOWN: Final = 4
_TRACK_SEPARATOR: Final = "d"
_CENTURY: Final = 2000


def is_bank_card(channel: CardChannel) -> bool:
    """Whether the chip has a payment application; nothing of it is read.

    Raises only `CardPulled`, `CardMute` and `CardInUse`.
    """
    for name in (DIRECTORY, *UNIONPAY):
        try:
            if select(channel, name, whole=False) is not None:
                return True
        except (Refused, MalformedResponse, ExchangeFailed):
            # It may still have the next.
            continue
    return False


def read_bank_application(channel: CardChannel) -> BankOutcome:
    """Select the payment application and read which card it is.

    Whatever a card answers ends in an outcome. Raises only `CardPulled`, `CardMute` and `CardInUse`.
    """
    reading = _Reading(channel)
    try:
        return reading.read()
    except Refused as refused:
        return CardFault(reading.step, refused.status)
    except (Garbled, MalformedResponse, tlv.TlvError, ExchangeFailed) as broken:
        return Unreadable(reading.step, str(broken))


@dataclass(frozen=True, slots=True)
class Records:
    """One line of the file locator AFL: records `first` to `last` of a file."""

    short_id: int
    first: int
    last: int


def masked_pan(pan: str) -> str:
    """A card number with its last four digits shown. Raises `Garbled` where it cannot be one."""
    if len(pan) not in _PAN_DIGITS or not (pan.isascii() and pan.isdecimal()):
        raise Garbled("no card number of 12 to 19 digits")
    if not _fits_luhn(pan):
        raise Garbled("a card number whose check digit is wrong")
    return "*" * (len(pan) - _SHOWN) + pan[-_SHOWN:]


def asked_length(pdol: bytes) -> int:
    """How many bytes of data a PDOL, a list of tags and lengths, asks for. Raises `Garbled`."""
    total, at = 0, 0
    while at < len(pdol):
        try:
            _, at = tlv.parse_tag(pdol, at, len(pdol))
        except tlv.TlvError:
            raise Garbled("a data object list without a tag") from None
        if at >= len(pdol):
            raise Garbled("a data object list that ends without a length")
        total += pdol[at]
        at += 1
    if total > _ANSWER_ROOM:
        raise Garbled(f"a data object list that asks for {total} bytes")
    return total


def file_locator(options: bytes) -> tuple[Records, ...]:
    """The AFL in an answer to GET PROCESSING OPTIONS, either form. Raises `Garbled` or `TlvError`."""
    for item in tlv.parse(options):
        if item.tag == _OPTIONS_PLAIN and isinstance(item.value, bytes):
            return _locators(item.value[2:])
        if item.tag == _OPTIONS_OBJECTS:
            return _locators(_value(item, _FILE_LOCATOR) or b"")
    raise Garbled("processing options in neither form")


class _Reading:
    """One pass over one payment application. `step` is what it was doing last."""

    def __init__(self, channel: CardChannel) -> None:
        self.step = BankStep.SELECT
        self._channel = channel
        self._masked_pan: str | None = None
        self._expires: date | None = None

    def read(self) -> BankApplication | NoBankApplication:
        found = self._select()
        if found is None:
            return NoBankApplication()
        kind, fci = found
        self.step = BankStep.OPTIONS
        options = self._options(_found(tlv.parse(fci), _PDOL))
        self.step = BankStep.RECORD
        for number, short_id in _numbers(file_locator(options)):
            self._take(tlv.parse(self._record(number, short_id)))
            if self._masked_pan is not None and self._expires is not None:
                break
        if self._masked_pan is None:
            raise Garbled("no card number in any record")
        return BankApplication(kind, self._masked_pan, self._expires)

    def _select(self) -> tuple[BankCardKind, bytes] | None:
        for name, kind in UNIONPAY.items():
            fci = select(self._channel, name, whole=True)
            if fci is not None:
                return kind, fci
        listed = self._first_of_directory()
        if listed is None:
            return None
        self.step = BankStep.SELECT
        fci = select(self._channel, listed, whole=True)
        return None if fci is None else (BankCardKind.OTHER, fci)

    def _first_of_directory(self) -> bytes | None:
        fci = select(self._channel, DIRECTORY, whole=True)
        if fci is None:
            return None
        self.step = BankStep.DIRECTORY
        file = _found(tlv.parse(fci), _DIRECTORY_FILE)
        if file is None or len(file) != 1 or not 1 <= file[0] <= 30:
            raise Garbled("a directory without its file")
        name = _found(tlv.parse(self._record(1, file[0])), _NAME)
        if name is not None and len(name) not in _NAME_BYTES:
            raise Garbled(f"an application's name of {len(name)} bytes")
        return name

    def _options(self, pdol: bytes | None) -> bytes:
        """GET PROCESSING OPTIONS, all that the card asks for as zeros: nothing is paid here."""
        data = tlv.Tlv(_OPTIONS_DATA, bytes(asked_length(pdol or b"")))
        return self._asked(Command(0x80, 0xA8, 0x00, 0x00, data.encode(), le=256))

    def _record(self, number: int, short_id: int) -> bytes:
        return self._asked(Command(0x00, 0xB2, number, short_id << 3 | 0x04, le=256))

    def _asked(self, command: Command) -> bytes:
        response = transmit_whole(self._channel, command)
        if not response.ok:
            raise Refused(response.status)
        return response.data

    def _take(self, record: tuple[tlv.Tlv, ...]) -> None:
        pan, track, expires = (_found(record, tag) for tag in (_PAN, _TRACK_2, _EXPIRES))
        if pan is not None:
            self._masked_pan = masked_pan(pan.hex().rstrip("f"))
        if track is not None:
            number, _, rest = track.hex().partition(_TRACK_SEPARATOR)
            self._masked_pan = self._masked_pan or masked_pan(number)
            self._expires = self._expires or _end_of_month(rest[:4])
        if expires is not None:
            self._expires = _last_day(expires.hex())


def _numbers(locators: tuple[Records, ...]) -> Iterator[tuple[int, int]]:
    return ((number, line.short_id) for line in locators for number in range(line.first, line.last + 1))


def _locators(afl: bytes) -> tuple[Records, ...]:
    if len(afl) % 4:
        raise Garbled(f"a file locator of {len(afl)} bytes")
    lines = tuple(Records(afl[at] >> 3, afl[at + 1], afl[at + 2]) for at in range(0, len(afl), 4))
    for at, line in enumerate(lines):
        if afl[4 * at] & 0x07 or not 1 <= line.short_id <= 30 or not 1 <= line.first <= line.last:
            raise Garbled("a file locator that names no records")
    if sum(line.last - line.first + 1 for line in lines) > _MOST_RECORDS:
        raise Garbled(f"a file locator of more than {_MOST_RECORDS} records")
    return lines


def _found(objects: tuple[tlv.Tlv, ...], tag: int) -> bytes | None:
    """The first primitive object of this tag, however deep."""
    values = (_value(item, tag) for item in objects)
    return next((value for value in values if value is not None), None)


def _value(item: tlv.Tlv, tag: int) -> bytes | None:
    return next(
        (inner.value for inner in item.walk() if inner.tag == tag and isinstance(inner.value, bytes)), None
    )


def _end_of_month(year_month: str) -> date:
    """The last day of a YYMM."""
    if len(year_month) != 4 or not year_month.isdecimal() or not 1 <= int(year_month[2:]) <= 12:
        raise Garbled("an expiry that is no month")
    year, month = _CENTURY + int(year_month[:2]), int(year_month[2:])
    return date(year, month, calendar.monthrange(year, month)[1])


def _last_day(year_month_day: str) -> date:
    """A YYMMDD."""
    if len(year_month_day) != 6 or not year_month_day.isdecimal():
        raise Garbled("an expiry that is no day")
    try:
        return date(_CENTURY + int(year_month_day[:2]), int(year_month_day[2:4]), int(year_month_day[4:]))
    except ValueError:
        raise Garbled("an expiry that is no day of the calendar") from None


def _fits_luhn(pan: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    kept = (int(digit) for digit in pan[-1::-2])
    doubled = (2 * int(digit) for digit in pan[-2::-2])
    return (sum(kept) + sum(value // 10 + value % 10 for value in doubled)) % 10 == 0
