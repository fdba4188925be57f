"""Codes that people read, type and say."""

from __future__ import annotations

import secrets
from typing import Final

from kiosk.contract.seals.claims import CODE_SIGNS

_GROUP_LENGTH: Final = 4


def random_group() -> str:
    """20 random bits as four signs."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(_GROUP_LENGTH))


def random_code(groups: int) -> str:
    """`XXXX-XXXX-…`: 20 random bits a group."""
    return "-".join(random_group() for _ in range(groups))
