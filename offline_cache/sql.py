"""The connection: the one module that speaks to `sqlcipher3`, and where its errors become the vault's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher

from offline_cache.errors import UnsafeSqlite, VaultBusy, VaultClosed, VaultFailed, VaultUnreadable
from offline_cache.secret import VaultKey

Value = str | bytes | int | None
Row = tuple[Any, ...]
T = TypeVar("T")

OLDEST_SAFE_SQLITE = (3, 51, 3)
BUSY_LIMIT = 5.0  # seconds a writer waits for another process's transaction
_TWO_HEX_DIGITS = tuple(f"{octet:02x}".encode() for octet in range(256))


def require_safe_sqlite(found: tuple[int, ...] = sqlcipher.sqlite_version_info) -> None:
    """Raise `UnsafeSqlite` for a version with the WAL fault (`docs/facts/offline.md` §1)."""
    if found < OLDEST_SAFE_SQLITE:
        raise UnsafeSqlite(".".join(map(str, found)), ".".join(map(str, OLDEST_SAFE_SQLITE)))


class Connection:
    """One SQLCipher connection, of the thread that opened it. Leaves no cursor open: every row is fetched."""

    def __init__(self, path: Path, key: VaultKey, busy_limit: float) -> None:
        """Open the existing file `path` in WAL mode with full syncs.

        Raises `VaultUnreadable`, `VaultBusy`, `VaultFailed`, `UnsafeSqlite`, `KeyWiped`.
        """
        require_safe_sqlite()
        self.path = path
        self._busy_limit = busy_limit
        self._closed = False
        self._raw = self._run(self._connected)
        try:
            self._prepare(key)
        except BaseException:
            self.close()
            raise

    def _connected(self) -> Any:
        # mode=rw: a file that went away between the checks and here is an error, not a new vault.
        return sqlcipher.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=self._busy_limit,
        )

    def _prepare(self, key: VaultKey) -> None:
        # SQLCipher's log would write to stderr what the errors here say.
        self._script("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON")
        _set_raw_key(self._raw, key)
        mode = self.rows("PRAGMA journal_mode = WAL")[0][0]  # reads the first page: a wrong key shows here
        if mode != "wal":
            raise VaultFailed(self.path, f"this file system gives journal mode {mode!r} where WAL is needed")
        self._script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and fetch all it gives. Raises the `VaultError`s."""
        return self._run(self._fetched, sql, values)

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one INSERT, UPDATE or DELETE; how many rows it changed. Raises the `VaultError`s."""
        return self._run(self._changed, sql, values)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; false once closed."""
        return not self._closed and bool(self._raw.in_transaction)

    def close(self) -> None:
        """Close; an open transaction is rolled back. May be called again."""
        if not self._closed:
            self._closed = True
            self._raw.close()

    def _script(self, sql: str) -> None:
        # Unlike `execute` this keeps no prepared statement: too many of them slow down all the others
        # (`docs/facts/offline.md` §1).
        self._run(self._raw.executescript, sql)

    def _fetched(self, sql: str, values: Sequence[Value]) -> list[Row]:
        answer: list[Row] = self._raw.execute(sql, values).fetchall()
        return answer

    def _changed(self, sql: str, values: Sequence[Value]) -> int:
        changed: int = self._raw.execute(sql, values).rowcount
        return changed

    def _run(self, call: Callable[..., T], *arguments: object) -> T:
        """What `call` answers; its errors as the vault's."""
        if self._closed:
            raise VaultClosed(self.path)
        try:
            return call(*arguments)
        except sqlcipher.DatabaseError as error:
            # An extended result code carries the primary one in its low octet. `sqlcipher3` refuses misuse
            # (another thread's connection) without any code.
            code = getattr(error, "sqlite_errorcode", sqlcipher.SQLITE_MISUSE) & 0xFF
            if code in {sqlcipher.SQLITE_NOTADB, sqlcipher.SQLITE_CORRUPT}:
                raise VaultUnreadable(self.path, str(error)) from error
            if code == sqlcipher.SQLITE_BUSY:
                raise VaultBusy(self.path, self._busy_limit) from error
            if code == sqlcipher.SQLITE_IOERR:
                self.close()
                raise VaultFailed(self.path, str(error)) from error
            if code in {sqlcipher.SQLITE_FULL, sqlcipher.SQLITE_READONLY, sqlcipher.SQLITE_CANTOPEN}:
                raise VaultFailed(self.path, str(error)) from error
            raise


def _set_raw_key(raw: Any, key: VaultKey) -> None:
    # SQLCipher takes the spelling x'64 hex digits' as the key itself instead of stretching a passphrase.
    # It is spelled into a buffer that can be wiped: `bytes.hex` would leave copies that cannot.
    spelled = bytearray(b"x'" + bytes(2 * len(key.octets)) + b"'")
    try:
        for place, octet in enumerate(key.octets):
            spelled[2 + 2 * place : 4 + 2 * place] = _TWO_HEX_DIGITS[octet]
        raw.set_key(spelled)
    finally:
        spelled[:] = bytes(len(spelled))
