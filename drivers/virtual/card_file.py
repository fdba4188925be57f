"""A virtual card described in a TOML file that a technician can write (`docs/facts/cards.md` §5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from drivers.cards.application import APPLICATION_ID
from drivers.cards.authentication import SM4, TRIPLE_DES
from drivers.description import DescriptionError, Table, described
from drivers.virtual.card_tables import (
    BankTable,
    Behaviour,
    FaultTable,
    Hex,
    KeysTable,
    PinTable,
    RecordName,
    SixteenBytes,
)
from drivers.virtual.cards import Application, Fault, FciAnswer, StoredFile, StoredRecord, VirtualCard

_USUAL_ATR: Final = "3B6D0000 0081 000001 0001 200101000001"
_NAME_RECORD: Final = 30
_NAME_CONTINUED_RECORD: Final = 20
_RECORD_KEY: Final = re.compile(r"0[56]/[0-9A-F]{2}")
_OF_THE_HOLDER: Final[list[RecordName]] = [
    "citizen_number",
    "name",
    "name_continued",
    "sex",
    "ethnic_group",
    "birthplace",
    "birth_date",
]


_TABLES: Final[dict[str, type[Table]]] = {
    "behaviour": Behaviour,
    "pin": PinTable,
    "keys": KeysTable,
    "bank": BankTable,
    "fault": FaultTable,
}


class CardFileError(DescriptionError):
    """The file describes no card."""

    thing = "the card"


def load_card(path: Path) -> VirtualCard:
    """The card described in a TOML file, and those it is swapped for.

    Raises `CardFileError`, or `OSError` where the file cannot be read.
    """

    def other_card(name: str) -> VirtualCard:
        try:
            file = _card_file(path.parent / name)
        except OSError as error:
            raise CardFileError(path, (f"with: {name}: {error.strerror}",)) from None
        return file.card(not_again)

    def not_again(name: str) -> VirtualCard:
        # Two files that name each other would never end.
        raise CardFileError(path, (f"with: the card there is itself swapped, for {name}",))

    return _card_file(path).card(other_card)


def _card_file(path: Path) -> _CardFile:
    return described(path, _CardFile, _TABLES, CardFileError)


class _CardFile(Table):
    """The whole file. A field that is left out has no record on the card."""

    kind: Literal["social-security", "other", "mute"] = "social-security"
    generation: Literal[1, 2, 3] = 2
    atr: Hex = Field(default=bytes.fromhex(_USUAL_ATR), min_length=2, max_length=33)
    card_id: SixteenBytes | None = None
    card_class: str | None = Field(default=None, pattern=r"^[0-9A-Z]$")
    version: str | None = Field(default=None, pattern=r"^[0-9]\.[0-9]{2}$")
    institution: str | None = Field(default=None, pattern=r"^[0-9]{1,24}$")
    issued: date | None = None
    expires: date | None = None
    card_number: str | None = Field(default=None, pattern=r"^[0-9A-Z]{1,9}$")
    citizen_number: str | None = Field(default=None, pattern=r"^[0-9A-Z]{1,18}$")
    name: str | None = Field(default=None, min_length=1)
    sex: str | None = Field(default=None, pattern=r"^[0-9]$")
    ethnic_group: str | None = Field(default=None, pattern=r"^[0-9]{2}$")
    birthplace: str | None = Field(default=None, pattern=r"^[0-9]{6}$")
    birth_date: date | None = None
    behaviour: Behaviour = Behaviour()
    pin: PinTable | None = None
    keys_table: KeysTable | None = Field(default=None, alias="keys")
    bank: BankTable | None = None
    fault: list[FaultTable] = Field(default_factory=list)
    records: dict[str, Hex] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        room = _NAME_RECORD if self.generation == 1 else _NAME_RECORD + _NAME_CONTINUED_RECORD
        if len(self._encoded_name()) > room:
            raise ValueError(f"`name` has more than {room} bytes in GB 18030")
        if wrong := [key for key in self.records if not _RECORD_KEY.fullmatch(key)]:
            raise ValueError(f'`records` has {wrong[0]!r}: write file and tag, like "06/4E"')
        if any(len(value) > 253 for value in self.records.values()):
            raise ValueError("a record in `records` has at most 253 bytes")
        if self.keys_table is not None and self.card_id is None:
            raise ValueError("`keys` need a `card_id`, by which they are derived")
        if self.keys_table is not None and self._algorithm() not in {TRIPLE_DES, SM4}:
            raise ValueError(f"`keys` need the algorithm {TRIPLE_DES} (3DES) or {SM4} (SM4)")
        return self

    def card(self, other_card: Callable[[str], VirtualCard]) -> VirtualCard:
        applications = () if self.kind == "other" else (self._application(),)
        return VirtualCard(
            self.atr,
            applications + (() if self.bank is None else self.bank.applications()),
            tuple(Fault(fault.at, fault.misbehaviour(other_card)) for fault in self.fault),
            mute=self.kind == "mute",
            delay=self.behaviour.delay_ms / 1000,
        )

    def _application(self) -> Application:
        behaviour = self.behaviour
        algorithm = behaviour.algorithm
        return Application(
            name=APPLICATION_ID,
            files=(self._file(0x05), self._file(0x06)),
            fci=b"" if algorithm is None else bytes([0x9F, 0x0C, 0x03, 0x86, 0x01, algorithm]),
            fci_answer=FciAnswer(behaviour.fci),
            select_file=None if behaviour.select_file == "optional" else int(behaviour.select_file, 16),
            reads_by_tag="tag" in behaviour.read_by,
            reads_by_position="position" in behaviour.read_by,
            knows_short_ids=behaviour.short_file_ids,
            exact_length=behaviour.exact_length,
            refuses_select=behaviour.refusal(),
            pin=None if self.pin is None else self.pin.stored(),
            key=None
            if self.keys_table is None or self.card_id is None
            else self.keys_table.stored(self.card_id, self._algorithm()),
        )

    def _algorithm(self) -> int:
        return TRIPLE_DES if self.behaviour.algorithm is None else self.behaviour.algorithm

    def _file(self, short_id: int) -> StoredFile:
        protected = self.behaviour.protected
        if protected is None:
            protected = _OF_THE_HOLDER if self.generation == 3 else []
        stored = self._holder() if short_id == 0x06 else self._card()
        records = {
            tag: StoredRecord(tag, value, name in protected)
            for name, tag, value in stored
            if value is not None
        }
        for key, value in self.records.items():
            file, tag = (int(part, 16) for part in key.split("/"))
            if file == short_id:
                records[tag] = StoredRecord(tag, value)
        return StoredFile(short_id, tuple(record for record in records.values() if record.value))

    def _card(self) -> list[tuple[RecordName, int, bytes | None]]:
        """EF05, the card's own file."""
        return [
            ("card_id", 0x01, self.card_id),
            ("card_class", 0x02, _an(self.card_class, 1)),
            ("version", 0x03, _an(self.version or (self.card_id and f"{self.generation}.00") or None, 4)),
            ("institution", 0x04, _cn(self.institution, 12)),
            ("issued", 0x05, _cn(_day(self.issued), 4)),
            ("expires", 0x06, _cn(_day(self.expires), 4)),
            ("card_number", 0x07, _an(self.card_number, 9)),
        ]

    def _holder(self) -> list[tuple[RecordName, int, bytes | None]]:
        """EF06, the holder's file."""
        name = self._encoded_name()
        first, more = name[:_NAME_RECORD], name[_NAME_RECORD:]
        continued = None if self.generation == 1 or not name else more.ljust(_NAME_CONTINUED_RECORD, b"\x00")
        return [
            ("citizen_number", 0x08, _an(self.citizen_number, 18)),
            ("name", 0x09, first.ljust(_NAME_RECORD, b"\x00") if name else None),
            ("name_continued", 0x4E, continued),
            ("sex", 0x0A, _an(self.sex, 1)),
            ("ethnic_group", 0x0B, _cn(self.ethnic_group, 1)),
            ("birthplace", 0x0C, _cn(self.birthplace, 3)),
            ("birth_date", 0x0D, _cn(_day(self.birth_date), 4)),
        ]

    def _encoded_name(self) -> bytes:
        return (self.name or "").encode("gb18030")


def _an(text: str | None, length: int) -> bytes | None:
    return None if text is None else text.encode("ascii").ljust(length, b"\x00")


def _cn(digits: str | None, length: int) -> bytes | None:
    return None if digits is None else bytes.fromhex(digits.ljust(2 * length, "F"))


def _day(day: date | None) -> str | None:
    return None if day is None else day.strftime("%Y%m%d")
