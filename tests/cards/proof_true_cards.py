"""Social-security cards with unlucky bytes, and what each of them truly says: the judge of a decoder.

A value that holds another field's tag, a length, a zero or an F where a careless decoder looks for one is
ordinary on a real card; here every card has some.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from drivers.cards.application import APPLICATION_ID
from drivers.cards.social_security import Field, SocialSecurityCard
from drivers.virtual.cards import Application, FciAnswer, StoredFile, StoredRecord, VirtualCard

_ATR: Final = bytes.fromhex("3B6D0000 0081 000001 0001 200101000001")
_FIRST_DAY: Final = date(1900, 1, 1)
_NAME_RECORD: Final = 30
_WHOLE_NAME: Final = 50
_UNLUCKY: Final = bytes.fromhex(
    "0112 0201 0304 040C 0504 0604 0709 0812 091E 4E14 0A01 0B01 0C03 0D04 0000 9F0C"
)
"""Tags with their lengths, as they stand at the head of a true record."""
_ALNUM: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RARE: Final = "㐀䶵乶乗𠀀𠮷𬸚𰻞·镕堃喆丂亐N"
"""Characters of two and four bytes; the second byte of 乶 is the tag of the name's continuation."""


@dataclass(frozen=True, slots=True)
class TrueCard:
    """A card, and what a reading of all fields has to give."""

    card: VirtualCard
    truth: SocialSecurityCard

    def lies(self, read: object) -> list[str]:
        """The fields that a reading gives otherwise than they are."""
        if not isinstance(read, SocialSecurityCard):
            return [f"read as {type(read).__name__}"]
        return [
            f"{one.name} is {getattr(self.truth, one.name)!r}, read as {getattr(read, one.name)!r}"
            for one in fields(self.truth)
            if getattr(self.truth, one.name) != getattr(read, one.name)
        ]


def true_card(rng: Random) -> TrueCard:
    """A card that breaks no rule, in one of all the ways in which cards differ."""
    generation = rng.choice((1, 2, 2, 3))
    whole = _truth(rng, generation)
    hidden = frozenset(_HOLDERS if generation == 3 and rng.random() < 0.5 else ())
    algorithm = rng.choice((None, 1, 3, 0x9F))
    fci = FciAnswer.NONE if algorithm is None else rng.choice((FciAnswer.GET_RESPONSE, FciAnswer.DIRECT))
    by_tag = rng.random() < 0.5
    application = Application(
        APPLICATION_ID,
        (_card_file(rng, whole), _holder_file(rng, whole, hidden)),
        fci=b"" if algorithm is None else bytes([0x9F, 0x0C, 0x03, 0x86, 0x01, algorithm]),
        fci_answer=fci,
        select_file=rng.choice((None, None, 0x02, 0x00)),
        reads_by_tag=by_tag,
        reads_by_position=not by_tag or rng.random() < 0.5,
        knows_short_ids=by_tag or rng.random() < 0.7,
        exact_length=rng.random() < 0.7,
    )
    truth = replace(
        whole,
        algorithm=algorithm or 1,
        number_protected=Field.CITIZEN_NUMBER in hidden,
        **{one.value: None for one in hidden},  # type: ignore[arg-type]
    )
    return TrueCard(VirtualCard(_ATR, (application,)), truth)


def true_cards(count: int) -> list[TrueCard]:
    """Always the same ones."""
    return [true_card(Random(number)) for number in range(count)]  # noqa: S311  no secrets


_HOLDERS: Final = (
    *(Field.CITIZEN_NUMBER, Field.NAME, Field.SEX, Field.ETHNIC_GROUP, Field.BIRTHPLACE, Field.BIRTH_DATE),
)


def _truth(rng: Random, generation: int) -> SocialSecurityCard:
    return SocialSecurityCard(
        card_id=_card_id(rng),
        card_class=rng.choice(_ALNUM),
        version=f"{generation}.00",
        institution=_digits(rng, 24 - 2 * rng.randrange(7)),
        issued=_day(rng),
        expires=_day(rng),
        card_number="".join(rng.choices(_ALNUM, k=rng.randrange(9) + 1)),
        citizen_number="".join(rng.choices(_ALNUM, k=rng.choice((15, 18)))),
        name=_name(rng, _NAME_RECORD if generation == 1 else _WHOLE_NAME),
        sex=rng.choice("0129"),
        ethnic_group=_digits(rng, 2),
        birthplace=_digits(rng, 6),
        birth_date=_day(rng),
    )


