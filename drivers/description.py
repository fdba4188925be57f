"""Things described in a TOML file: read strictly, each mistake named with its key and what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails


class DescriptionError(ValueError):
    """The file describes no such thing. Each problem names the key and what is allowed."""

    thing: ClassVar = "the file"
    """What a problem is about that is no single key's."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = problems


class Table(BaseModel):
    """A table of the file, or the whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def keys(cls) -> list[str]:
        """As a technician writes them."""
        return [field.alias or name for name, field in cls.model_fields.items()]


T = TypeVar("T", bound=Table)


def read_toml(path: Path, error: type[DescriptionError]) -> Mapping[str, Any]:
    """What the file says. Raises `error`, or `OSError` where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise error(path, (f"not TOML: {wrong}",)) from None


def described(
    path: Path,
    whole: type[T],
    tables: Mapping[str, type[Table]],
    error: type[DescriptionError],
) -> T:
    """The file as a `whole`; `tables` are those within it. Raises `error` or `OSError`."""
    try:
        return whole.model_validate(read_toml(path, error))
    except ValidationError as wrong:
        # Without the input: it may be a name or a number.
        details = wrong.errors(include_input=False, include_url=False)
        problems = tuple(_problem(each, whole, tables, error.thing) for each in details)
        raise error(path, problems) from None


def _problem(each: ErrorDetails, whole: type[Table], tables: Mapping[str, type[Table]], thing: str) -> str:
    """`fault.3.at: …`; what there are many of is counted from 1, as a person does."""
    location = each["loc"]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or thing
    if each["type"] != "extra_forbidden":
        return f"{key}: {each['msg'].removeprefix('Value error, ')}"
    table = tables.get(str(location[0]), whole) if len(location) > 1 else whole
    return f"{key}: no such key; allowed are {', '.join(table.keys())}"
