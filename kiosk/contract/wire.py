"""What every wire model shares: how months, money and times are written in JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from kiosk.domain.money import Money
from kiosk.domain.months import Month


class WireModel(BaseModel):
    """A frozen message. A field that the contract does not name is passed over: terminals in the field are
    older than their centre.

    A validation error never quotes its input: it would carry names and numbers into a log.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class RequestModel(WireModel):
    """What a terminal asks. A field that the centre does not know is refused: it would be asked in vain."""

    model_config = ConfigDict(extra="forbid")


def _month(value: object) -> Month:
    if isinstance(value, Month):
        return value
    if isinstance(value, str):
        return Month.parse(value)
    raise ValueError("a month is a string YYYY-MM")


def _money(value: object) -> Money:
    if isinstance(value, Money):
        return value
    if type(value) is int:
        return Money(value)
    raise ValueError("money is a whole number of fen")


WireMonth = Annotated[
    Month,
    BeforeValidator(_month),
    PlainSerializer(Month.iso, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "examples": ["2019-01"]}),
]
Fen = Annotated[
    Money,
    BeforeValidator(_money),
    PlainSerializer(lambda money: money.fen, return_type=int),
    WithJsonSchema({"type": "integer", "description": "fen (分)"}),
]
Instant = AwareDatetime
"""RFC 3339 with zone."""
ShortText = Annotated[str, Field(min_length=1, max_length=200)]
