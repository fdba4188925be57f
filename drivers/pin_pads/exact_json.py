"""JSON whose numbers stay exact: fractions are `Decimal`, in both directions, never float.

`json` writes no Decimal; so writing is done here.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NoReturn, TypeAlias

Json: TypeAlias = "bool | int | Decimal | str | Sequence[Json] | Mapping[str, Json] | None"


class BadJson(ValueError):
    """Bytes that are no JSON, or JSON that can be read in two ways."""


def write_json(value: Json) -> str:
    """The text of a value.

    Raises:
        ValueError: a Decimal is no number.
    """
    match value:
        case None | bool() | int():
            return json.dumps(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"{value} cannot be written in JSON")
            return format(value, "f")
        case Mapping():
            members = (f"{write_json(key)}:{write_json(item)}" for key, item in value.items())
            return "{" + ",".join(members) + "}"
        case _:
            return "[" + ",".join(map(write_json, value)) + "]"


def read_json(data: bytes) -> Json:
    """The value of a UTF-8 text.

    Raises:
        BadJson: it is none, nests too deeply, holds NaN or the like, or names a member twice: two amounts
            in one answer would be one too many.
    """
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            parse_float=_decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_named_once,
        )
    except (ValueError, RecursionError) as error:
        raise BadJson(str(error)) from error
    return value


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:  # an exponent beyond all bounds
        raise BadJson("a number beyond all bounds") from error


def _no_constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is no JSON")


def _named_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadJson("a member is named twice")
    return members
