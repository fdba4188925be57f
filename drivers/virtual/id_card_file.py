"""A virtual resident ID card described in a TOML file (`docs/facts/cards.md` §7)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from drivers.cards.resident_id import ENGLISH_NAME_LINE, PLACES, IdField, Layout
from drivers.cards.sam_v import TEXT_BYTES
from drivers.description import Table, described, read_toml
from drivers.virtual.card_file import CardFileError
from drivers.virtual.card_tables import Hex
from drivers.virtual.cards import Pull, Silence, Wait
from drivers.virtual.id_card import (
    Garbage,
    IdFault,
    IdMisbehaviour,
    Spoilt,
    Status,
    VirtualIdCard,
    id_card_text,
)

KIND: Final = "resident-id"
_LAYOUTS: Final = {
    "citizen": Layout.CITIZEN,
    "residence-permit": Layout.RESIDENCE_PERMIT,
    "foreign-2017": Layout.FOREIGN_2017,
    "foreign-2023": Layout.FOREIGN_2023,
}
_EXTRA_ADDRESS_CHARACTERS: Final = 35


def load_id_card(path: Path) -> VirtualIdCard:
    """The card described in a TOML file. Raises `CardFileError`, or `OSError` where it cannot be read."""
    if read_toml(path, CardFileError).get("kind") != KIND:
        raise CardFileError(path, (f'kind: an ID card\'s file says kind = "{KIND}"',))
    return described(path, _IdCardFile, {"fault": _Fault}, CardFileError).card(path.stem)


_TwoDigits = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class _Fault(Table):
    """What goes wrong at the n-th command."""

    at: int = Field(ge=1)
    does: Literal["pull", "silence", "wait", "cut", "checksum", "length", "garbage", "status"]
    ms: int | None = Field(default=None, ge=1, le=600_000)
    sw3: Hex | None = None
    bytes: Hex | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needed = {"wait": "ms", "status": "sw3", "garbage": "bytes"}.get(self.does)
        given = {key for key in ("ms", "sw3", "bytes") if getattr(self, key) is not None}
        if given != ({needed} if needed else set()):
            raise ValueError("`wait` needs `ms`, `status` needs `sw3`, `garbage` needs `bytes`; no others")
        if self.sw3 is not None and len(self.sw3) != 1:
            raise ValueError('an SW3 has one byte: "41"')
        if self.bytes == b"":
            raise ValueError("garbage has at least one byte")
        return self

    def misbehaviour(self) -> IdMisbehaviour:
        match self.does:
            case "pull":
                return Pull()
            case "silence":
                return Silence()
            case "wait":
                return Wait((self.ms or 0) / 1000)
            case "garbage":
                return Garbage(self.bytes or b"")
            case "status":
                return Status((self.sw3 or b"\x00")[0])
            case _:
                return Spoilt(self.does)


class _IdCardFile(Table):
    """The whole file. A field that is left out is blank on the card."""

    kind: Literal["resident-id"]
    layout: Literal["citizen", "residence-permit", "foreign-2017", "foreign-2023"] = "citizen"
    number: str | None = Field(default=None, pattern=r"^[0-9A-Z]{1,18}$")
    name: str | None = None
    english_name: str | None = None
    sex: str | None = Field(default=None, pattern=r"^[0-9]$")
    ethnic_group: _TwoDigits | None = None
    birth_date: date | None = None
    address: str | None = None
    issuer: str | None = None
    valid_from: date | None = None
    valid_to: date | Literal["长期"] | None = None
    pass_number: str | None = Field(default=None, pattern=r"^[0-9A-Z]{1,9}$")
    issue_count: _TwoDigits | None = None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    renewals: _TwoDigits | None = None
    version: str | None = Field(default=None, pattern=r"^[0-9A-Z]{1,2}$")
    authority: str | None = Field(default=None, pattern=r"^[0-9]{4}$")
    link: str | None = Field(default=None, pattern=r"^[0-9A-Z]{1,3}$")
    extra_address: str | None = Field(default=None, max_length=_EXTRA_ADDRESS_CHARACTERS)
    fingerprint_bytes: Literal[0, 512, 1024] = 0
    fault: list[_Fault] = Field(default_factory=list)
    text: dict[str, Hex] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        allowed = PLACES[_LAYOUTS[self.layout]]
        for name in self._values():
            if name not in allowed:
                fields = ", ".join(sorted(field for field in allowed if field in type(self).model_fields))
                raise ValueError(f"`{name}` is not on a card of layout {self.layout}; on it are {fields}")
        id_card_text(_LAYOUTS[self.layout], self._values())
        for key, value in self.text.items():
            if not re.fullmatch(r"[0-9]{1,3}", key) or int(key) + len(value) > TEXT_BYTES:
                raise ValueError(f'`text` has {key!r}: write an offset below {TEXT_BYTES}, like 248 = "4A00"')
        return self

    def card(self, name: str) -> VirtualIdCard:
        text = bytearray(id_card_text(_LAYOUTS[self.layout], self._values()))
        for key, value in self.text.items():
            text[int(key) : int(key) + len(value)] = value
        faults = tuple(IdFault(fault.at, fault.misbehaviour()) for fault in self.fault)
        return VirtualIdCard(name, bytes(text), self.extra_address, self.fingerprint_bytes, faults)

    def _values(self) -> dict[IdField, str]:
        """The fields that are written, as they stand on the card."""
        values = {}
        for name in IdField:
            match getattr(self, name, None):
                case date() as day:
                    values[name] = day.strftime("%Y%m%d")
                case str() as value:
                    values[name] = value
        english = values.get(IdField.ENGLISH_NAME, "")
        if self.layout == "foreign-2023" and len(english) > ENGLISH_NAME_LINE:
            values[IdField.ENGLISH_NAME] = english[:ENGLISH_NAME_LINE]
            values[IdField.ENGLISH_NAME_CONTINUED] = english[ENGLISH_NAME_LINE:]
        return values
