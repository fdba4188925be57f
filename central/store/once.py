"""Writing a row that may be there already."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """False, and nothing written, where a row stands in the way; under PostgreSQL it waits for another
    transaction that is just writing it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    # By what comes back, not by `rowcount`: that is unknown for an insert under psycopg.
    written = dialect.insert(table).values(values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(written).first() is not None
