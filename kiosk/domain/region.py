"""The region's own facts 统筹区: offices, rules, switches. Data by year, never code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.bills import YearlyPremium
from kiosk.domain.insurance import Branch, Kind
from kiosk.domain.money import Money
from kiosk.domain.tenders import QrChannel


@dataclass(frozen=True, slots=True)
class Office:
    """经办机构: where a matter belongs."""

    name: str
    address: str
    telephone: str
    hours: str
    """Opening hours, in words."""


class Issuer(StrEnum):
    """Who answers for a paper: pensions, unemployment and work injury HRSS, medical and maternity NHSA."""

    HRSS = "hrss"
    """人力资源和社会保障局"""
    NHSA = "nhsa"
    """医疗保障局"""

    @classmethod
    def of(cls, kind: Kind) -> Issuer:
        return cls.NHSA if kind.branch in (Branch.MEDICAL, Branch.MATERNITY) else cls.HRSS


@dataclass(frozen=True, slots=True)
class BaseLimits:
    """缴费基数上下限 of one year: 60 % and 300 % of the average wage; fen a month."""

    floor: Money
    ceiling: Money


@dataclass(frozen=True, slots=True)
class Region:
    """A region as the centre publishes it, one version of it."""

    code: str
    name: str
    version: str
    offices: Mapping[Issuer, Office]
    """The office that answers for each issuer's kinds."""
    issuers: Mapping[Issuer, str]
    """The issuers' full names, as papers carry them."""
    tax_office: Office
    """税务: collects the premiums of employers."""
    base_limits: Mapping[int, BaseLimits]
    """By year; a year without limits is not judged."""
    details_on_card_read: bool
    """Whether details and papers are given on a card that was only read (docs/facts/central-api.md)."""
    resident_medical: Mapping[int, YearlyPremium] = field(default_factory=dict)
    """城乡居民医保 by the year that is paid for."""
    qr_channels: frozenset[QrChannel] = frozenset()
    """扫码支付: through which of them the centre takes money; without any, bank cards are left."""

    def office(self, kind: Kind) -> Office:
        return self.offices[Issuer.of(kind)]
