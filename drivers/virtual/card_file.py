"""A virtual card described in a TOML file that a technician can write (`docs/facts/cards.md` §5)."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from drivers.cards.social_security import APPLICATION_ID
from drivers.virtual.cards import (
    Answer,
    Application,
    Cut,
    Fault,
    FciAnswer,
    Misbehaviour,
    Pull,
    Silence,
    StoredFile,
    StoredRecord,
    VirtualCard,
    Wait,
)

_USUAL_ATR: Final = "3B6D0000 0081 000001 0001 200101000001"
_NAME_RECORD: Final = 30
_NAME_CONTINUED_RECORD: Final = 20
_NAME_CONTINUED: Final = "name_continued"
_RECORD_KEY: Final = re.compile(r"0[56]/[0-9A-F]{2}")


class CardFileError(ValueError):
    """The file describes no card. Each problem names the key and what is allowed."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = problems


def load_card(path: Path) -> VirtualCard:
    """The card described in a TOML file. Raises `CardFileError`, or `OSError` where it cannot be read."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CardFileError(path, (f"not TOML: {error}",)) from None
    try:
        return _CardFile.model_validate(content).card()
    except ValidationError as error:
        # Without the input: it may be a name or a number.
        problems = (
            _problem(detail["loc"], detail["type"], detail["msg"])
            for detail in error.errors(include_input=False, include_url=False)
        )
        raise CardFileError(path, tuple(problems)) from None


def _hex(value: object) -> bytes:
    if isinstance(value, str) and re.fullmatch(r"(\s*[0-9A-Fa-f]{2})*\s*", value):
        return bytes.fromhex(value)
    raise ValueError("write pairs of hexadecimal digits in quotes, with or without spaces")


def _card_id(value: bytes) -> bytes:
    if len(value) != 16:
        raise ValueError(f"write 16 bytes, these are {len(value)}")
    return value


_Hex = Annotated[bytes, BeforeValidator(_hex)]
_CardId = Annotated[_Hex, AfterValidator(_card_id)]
_RecordName = Literal[
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
_OF_THE_HOLDER: Final[list[_RecordName]] = [
    "citizen_number",
    "name",
    "name_continued",
    "sex",
    "ethnic_group",
    "birthplace",
    "birth_date",
]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Behaviour(_Table):
    """How the card wants to be asked."""

    fci: Literal["get-response", "direct", "none"] = "get-response"
    algorithm: int | None = Field(default=None, ge=0, le=255)
    select_file: Literal["optional", "02", "00"] = "optional"
    read_by: list[Literal["tag", "position"]] = ["tag", "position"]
    short_file_ids: bool = True
    exact_length: bool = True
    protected: list[_RecordName] | None = None
    delay_ms: int = Field(default=0, ge=0, le=60_000)


class _Fault(_Table):
    """What goes wrong at the n-th command."""

    at: int = Field(ge=1)
    does: Literal["pull", "silence", "wait", "cut", "status", "answer"]
    ms: int | None = Field(default=None, ge=1, le=600_000)
    status: _Hex | None = None
    bytes: _Hex | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needed = {"wait": "ms", "status": "status", "answer": "bytes"}.get(self.does)
        given = {key for key in ("ms", "status", "bytes") if getattr(self, key) is not None}
        if given != ({needed} if needed else set()):
            raise ValueError("`wait` needs `ms`, `status` needs `status`, `answer` needs `bytes`; no others")
        if self.status is not None and len(self.status) != 2:
            raise ValueError('a status word has two bytes: "6F00"')
        if self.bytes == b"":
            raise ValueError("an answer has at least one byte")
        return self

    def misbehaviour(self) -> Misbehaviour:
        match self.does:
            case "pull":
                return Pull()
            case "silence":
                return Silence()
            case "wait":
                return Wait((self.ms or 0) / 1000)
            case "cut":
                return Cut()
            case "status":
                return Answer(self.status or b"")
            case "answer":
                return Answer(self.bytes or b"")


class _CardFile(_Table):
    """The whole file. A field that is left out has no record on the card."""

    kind: Literal["social-security", "other", "mute"] = "social-security"
    generation: Literal[1, 2, 3] = 2
    atr: _Hex = Field(default=bytes.fromhex(_USUAL_ATR), min_length=2, max_length=33)
    card_id: _CardId | None = None
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
    behaviour: _Behaviour = _Behaviour()
    fault: list[_Fault] = []
    records: dict[str, _Hex] = {}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        room = _NAME_RECORD if self.generation == 1 else _NAME_RECORD + _NAME_CONTINUED_RECORD
        if len(self._encoded_name()) > room:
            raise ValueError(f"`name` has more than {room} bytes in GB 18030")
        if wrong := [key for key in self.records if not _RECORD_KEY.fullmatch(key)]:
            raise ValueError(f'`records` has {wrong[0]!r}: write file and tag, like "06/4E"')
        if any(len(value) > 253 for value in self.records.values()):
            raise ValueError("a record in `records` has at most 253 bytes")
        return self

    def card(self) -> VirtualCard:
        applications = () if self.kind == "other" else (self._application(),)
        return VirtualCard(
            self.atr,
            applications,
            tuple(Fault(fault.at, fault.misbehaviour()) for fault in self.fault),
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
        )

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

    def _card(self) -> list[tuple[_RecordName, int, bytes | None]]:
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

    def _holder(self) -> list[tuple[_RecordName, int, bytes | None]]:
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


def _problem(location: tuple[int | str, ...], kind: str, message: str) -> str:
    key = ".".join(f"{part + 1}" if isinstance(part, int) else part for part in location) or "the card"
    if kind != "extra_forbidden":
        return f"{key}: {message.removeprefix('Value error, ')}"
    tables: dict[str, type[_Table]] = {"behaviour": _Behaviour, "fault": _Fault}
    table = tables.get(str(location[0]), _CardFile)
    return f"{key}: no such key; allowed are {', '.join(table.model_fields)}"
