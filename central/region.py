"""The region's TOML file, read once at start; with an unknown key or a bad value there is no start."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from kiosk.contract.region import BaseLimitsWire, OfficeWire, RegionAnswer
from kiosk.contract.wire import ShortText
from kiosk.domain.region import Issuer

_FenOfMonth = Annotated[int, Field(gt=0, le=100_000_00)]
_Year = Annotated[int, Field(ge=1990, le=2100)]


class BadRegion(Exception):
    """The file is unusable. The message names the file and, for each fault, line, key and what is allowed."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Office(_Table):
    name: ShortText
    address: ShortText
    telephone: Annotated[str, Field(pattern=r"^[0-9-]{5,20}$")]
    hours: ShortText


class _Offices(_Table):
    hrss: _Office
    nhsa: _Office
    tax: _Office


class _Issuers(_Table):
    hrss: ShortText
    nhsa: ShortText


class _Limits(_Table):
    floor_fen: _FenOfMonth
    ceiling_fen: _FenOfMonth

    @model_validator(mode="after")
    def _floor_is_lower(self) -> _Limits:
        if self.floor_fen >= self.ceiling_fen:
            raise ValueError("floor_fen must be below ceiling_fen")
        return self


class RegionFile(_Table):
    """The keys of a region file; docs/facts/central-api.md §7 describes them."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    """行政区划代码"""
    name: ShortText
    details_on_card_read: bool = False
    """Lowers details and papers to cards that were only read."""
    issuers: _Issuers
    offices: _Offices
    base_limits: dict[Annotated[_Year, Field(strict=False)], _Limits] = {}

    def to_answer(self) -> RegionAnswer:
        """As published; the version is the content's own hash, so that equal facts have equal versions."""
        return RegionAnswer(
            code=self.code,
            name=self.name,
            version=hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16],
            offices={Issuer.HRSS: _wire(self.offices.hrss), Issuer.NHSA: _wire(self.offices.nhsa)},
            issuers={Issuer.HRSS: self.issuers.hrss, Issuer.NHSA: self.issuers.nhsa},
            tax_office=_wire(self.offices.tax),
            base_limits={
                year: BaseLimitsWire.model_validate(limits.model_dump())
                for year, limits in sorted(self.base_limits.items())
            },
            details_on_card_read=self.details_on_card_read,
        )


def _wire(office: _Office) -> OfficeWire:
    return OfficeWire.model_validate(office.model_dump())


def load_region(path: Path) -> RegionAnswer:
    """Raises `BadRegion`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadRegion(path, [f"cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise BadRegion(path, ["is not UTF-8"]) from error
    try:
        return RegionFile.model_validate(tomllib.loads(text)).to_answer()
    except tomllib.TOMLDecodeError as error:
        raise BadRegion(path, [f"is no TOML: {error}"]) from error
    except ValidationError as error:
        raise BadRegion(path, [_told(text, one) for one in error.errors()]) from error


def _told(text: str, error: ErrorDetails) -> str:
    steps = [str(step) for step in error["loc"] if step != "[key]"]
    line = _line_of(text, steps)
    where = f"line {line}, {'.'.join(steps)}" if line is not None else ".".join(steps)
    match error["type"]:
        case "extra_forbidden":
            return f"{where}: unknown key; allowed: {', '.join(_keys(steps[:-1]))}"
        case "missing":
            return f"{where}: missing"
        case _:
            return f"{where}: {error['msg']}"


def _keys(steps: Sequence[str]) -> list[str]:
    """The keys allowed in the table at `steps`."""
    table: type[BaseModel] = RegionFile
    kind: Any = RegionFile
    for step in steps:
        # In a dict of tables, every key leads to the same kind of table.
        kind = table.model_fields[step].annotation if kind is table else get_args(kind)[1]
        table = kind if isinstance(kind, type) else table
    return sorted(table.model_fields)


def _line_of(text: str, steps: Sequence[str]) -> int | None:
    """The line that brings the key: the first after which the file, read so far, has it."""
    lines = text.splitlines()
    for number in range(1, len(lines) + 1):
        try:
            table: Any = tomllib.loads("\n".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue
        for step in steps:
            table = table.get(step) if isinstance(table, dict) else None
        if table is not None:
            return number
    return None
