"""The tables within a virtual card's TOML file, and the form of their values (`docs/facts/cards.md` §5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    model_validator,
)

from drivers.cards.apdu import StatusWord
from drivers.cards.bank import BankCardKind, masked_pan
from drivers.cards.records import Garbled
from drivers.description import Table
from drivers.virtual.bank_card import NumberIn, OptionsForm, bank_applications
from drivers.virtual.card_keys import KEY_BYTES, card_key
from drivers.virtual.card_security import MOST_TRIES, StoredKey, StoredPin
from drivers.virtual.cards import (
    Answer,
    Application,
    Cut,
    Garbage,
    Misbehaviour,
    Mute,
    Pull,
    Silence,
    Swap,
    VirtualCard,
    Wait,
    WrongLength,
)


def _hex(value: object) -> bytes:
    if isinstance(value, str) and re.fullmatch(r"(\s*[0-9A-Fa-f]{2})*\s*", value):
        return bytes.fromhex(value)
    raise ValueError("write pairs of hexadecimal digits in quotes, with or without spaces")


def _sixteen_bytes(value: bytes) -> bytes:
    if len(value) != KEY_BYTES:
        raise ValueError(f"write {KEY_BYTES} bytes, these are {len(value)}")
    return value


def _bank_number(value: str) -> str:
    try:
        masked_pan(value)
    except Garbled as error:
        raise ValueError(f"this is {error}") from None
    return value


Hex = Annotated[bytes, BeforeValidator(_hex)]
SixteenBytes = Annotated[Hex, AfterValidator(_sixteen_bytes)]
RecordName = Literal[
    "card_id",
    "card_class",
    "version",
    "institution",
    "issued",
    "expires",
    "card_number",
    "citizen_number",
    "name",
    "name_continued",
    "sex",
    "ethnic_group",
    "birthplace",
    "birth_date",
]


class Behaviour(Table):
    """How the card wants to be asked."""

    fci: Literal["get-response", "direct", "none"] = "get-response"
    algorithm: int | None = Field(default=None, ge=0, le=255)
    select_file: Literal["optional", "02", "00"] = "optional"
    read_by: list[Literal["tag", "position"]] = Field(default=["tag", "position"])
    short_file_ids: bool = True
    exact_length: bool = True
    protected: list[RecordName] | None = None
    delay_ms: int = Field(default=0, ge=0, le=60_000)
    application: Literal["usable", "locked", "blocked"] = "usable"

    def refusal(self) -> StatusWord | None:
        """What SELECT is answered with instead of the application."""
        return {
            "locked": StatusWord.APPLICATION_LOCKED,
            "blocked": StatusWord.PERMANENTLY_BLOCKED,
        }.get(self.application)


class PinTable(Table):
    """`tries` are those left; 0 is a locked PIN. A right one gives three back, or these if more."""

    digits: str = Field(pattern=r"^[0-9]{6}$")
    tries: int = Field(default=3, ge=0, le=MOST_TRIES)
    tells_tries: bool = True

    def stored(self) -> StoredPin:
        return StoredPin(bytes.fromhex(self.digits), self.tries, self.tells_tries)


class KeysTable(Table):
    """`authentication` is the master key that a terminal's authenticator has too."""

    authentication: SixteenBytes

    def stored(self, card_id: bytes, algorithm: int) -> StoredKey:
        return StoredKey(card_key(self.authentication, card_id, algorithm), algorithm)


class BankTable(Table):
    """The payment application beside, or instead of, the social-security one."""

    pan: Annotated[str, AfterValidator(_bank_number)]
    expires: date
    kind: Literal["debit", "credit"] = "debit"
    form: Literal["80", "77"] = "77"
    number_in: Literal["5A", "57"] = "5A"
    directory: bool = True

    def applications(self) -> tuple[Application, ...]:
        return bank_applications(
            BankCardKind(self.kind),
            self.pan,
            self.expires,
            form=OptionsForm(self.form),
            number_in=NumberIn(self.number_in),
            has_directory=self.directory,
        )


_NEEDED: Final = {
    "wait": "ms",
    "status": "status",
    "answer": "bytes",
    "garbage": "seed",
    "swap": "with",
}


class FaultTable(Table):
    """What goes wrong at the n-th command."""

    at: int = Field(ge=1)
    does: Literal["pull", "silence", "wait", "cut", "length", "garbage", "status", "answer", "mute", "swap"]
    ms: int | None = Field(default=None, ge=1, le=600_000)
    status: Hex | None = None
    bytes: Hex | None = None
    seed: int | None = Field(default=None, ge=0, le=2**31)
    other: str | None = Field(default=None, alias="with", min_length=1)
    """The file of the card that lies there afterwards, beside this one."""

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        values = {
            "ms": self.ms,
            "status": self.status,
            "bytes": self.bytes,
            "seed": self.seed,
            "with": self.other,
        }
        given = {key for key, value in values.items() if value is not None}
        needed = _NEEDED.get(self.does)
        if given != ({needed} if needed else set()):
            needs = ", ".join(f"`{does}` needs `{key}`" for does, key in _NEEDED.items())
            raise ValueError(f"{needs}; no others")
        if self.status is not None and len(self.status) != 2:
            raise ValueError('a status word has two bytes: "6F00"')
        if self.bytes == b"":
            raise ValueError("an answer has at least one byte")
        return self

    def misbehaviour(self, other_card: Callable[[str], VirtualCard]) -> Misbehaviour:
        """`other_card` gives the card of another file, by its name."""
        match self.does:
            case "pull":
                return Pull()
            case "silence":
                return Silence()
            case "wait":
                return Wait((self.ms or 0) / 1000)
            case "cut":
                return Cut()
            case "length":
                return WrongLength()
            case "garbage":
                return Garbage(self.seed or 0)
            case "status":
                return Answer(self.status or b"")
            case "answer":
                return Answer(self.bytes or b"")
            case "mute":
                return Mute()
            case "swap":
                return Swap(other_card(self.other or ""))
