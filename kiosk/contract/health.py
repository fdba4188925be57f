"""`GET /v1/health`: whether the centre answers, and what time it has. Needs no token."""

from __future__ import annotations

from typing import Literal

from kiosk.contract.wire import Instant, WireModel


class HealthAnswer(WireModel):
    status: Literal["ok"]
    now: Instant
    """The centre's clock: device tokens are judged by it, so a terminal can learn how far it strays."""