def _card_id(rng: Random) -> str:
    """Region, `D156000005`, and eight bytes that are anything: also what heads another record."""
    unlucky = rng.randrange(0, len(_UNLUCKY) - 4, 2)
    serial = rng.choice((rng.randbytes(8), _UNLUCKY[unlucky : unlucky + 4] + rng.randbytes(4)))
    return (bytes.fromhex(_digits(rng, 6)) + bytes.fromhex("D156000005") + serial).hex().upper()


def _digits(rng: Random, count: int) -> str:
    """Often with zeros in the middle and at the end; zeros throughout would be a record never written."""
    return "10" + "".join(rng.choice(("00", f"{rng.randrange(100):02d}")) for _ in range(count // 2 - 1))


def _day(rng: Random) -> date:
    return _FIRST_DAY + timedelta(days=rng.randrange(73_000))


def _name(rng: Random, room: int) -> str:
    """Up to the last byte of its room in GB 18030, a character across the two records as often as not."""
    name = ""
    wanted = rng.choice((4, 6, room - 4, room))
    while len((name + (more := _character(rng))).encode("gb18030")) <= wanted:
        name += more
    return name or "甲"


def _character(rng: Random) -> str:
    while True:
        usual, extended = rng.randrange(0x4E00, 0x9FA6), rng.randrange(0x20000, 0x2A6D7)
        one = rng.choice((rng.choice(_RARE), chr(usual), chr(extended)))
        if unicodedata.category(one) in {"Lo", "Lu", "Po"}:
            return one


def _card_file(rng: Random, card: SocialSecurityCard) -> StoredFile:
    number = (card.card_number or "").encode()
    # A card may store more than the nine bytes that count.
    tail = b"\x08\x12" * rng.randrange(3) if len(number) == 9 else bytes(9 - len(number))
    return _file(
        rng,
        0x05,
        (
            StoredRecord(0x01, bytes.fromhex(card.card_id)),
            StoredRecord(0x02, _an(card.card_class, 1)),
            StoredRecord(0x03, _an(card.version, 4)),
            StoredRecord(0x04, _cn(card.institution, 12)),
            StoredRecord(0x05, _cn(_yyyymmdd(card.issued), 4)),
            StoredRecord(0x06, _cn(_yyyymmdd(card.expires), 4)),
            StoredRecord(0x07, number + tail),
        ),
    )


def _holder_file(rng: Random, card: SocialSecurityCard, hidden: frozenset[Field]) -> StoredFile:
    name = (card.name or "").encode("gb18030")
    continued = name[_NAME_RECORD:].ljust(_WHOLE_NAME - _NAME_RECORD, b"\x00")
    records = (
        StoredRecord(0x08, _an(card.citizen_number, 18), Field.CITIZEN_NUMBER in hidden),
        StoredRecord(0x09, name[:_NAME_RECORD].ljust(_NAME_RECORD, b"\x00"), Field.NAME in hidden),
        StoredRecord(0x0A, _an(card.sex, 1), Field.SEX in hidden),
        StoredRecord(0x0B, _cn(card.ethnic_group, 1), Field.ETHNIC_GROUP in hidden),
        StoredRecord(0x0C, _cn(card.birthplace, 3), Field.BIRTHPLACE in hidden),
        StoredRecord(0x0D, _cn(_yyyymmdd(card.birth_date), 4), Field.BIRTH_DATE in hidden),
    )
    if len(name) > _NAME_RECORD or rng.random() < 0.5:
        records += (StoredRecord(0x4E, continued, Field.NAME in hidden),)
    return _file(rng, 0x06, records)


def _file(rng: Random, short_id: int, records: Iterable[StoredRecord]) -> StoredFile:
    """Records in any order, and some that nobody knows; READ RECORD by position meets them all."""
    mixed = [*records, *(StoredRecord(0x60 + number, _UNLUCKY) for number in range(rng.randrange(4)))]
    rng.shuffle(mixed)
    return StoredFile(short_id, tuple(mixed))


def _an(text: str | None, length: int) -> bytes:
    return (text or "").encode("ascii").ljust(length, b"\x00")


def _cn(digits: str | None, length: int) -> bytes:
    return bytes.fromhex((digits or "").ljust(2 * length, "F"))


def _yyyymmdd(day: date | None) -> str | None:
    return None if day is None else f"{day:%Y%m%d}"
