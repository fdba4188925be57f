"""The resident ID card 居民身份证: the 256 bytes of text that its chip gives (`docs/facts/cards.md` §7).

Four layouts are in use: citizens, residents of Hong Kong, Macau and Taiwan, and foreign permanent residents
as of 2017 and of 2023. Each field has its place; all are UTF-16LE, filled with spaces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from typing import Final

from drivers.cards.record_values import steers
from drivers.cards.records import Garbled
from drivers.cards.sam_v import TEXT_BYTES, Content

_FLAG: Final = slice(248, 250)
"""Where every layout says which one it is."""
LONG_TERM: Final = "长期"
"""Instead of the last day of validity: the card does not expire."""


class Layout(Enum):
    """Whose card it is, by its type flag."""

    CITIZEN = " "
    """居民身份证."""
    RESIDENCE_PERMIT = "J"
    """港澳台居民居住证."""
    FOREIGN_2017 = "I"
    """外国人永久居留身份证, version of 2017."""
    FOREIGN_2023 = "Y"
    """外国人永久居留身份证, version of 2023."""


class IdField(StrEnum):
    """A field of some layout."""

    NAME = "name"
    SEX = "sex"
    ETHNIC_GROUP = "ethnic_group"
    RENEWALS = "renewals"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    NUMBER = "number"
    ISSUER = "issuer"
    VALID_FROM = "valid_from"
    VALID_TO = "valid_to"
    PASS_NUMBER = "pass_number"  # noqa: S105  a pass to travel with
    ISSUE_COUNT = "issue_count"
    ENGLISH_NAME = "english_name"
    ENGLISH_NAME_CONTINUED = "english_name_continued"
    COUNTRY = "country"
    VERSION = "version"
    AUTHORITY = "authority"
    LINK = "link"


_F = IdField
_CITIZEN: Final = {
    _F.NAME: (0, 30),
    _F.SEX: (30, 2),
    _F.ETHNIC_GROUP: (32, 4),
    _F.BIRTH_DATE: (36, 16),
    _F.ADDRESS: (52, 70),
    _F.NUMBER: (122, 36),
    _F.ISSUER: (158, 30),
    _F.VALID_FROM: (188, 16),
    _F.VALID_TO: (204, 16),
}
PLACES: Final[Mapping[Layout, Mapping[IdField, tuple[int, int]]]] = {
    Layout.CITIZEN: _CITIZEN,
    Layout.RESIDENCE_PERMIT: {
        **{name: place for name, place in _CITIZEN.items() if name is not _F.ETHNIC_GROUP},
        _F.PASS_NUMBER: (220, 18),
        _F.ISSUE_COUNT: (238, 4),
    },
    Layout.FOREIGN_2017: {
        _F.ENGLISH_NAME: (0, 120),
        _F.SEX: (120, 2),
        _F.NUMBER: (122, 30),
        _F.COUNTRY: (152, 6),
        _F.NAME: (158, 30),
        _F.VALID_FROM: (188, 16),
        _F.VALID_TO: (204, 16),
        _F.BIRTH_DATE: (220, 16),
        _F.VERSION: (236, 4),
        _F.AUTHORITY: (240, 8),
    },
    Layout.FOREIGN_2023: {
        _F.NAME: (0, 30),
        _F.SEX: (30, 2),
        _F.RENEWALS: (32, 4),
        _F.BIRTH_DATE: (36, 16),
        _F.ENGLISH_NAME: (52, 70),
        _F.NUMBER: (122, 36),
        _F.VALID_FROM: (188, 16),
        _F.VALID_TO: (204, 16),
        _F.ENGLISH_NAME_CONTINUED: (220, 22),
        _F.COUNTRY: (242, 6),
        _F.LINK: (250, 6),
    },
}
"""Offset and length in bytes of each layout's fields; what lies between them is reserved."""

_NUMBERS: Final = {
    Layout.CITIZEN: re.compile(r"[1-9][0-9]{16}[0-9X]"),
    Layout.RESIDENCE_PERMIT: re.compile(r"8[123]0000[0-9]{11}[0-9X]"),
    Layout.FOREIGN_2017: re.compile(r"[A-Z]{3}[0-9]{12}"),
    Layout.FOREIGN_2023: re.compile(r"9[0-9]{16}[0-9X]"),
}
"""The form of a number; its check character is for whoever uses it."""
_CODES: Final = {
    _F.SEX: re.compile(r"[0129]"),
    _F.ETHNIC_GROUP: re.compile(r"[0-9]{2}"),
    _F.RENEWALS: re.compile(r"[0-9]{2}"),
    _F.ISSUE_COUNT: re.compile(r"[0-9]{2}"),
    _F.PASS_NUMBER: re.compile(r"[A-Z0-9]{8,9}"),
    _F.COUNTRY: re.compile(r"[A-Z]{3}"),
    _F.VERSION: re.compile(r"[0-9A-Z]{1,2}"),
    _F.AUTHORITY: re.compile(r"[0-9]{4}"),
    _F.LINK: re.compile(r"[0-9A-Z]{0,3}"),
}
_ALWAYS_THERE: Final = {
    Layout.CITIZEN: frozenset({_F.NAME, _F.SEX, _F.ETHNIC_GROUP, _F.NUMBER}),
    Layout.RESIDENCE_PERMIT: frozenset({_F.NAME, _F.SEX, _F.NUMBER}),
    Layout.FOREIGN_2017: frozenset({_F.ENGLISH_NAME, _F.SEX, _F.NUMBER}),
    Layout.FOREIGN_2023: frozenset({_F.ENGLISH_NAME, _F.SEX, _F.NUMBER}),
}
"""Beside the dates."""
ENGLISH_NAME_LINE: Final = PLACES[Layout.FOREIGN_2023][_F.ENGLISH_NAME][1] // 2
"""UTF-16 units of an English name before it is continued."""


