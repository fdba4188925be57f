"""Which backend hands over the vault's key: a pinned choice, told in the settings.

Apart from `keys`, which loads `keyring`: settings are read before the first page is painted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


class KeyBackend(StrEnum):
    """The backends there are; each is a pinned choice."""

    SYSTEMD_CREDENTIALS = "systemd-credentials"
    SECRET_SERVICE = "secret-service"  # noqa: S105 - a name
    DEMO_KEY_FILE = "demo-key-file"


@dataclass(frozen=True, slots=True)
class KeySource:
    """A backend and the key's `name` in it; `file` is where a demo key file lies, and of no other backend."""

    backend: KeyBackend
    name: str
    file: Path | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"key name {self.name!r}: letters, digits, '_', '.', '-', at most 64")
        if (self.file is not None) != (self.backend is KeyBackend.DEMO_KEY_FILE):
            raise ValueError(f"a {KeyBackend.DEMO_KEY_FILE} has a file, the other backends have none")
