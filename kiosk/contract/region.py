"""`GET /v1/region`: the region's facts, versioned by ETag."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from kiosk.contract.seals.keys import ReadableSealKeys
from kiosk.contract.wire import Fen, ShortText, WireModel
from kiosk.domain.bills import Window, YearlyPremium
from kiosk.domain.region import BaseLimits, Issuer, Office, Region
from kiosk.domain.tenders import QrChannel

_KNOWN_CHANNELS = frozenset(QrChannel)


def _known_channels(value: object) -> object:
    """Without those of a newer centre: a terminal that knew nothing of its region could do nothing at all."""
    if isinstance(value, list | tuple):
        return tuple(one for one in value if not isinstance(one, str) or one in _KNOWN_CHANNELS)
    return value


class OfficeWire(WireModel):
    name: ShortText
    address: ShortText
    telephone: ShortText
    hours: ShortText

    def to_domain(self) -> Office:
        return Office(self.name, self.address, self.telephone, self.hours)


class BaseLimitsWire(WireModel):
    floor_fen: Fen
    ceiling_fen: Fen


class YearlyPremiumWire(WireModel):
    amount_fen: Fen
    first_day: date
    last_day: date

    def to_domain(self) -> YearlyPremium:
        return YearlyPremium(self.amount_fen, Window(self.first_day, self.last_day))


class RegionAnswer(WireModel):
    code: ShortText
    name: ShortText
    version: ShortText
    offices: dict[Issuer, OfficeWire]
    issuers: dict[Issuer, ShortText]
    tax_office: OfficeWire
    base_limits: dict[int, BaseLimitsWire]
    details_on_card_read: bool
    resident_medical: dict[int, YearlyPremiumWire] = Field(default_factory=dict)
    """By the year that is paid for."""
    qr_channels: Annotated[tuple[QrChannel, ...], BeforeValidator(_known_channels)] = ()
    """Through which gateways this centre takes payments by QR code. A terminal passes over unknown ones."""
    seal_keys: ReadableSealKeys = ()
    """签章公钥: with which the bureaus' seals are checked; anyone's without a token at `/v1/seal-keys`."""

    def to_domain(self) -> Region:
        return Region(
            code=self.code,
            name=self.name,
            version=self.version,
            offices={issuer: office.to_domain() for issuer, office in self.offices.items()},
            issuers=dict(self.issuers),
            tax_office=self.tax_office.to_domain(),
            base_limits={
                year: BaseLimits(limits.floor_fen, limits.ceiling_fen)
                for year, limits in self.base_limits.items()
            },
            details_on_card_read=self.details_on_card_read,
            resident_medical={year: premium.to_domain() for year, premium in self.resident_medical.items()},
            qr_channels=frozenset(self.qr_channels),
        )