@dataclass(frozen=True, slots=True)
class ResidentIdCard:
    """What the card says. A field is None where this layout has none, or where it is blank.

    A `repr` shows nothing of the holder.
    """

    layout: Layout
    number: str = field(repr=False)
    """公民身份号码, or the number of a permit; its form is checked, its check character is not."""
    name: str | None = field(repr=False)
    """姓名; a foreign resident may have no Chinese one."""
    sex: str = field(repr=False)
    """Code of GB/T 2261.1: `1` male, `2` female."""
    birth_date: date = field(repr=False)
    valid_from: date = field(repr=False)
    valid_to: date | None = field(repr=False)
    """The last day of validity; None for 长期."""
    fingerprint: str = field(repr=False)
    """SHA-256 of the whole text in hexadecimal (no finger's). The number alone does not give it; but the text
    is what is printed on the card, so it is no secret from whoever has a photocopy of both sides."""
    ethnic_group: str | None = field(default=None, repr=False)
    """Code of GB/T 3304: `01` Han."""
    address: str | None = field(default=None, repr=False)
    issuer: str | None = field(default=None, repr=False)
    """签发机关."""
    pass_number: str | None = field(default=None, repr=False)
    """通行证号码, of a residence permit."""
    issue_count: str | None = field(default=None, repr=False)
    """签发次数, two digits, of a residence permit."""
    english_name: str | None = field(default=None, repr=False)
    country: str | None = field(default=None, repr=False)
    """Nationality, three letters of ISO 3166."""
    renewals: str | None = field(default=None, repr=False)
    """换证次数, two digits, of 2023's card."""
    version: str | None = None
    """证件版本号, of 2017's card."""
    authority: str | None = field(default=None, repr=False)
    """申请受理机关代码, of 2017's card."""
    link: str | None = field(default=None, repr=False)
    """既往版本关联项, of 2023's card."""
    photo: bytes | None = field(default=None, repr=False)
    """WLT, which only the police's decoder opens; None unless it was asked for."""

    def is_valid_on(self, day: date) -> bool:
        """Whether the card is valid on this day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def resident_id_card(content: Content, *, keep_photo: bool = False) -> ResidentIdCard:
    """The card whose chip holds this. Raises `Garbled`."""
    text = content.text
    if len(text) != TEXT_BYTES:
        raise Garbled(f"a text of {len(text)} bytes")
    try:
        layout = Layout(text[_FLAG].decode("utf-16-le", "replace"))
    except ValueError:
        raise Garbled("a type flag that no layout has") from None
    values = {name: _value(name, text[at : at + size]) for name, (at, size) in PLACES[layout].items()}
    if missing := sorted(name for name in _ALWAYS_THERE[layout] if not values[name]):
        raise Garbled(f"a card without {missing[0]}")
    number = values[_F.NUMBER] or ""
    if not _NUMBERS[layout].fullmatch(number):
        raise Garbled("a number of another form than this layout's")
    valid_from, valid_to = _validity(values[_F.VALID_FROM], values[_F.VALID_TO])
    return ResidentIdCard(
        layout=layout,
        number=number,
        name=values[_F.NAME],
        sex=values[_F.SEX] or "",
        birth_date=_date(values[_F.BIRTH_DATE]),
        valid_from=valid_from,
        valid_to=valid_to,
        fingerprint=hashlib.sha256(text).hexdigest(),
        ethnic_group=values.get(_F.ETHNIC_GROUP),
        address=values.get(_F.ADDRESS),
        issuer=values.get(_F.ISSUER),
        pass_number=values.get(_F.PASS_NUMBER),
        issue_count=values.get(_F.ISSUE_COUNT),
        english_name=_joined(values.get(_F.ENGLISH_NAME), values.get(_F.ENGLISH_NAME_CONTINUED)),
        country=values.get(_F.COUNTRY),
        renewals=values.get(_F.RENEWALS),
        version=values.get(_F.VERSION),
        authority=values.get(_F.AUTHORITY),
        link=values.get(_F.LINK),
        photo=content.photo if keep_photo else None,
    )


def text_field(data: bytes) -> str:
    """A field's text without its padding. Raises `Garbled`: broken UTF-16, or a character that steers."""
    try:
        text = data.decode("utf-16-le").rstrip(" \u3000\x00")
    except UnicodeDecodeError:
        raise Garbled("a text that is not UTF-16") from None
    if any(steers(character) for character in text):
        raise Garbled("a control character in a text")
    # Blanks of another width alone are no text either: there is nothing to see.
    return "" if text.isspace() else text


def _value(name: IdField, data: bytes) -> str | None:
    """A field's text, of the form it must have; None where it is blank."""
    text = text_field(data)
    form = _CODES.get(name)
    if not text:
        return None
    if form is not None and not form.fullmatch(text):
        raise Garbled(f"{name} of another form than it can have")
    return text


def _joined(name: str | None, continued: str | None) -> str | None:
    if name is None or continued is None:
        return name
    # A blank between the two went with the padding of the first.
    is_full = len(name.encode("utf-16-le")) == 2 * ENGLISH_NAME_LINE
    return name + continued if is_full else f"{name} {continued}"


def _date(text: str | None) -> date:
    if text is None or not re.fullmatch(r"[0-9]{8}", text):
        raise Garbled("a date that is not eight digits")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise Garbled("no day of the calendar") from None


def _validity(first: str | None, last: str | None) -> tuple[date, date | None]:
    valid_from = _date(first)
    valid_to = None if last == LONG_TERM else _date(last)
    if valid_to is not None and valid_to < valid_from:
        raise Garbled("a validity that ends before it begins")
    return valid_from, valid_to
