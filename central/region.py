"""The region's TOML file, read once at start; with an unknown key or a bad value there is no start."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from central.toml_file import Table, read_toml
from kiosk.contract.region import BaseLimitsWire, OfficeWire, RegionAnswer, YearlyPremiumWire
from kiosk.contract.seals.keys import SealKey, SealKeyWire
from kiosk.contract.wire import ShortText
from kiosk.domain.region import Issuer
from kiosk.domain.tenders import QrChannel

_FenOfMonth = Annotated[int, Field(gt=0, le=100_000_00)]
_FenOfYear = Annotated[int, Field(gt=0, le=100_000_00)]
_Year = Annotated[int, Field(ge=1990, le=2100, strict=False)]


class _Office(Table):
    name: ShortText
    address: ShortText
    telephone: Annotated[str, Field(pattern=r"^[0-9-]{5,20}$")]
    hours: ShortText


class _Offices(Table):
    hrss: _Office
    nhsa: _Office
    tax: _Office


class _Issuers(Table):
    hrss: ShortText
    nhsa: ShortText


class _Limits(Table):
    floor_fen: _FenOfMonth
    ceiling_fen: _FenOfMonth

    @model_validator(mode="after")
    def _floor_is_lower(self) -> _Limits:
        if self.floor_fen >= self.ceiling_fen:
            raise ValueError("floor_fen must be below ceiling_fen")
        return self


class _YearlyPremium(Table):
    amount_fen: _FenOfYear
    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _window_opens_first(self) -> _YearlyPremium:
        if self.last_day < self.first_day:
            raise ValueError("last_day must not be before first_day")
        return self


class RegionFile(Table):
    """The keys of a region file; docs/facts/central-api.md §7 describes them."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    """行政区划代码"""
    name: ShortText
    details_on_card_read: bool = False
    """Lowers details and papers to cards that were only read."""
    issuers: _Issuers
    offices: _Offices
    base_limits: dict[_Year, _Limits] = Field(default_factory=dict)
    resident_medical: dict[_Year, _YearlyPremium] = Field(default_factory=dict)
    """居民医保 by the year that is paid for."""

    def to_answer(self) -> RegionAnswer:
        """As published; the version is the content's own hash, so that equal facts have equal versions."""
        return RegionAnswer(
            code=self.code,
            name=self.name,
            version=_version(self.model_dump_json()),
            offices={Issuer.HRSS: _wire(self.offices.hrss), Issuer.NHSA: _wire(self.offices.nhsa)},
            issuers={Issuer.HRSS: self.issuers.hrss, Issuer.NHSA: self.issuers.nhsa},
            tax_office=_wire(self.offices.tax),
            base_limits={
                year: BaseLimitsWire.model_validate(limits.model_dump())
                for year, limits in sorted(self.base_limits.items())
            },
            details_on_card_read=self.details_on_card_read,
            resident_medical={
                year: YearlyPremiumWire.model_validate(premium.model_dump())
                for year, premium in sorted(self.resident_medical.items())
            },
        )


def _wire(office: _Office) -> OfficeWire:
    return OfficeWire.model_validate(office.model_dump())


def _version(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def published(
    region: RegionAnswer, taken: Container[QrChannel], seal_keys: Iterable[SealKey]
) -> RegionAnswer:
    """The region as a centre with these gateways and keys publishes it: another version than with others."""
    channels = tuple(one for one in QrChannel if one in taken)
    keys = tuple(SealKeyWire.of(key) for key in seal_keys)
    if not (channels or keys):
        return region
    told = (region.version, *channels, *(key.model_dump_json() for key in keys))
    more = {"qr_channels": channels, "seal_keys": keys, "version": _version(" ".join(told))}
    return region.model_copy(update=more)


def load_region(path: Path) -> RegionAnswer:
    """Raises `BadToml`."""
    return read_toml(path, RegionFile).to_answer()
