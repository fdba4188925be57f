"""What a key stands for: a fingerprint of the payload, compared for ever."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from kiosk.contract.wire import RequestModel


def fingerprint(payload: RequestModel) -> bytes:
    """SHA-256 of the payload's meaning: the order of members and the zone of an instant do not matter.

    Kept for ever, so it may never come out differently: a member that the contract gains later must be None
    where it was not sent.
    """
    members = payload.model_dump(mode="json", exclude_none=True)
    for name in type(payload).model_fields:
        value = getattr(payload, name)
        if isinstance(value, datetime):
            members[name] = value.astimezone(UTC).isoformat()
    text = json.dumps(members, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
