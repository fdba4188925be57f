"""How a terminal names itself: a short JWT on every call, signed by its device key.

The rules stand in docs/facts/central-api.md.
"""

from __future__ import annotations

from typing import Final

DEVICE_TOKEN_LIFE_S: Final = 60
"""The longest life a device token may claim."""
DEVICE_TOKEN_LEEWAY_S: Final = 30
"""How far a terminal's clock may stray from the centre's."""
DEVICE_TOKEN_AUDIENCE: Final = "bianmin-central"  # noqa: S105 a name, no secret
DEVICE_TOKEN_ALGORITHM: Final = "EdDSA"  # noqa: S105 a name, no secret
"""Ed25519. Claims: `iss` (terminal id), `aud`, `iat`, `exp`, `jti`; sent as `Authorization: Bearer …`."""
SESSION_HEADER: Final = "X-Session"
