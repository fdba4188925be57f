"""Opening the database and its transactions, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from central.store.tables import metadata

_POOL_WAIT_S = 10
_BUSY_WAIT_MS = 5000


class DatabaseUnusable(Exception):
    """The `--database-url` cannot be used; the message says why and what to do."""


def default_database_url() -> str:
    """A SQLite file in the user's state directory (XDG base directories)."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return f"sqlite:///{state / 'bianmin' / 'central.sqlite3'}"


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnusable(
            "the database URL cannot be read; allowed: sqlite:///FILE, postgresql://USER@HOST/NAME"
        ) from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database in (None, "", ":memory:"):
            raise DatabaseUnusable("SQLite in memory is another database in each thread; name a file")
        case "sqlite":
            return parsed
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise DatabaseUnusable(f"no support for {other!r}; allowed: sqlite:///FILE, postgresql://…")


def _engine(url: URL) -> Engine:
    # Parameters hold citizen numbers: they must not stand in an exception's message, hence in a log.
    try:
        return create_engine(url, hide_parameters=True, pool_timeout=_POOL_WAIT_S)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise DatabaseUnusable(
            "PostgreSQL needs the driver psycopg 3, which is not installed: "
            "pip install 'psycopg[binary]', or leave --database-url out for SQLite"
        ) from None


def _prepare_sqlite(engine: Engine) -> None:
    """WAL, every commit on the disk, and transactions begun by us: the driver's own begin too late."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_WAIT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _lacking(connection: Connection) -> list[str]:
    """`table.column` of every column that the database does not have."""
    found = inspect(connection)
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for there in [{one["name"] for one in found.get_columns(table.name)}]
        for column in table.columns
        if column.name not in there
    ]


class Database:
    """One database. Transactions are short: none spans a request's network waits."""

    def __init__(self, url: str) -> None:
        """Raises `DatabaseUnusable`; connects only when first used."""
        self._url = _parsed(url)
        self._engine = _engine(self._url)
        if self._url.get_backend_name() == "sqlite":
            _prepare_sqlite(self._engine)

    @property
    def url(self) -> str:
        """With its password hidden."""
        return self._url.render_as_string(hide_password=True)

    def require_there(self) -> None:
        """Raises `DatabaseUnusable` where a SQLite file is not there: it would be made, and be empty."""
        if self._url.get_backend_name() == "sqlite" and not Path(self._url.database or "").exists():
            raise DatabaseUnusable(f"{self.url}: no such file")

    def create_tables(self) -> None:
        """Makes what is missing. Raises `DatabaseUnusable` where the database cannot be opened, or where a
        table lacks columns: an older version of this program made it."""
        try:
            if self._url.get_backend_name() == "sqlite" and self._url.database:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self.writing() as connection:
                metadata.create_all(connection)
                lacking = _lacking(connection)
        except (OperationalError, OSError) as error:
            reason = error.orig if isinstance(error, OperationalError) else error
            raise DatabaseUnusable(f"{self.url} cannot be opened: {reason}") from error
        if lacking:
            raise DatabaseUnusable(
                f"{self.url} was made by an older version and lacks {', '.join(lacking)}: "
                "add the columns, or name another database"
            )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view; nothing written in it stays."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed at the end, undone by an exception."""
        with self._engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        self._engine.dispose()
