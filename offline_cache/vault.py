"""The vault: one SQLCipher database that several processes write, each write durable when it returns."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from offline_cache.errors import (
    VaultBusy,
    VaultError,
    VaultExposed,
    VaultFailed,
    VaultTooNew,
    VaultUnreadable,
)
from offline_cache.locks import LockHeld, ProcessLock
from offline_cache.schema import MIGRATIONS
from offline_cache.secret import VaultKey
from offline_cache.sql import BUSY_LIMIT, Connection, Row, Value

OPENING_LIMIT = 10.0  # seconds to wait while another process opens, creates or migrates the same vault
_COMPANIONS = ("-wal", "-shm")
_DAMAGE_SHOWN = 20

Migrations = Sequence[Sequence[str]]


class Transaction:
    """What may be said within one `Vault.write`; useless after it."""

    def __init__(self, connection: Connection) -> None:
        self._connection: Connection | None = connection

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Every row of one statement."""
        return self._live().rows(sql, values)

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one INSERT, UPDATE or DELETE; how many rows it changed."""
        return self._live().change(sql, values)

    def end(self) -> None:
        """No statement after this: it would commit by itself, unchecked."""
        self._connection = None

    def _live(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("this transaction has ended")
        return self._connection


class Vault:
    """An open vault, used only by the thread that opened it (see `VaultThread`).

    WAL with `synchronous=FULL`: each `write` is one commit and one sync, and what it wrote is there after a
    power cut. Any number of processes may hold one vault; nobody may `open()` its files in a process that
    holds it: closing such a descriptor drops SQLite's POSIX locks. See `docs/facts/offline.md` §1 and §5.
    """

    def __init__(self, connection: Connection, schema: int) -> None:
        """Use `Vault.open`."""
        self._connection = connection
        self._schema = schema

    @classmethod
    def open(
        cls,
        path: Path,
        key: VaultKey,
        *,
        migrations: Migrations = MIGRATIONS,
        busy_limit: float = BUSY_LIMIT,
    ) -> Vault:
        """Open the vault at `path`, or create it whole (directory 0700, files 0600), and migrate it.

        A writer waits at most `busy_limit` seconds for another one. The key is read, not kept. Raises
        `VaultUnreadable` (wrong key, damage), `VaultTooNew`, `VaultExposed`, `VaultBusy`, `VaultFailed`,
        `UnsafeSqlite`, `KeyWiped`.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_private(path.parent, 0o700)
            with _opening(path):
                if not path.exists():
                    _create(path, key, migrations)
                _require_sound_files(path)
                return _opened(path, key, migrations, busy_limit)
        except OSError as error:
            raise VaultFailed(path, str(error)) from error

    @property
    def path(self) -> Path:
        """The database file."""
        return self._connection.path

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Every row of one SELECT, in a read transaction that is over when this returns."""
        return self._connection.rows(sql, values)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that begins as a writer; committed and synced when its `with` ends, or rolled back.

        Keep it short: no device, no network inside. Raises `VaultBusy`, `VaultTooNew` when another process
        migrated the vault meanwhile, `VaultFailed` when the disk refused: then nothing is acknowledged.
        """
        with _writing(self._connection) as transaction:
            found = _schema_of(self._connection)
            if found != self._schema:
                raise VaultTooNew(self.path, found, self._schema)
            yield transaction

    def damage(self) -> tuple[str, ...]:
        """What a full check finds wrong, at most twenty lines: each page's HMAC, then SQLite's own structure.

        Reads the whole file: for a self-test, not for a start. Close a vault with damage after this:
        SQLCipher would report the error again for sound pages.
        """
        try:
            self._connection.rows("PRAGMA wal_checkpoint(PASSIVE)")  # the HMAC check sees the main file only
            found = self._connection.rows("PRAGMA cipher_integrity_check")
            found = found or self._connection.rows(f"PRAGMA integrity_check({_DAMAGE_SHOWN})")
        except VaultUnreadable as error:
            return (error.cause,)
        return tuple(str(line) for (line,) in found[:_DAMAGE_SHOWN] if line != "ok")

    def close(self) -> None:
        """Close; the last process to do so also folds the WAL into the file. May be called again."""
        self._connection.close()

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    # Two processes that create one vault at once would refuse each other at the switch to WAL.
    lock = ProcessLock(_beside(path, ".opening"))
    try:
        lock.acquire(OPENING_LIMIT)
    except LockHeld as held:
        raise VaultBusy(path, OPENING_LIMIT) from held
    try:
        yield
    finally:
        lock.release()


def _opened(path: Path, key: VaultKey, migrations: Migrations, busy_limit: float) -> Vault:
    connection = Connection(path, key, busy_limit)
    try:
        _migrate(connection, migrations)
    except BaseException:
        connection.close()
        raise
    return Vault(connection, len(migrations))


def _create(path: Path, key: VaultKey, migrations: Migrations) -> None:
    # Made beside and renamed when whole: an empty file under the vault's own name is always damage.
    for companion in _COMPANIONS:
        if _beside(path, companion).exists():
            raise VaultUnreadable(path, f"the file is gone but its {companion} is there")
    unfinished = _beside(path, ".new")
    for suffix in ("", "-journal", *_COMPANIONS):
        _beside(unfinished, suffix).unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    _opened(unfinished, key, migrations, BUSY_LIMIT).close()
    unfinished.rename(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _migrate(connection: Connection, migrations: Migrations) -> None:
    if _schema_of(connection) == len(migrations):
        return
    with _writing(connection) as transaction:
        found = _schema_of(connection)  # another process may have migrated while this one waited
        if found > len(migrations):
            raise VaultTooNew(connection.path, found, len(migrations))
        for migration in migrations[found:]:
            for statement in migration:
                transaction.rows(statement)
        transaction.rows(f"PRAGMA user_version = {len(migrations)}")


@contextmanager
def _writing(connection: Connection) -> Iterator[Transaction]:
    connection.rows("BEGIN IMMEDIATE")
    transaction = Transaction(connection)
    try:
        yield transaction
        connection.rows("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            _roll_back(connection, error)
        raise
    finally:
        transaction.end()


def _roll_back(connection: Connection, cause: BaseException) -> None:
    try:
        connection.rows("ROLLBACK")
    except VaultError as error:
        # The first error is the one that says what happened; without a rollback the connection is of no use.
        cause.add_note(f"and the rollback failed: {error}")
        connection.close()


def _schema_of(connection: Connection) -> int:
    return int(connection.rows("PRAGMA user_version")[0][0])


def _require_sound_files(path: Path) -> None:
    if path.stat().st_size == 0:
        raise VaultUnreadable(path, "the file is empty")
    for file in (path, *(_beside(path, companion) for companion in _COMPANIONS)):
        if file.exists():
            _require_private(file, 0o600)


def _require_private(path: Path, mode: int) -> None:
    # stat, never open: see the class on POSIX locks.
    found = path.stat()
    if found.st_uid != os.geteuid():
        raise VaultExposed(
            path,
            f"belongs to user {found.st_uid}, this program runs as {os.geteuid()}",
            "run it as the owner",
        )
    if stat.S_IMODE(found.st_mode) & ~mode:
        raise VaultExposed(
            path,
            f"has mode {stat.S_IMODE(found.st_mode):04o}, others may enter",
            f"make it private: chmod {mode:o} {path}",
        )


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
