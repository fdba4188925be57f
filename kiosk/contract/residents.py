"""`POST /v1/residents/identify`: who the card's owner is, and a session for him."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainSerializer, SecretStr, WithJsonSchema

from kiosk.contract.wire import Instant, RequestModel, ShortText, WireModel
from kiosk.domain.assurance import Evidence
from kiosk.domain.resident import Resident

SessionToken = Annotated[
    SecretStr,
    PlainSerializer(SecretStr.get_secret_value, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "description": "256 random bits, base64url"}),
]
"""256 random bits; written out on the wire only, never in a `repr`."""


CardId = Annotated[str, Field(pattern=r"^[0-9A-F]{32}$")]
"""卡识别码: 16 bytes in hex"""
CardNumber = Annotated[str, Field(max_length=9)]
"""卡号"""
NumberSaid = Annotated[str, Field(pattern=r"^([0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{3}[0-9]{12})$")]
"""社会保障号码: of 18 characters, or of 15 on old cards and on some of foreign residents. Whether it is
anybody's is the centre's to judge."""


class CardSaid(RequestModel):
    """What was read from the card: its id (generation 3), or its owner's number and name, or all of them.

    A number without a name identifies nobody. Nothing of it shows in a `repr`.
    """

    card_id: Annotated[CardId | None, Field(repr=False)] = None
    card_number: Annotated[CardNumber | None, Field(repr=False)] = None
    citizen_number: Annotated[NumberSaid | None, Field(repr=False)] = None
    name: Annotated[ShortText | None, Field(repr=False)] = None
    latin_name: Annotated[ShortText | None, Field(repr=False)] = None
    """英文姓名, beside a Chinese name: a foreign resident's record has the one or the other."""


class IdentifyRequest(RequestModel):
    card: CardSaid
    evidence: Evidence


class ResidentAnswer(WireModel):
    reference: ShortText
    surname: ShortText
    masked_name: ShortText
    masked_number: ShortText


class SessionAnswer(WireModel):
    token: SessionToken
    """Sent back as `X-Session`; bound to the device key, ends 10 min after the last call, 30 min at most."""
    ends_at: Instant


class IdentifyAnswer(WireModel):
    resident: ResidentAnswer
    session: SessionAnswer
    evidence: Evidence
    """What the centre accepts of the evidence claimed."""

    def to_resident(self) -> Resident:
        one = self.resident
        return Resident(one.reference, self.evidence, one.surname, one.masked_name, one.masked_number)
