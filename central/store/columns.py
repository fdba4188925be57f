"""How the domain's values lie in columns; nothing above the store sees the stored form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import BigInteger, Dialect, Enum, Integer, TypeDecorator

from kiosk.clock import CHINA
from kiosk.domain.money import Money
from kiosk.domain.months import Month

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_kept(instant: datetime) -> datetime:
    """The instant as it comes back from the database: in whole milliseconds, in China's time."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000).astimezone(CHINA)


class InstantColumn(TypeDecorator[datetime]):
    """An instant in whole milliseconds since 1970-01-01T00:00Z: SQLite keeps no zones."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else (value - _EPOCH) // timedelta(milliseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else (_EPOCH + timedelta(milliseconds=value)).astimezone(CHINA)


class MonthColumn(TypeDecorator[Month]):
    """A month as the number YYYYMM, so that it sorts."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Month | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else value.year * 100 + value.month

    def process_result_value(self, value: int | None, dialect: Dialect) -> Month | None:  # noqa: ARG002
        return None if value is None else _month(value)


@lru_cache(maxsize=4096)
def _month(number: int) -> Month:
    # A ledger names the same few hundred months thousands of times.
    return Month(*divmod(number, 100))


class MoneyColumn(TypeDecorator[Money]):
    """Fen."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else value.fen

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:  # noqa: ARG002
        return None if value is None else Money(value)


def code_column(of: type[StrEnum]) -> Enum:
    """An enumeration by its values, as plain text: a new member needs no migration."""
    return Enum(of, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members])
