"""Settings of the centre as TOML files, read once at start; with an unknown key or a bad value there is no
start."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails


class BadToml(Exception):
    """The file is unusable. The message names the file and, for each fault, line, key and what is allowed."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))


class Table(BaseModel):
    """A table whose keys are all known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


T = TypeVar("T", bound=Table)


def read_toml(path: Path, of: type[T]) -> T:
    """Raises `BadToml`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadToml(path, [f"cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise BadToml(path, ["is not UTF-8"]) from error
    try:
        return of.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadToml(path, [f"is no TOML: {error}"]) from error
    except ValidationError as error:
        raise BadToml(path, [_told(text, of, one) for one in error.errors()]) from error


def _told(text: str, of: type[Table], error: ErrorDetails) -> str:
    steps = [str(step) for step in error["loc"] if step != "[key]"]
    line = _line_of(text, steps)
    where = f"line {line}, {'.'.join(steps)}" if line is not None else ".".join(steps)
    match error["type"]:
        case "extra_forbidden":
            return f"{where}: unknown key; allowed: {', '.join(_keys(of, steps[:-1]))}"
        case "missing":
            return f"{where}: missing"
        case _:
            return f"{where}: {error['msg']}"


def _keys(of: type[Table], steps: Sequence[str]) -> list[str]:
    """The keys allowed in the table at `steps`."""
    table: type[BaseModel] = of
    kind: Any = of
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
