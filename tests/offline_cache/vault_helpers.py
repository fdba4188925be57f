"""What the vault's tests share: a key, an instant, a way to start other processes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime

from offline_cache.secret import VaultKey

KEY_HEX = "5c" * 32
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

Start = Callable[..., "subprocess.Popen[str]"]


def vault_key() -> VaultKey:
    """The tests' key, fresh: opening wipes it."""
    return VaultKey(bytearray.fromhex(KEY_HEX))
