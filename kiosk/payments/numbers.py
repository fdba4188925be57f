"""Numbers and keys that are born with a payment, once."""

from __future__ import annotations

import secrets

_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without 0 O 1 I: a resident reads the number to somebody over the telephone."""


def new_payment_number(terminal: str) -> str:
    """支付编号: `T001-K7Q2-M9XA-4TBN`, 60 random bits behind the terminal's id."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))
    return "-".join((terminal, *groups))


def new_key() -> str:
    """An idempotency key: 192 random bits (docs/facts/central-api.md §10)."""
    return secrets.token_urlsafe(24)
