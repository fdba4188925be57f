"""What can be wrong with a vault. Each error names the vault and what a person can do."""

from __future__ import annotations

from pathlib import Path


class VaultError(Exception):
    """Base of the errors about one vault; `path` is its database file."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class VaultUnreadable(VaultError):
    """The file does not open under this key, or a page fails its HMAC: wrong key, copied, damaged."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            path,
            f"unreadable ({cause}). It was written under another key, or is damaged. Give it the key it was "
            "made with; if that does not open it, move the file with its -wal and -shm away, keep them for "
            "whoever has to recover what waits there, and start with a new vault",
        )
        self.cause = cause


class VaultTooNew(VaultError):
    """The vault's schema is newer than this program knows."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            path,
            f"has schema {found}, this program knows {known} at most: start the version of the program that "
            "wrote it, or a later one",
        )
        self.found = found
        self.known = known


class VaultBusy(VaultError):
    """Another process held the vault for longer than the time limit; nothing was written."""

    def __init__(self, path: Path, waited: float) -> None:
        super().__init__(
            path, f"another process held the vault for more than {waited:g} s; nothing was written"
        )
        self.waited = waited


class VaultFailed(VaultError):
    """The disk refused (I/O error, full, read-only). What was being written is not acknowledged.

    After an I/O error the vault is closed: a sync that failed must never be tried again
    (`docs/facts/offline.md` §1); open the vault anew.
    """

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            path,
            f"the disk failed ({cause}); nothing was acknowledged. Look at its space and health, then reopen",
        )
        self.cause = cause


class VaultClosed(VaultError):
    """The vault was closed, by its owner or after an I/O error."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "is closed; open it anew")


class VaultExposed(VaultError):
    """The vault's file or directory belongs to another user, or others may enter it."""

    def __init__(self, path: Path, what: str, remedy: str) -> None:
        super().__init__(path, f"{what}; {remedy}")
        self.remedy = remedy


class UnsafeSqlite(Exception):
    """The SQLite inside `sqlcipher3` is one that can corrupt a WAL with several connections."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"sqlcipher3 brings SQLite {found}; a WAL with several connections is safe from {needed} on. "
            "Install sqlcipher3 0.6.4 or later"
        )
        self.found = found
        self.needed = needed
