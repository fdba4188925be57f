"""Instants as the vault stores them: whole microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_stored(instant: datetime) -> int:
    """Microseconds since the epoch, exact. Raises `ValueError` for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone")
    return (instant - _EPOCH) // _MICROSECOND


def from_stored(microseconds: int) -> datetime:
    """The same instant, in UTC."""
    return _EPOCH + microseconds * _MICROSECOND
