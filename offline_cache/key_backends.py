"""Keyring backends for terminals and for the demo. Each is constructed by name, never discovered.

Neither gives `keyring` a priority, so its own search for a backend passes them over.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordSetError

CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
_MOST_OCTETS = 4096


class SystemdCredentials(KeyringBackend):
    """A credential that systemd unsealed for this unit: `$CREDENTIALS_DIRECTORY/<service>`, read-only.

    systemd.exec(5), `LoadCredentialEncrypted=`; `docs/facts/offline.md` §2.
    """

    def __init__(self) -> None:
        pass  # the base would let KEYRING_PROPERTY_… variables replace attributes of a pinned backend

    def get_password(self, service: str, username: str) -> str | None:  # noqa: ARG002 - keyring's signature
        """The credential named `service`. Raises `KeyringError`."""
        directory = os.environ.get(CREDENTIALS_VARIABLE)
        if directory is None:
            raise KeyringError(f"${CREDENTIALS_VARIABLE} is not set: systemd gave this process no credential")
        try:
            with (Path(directory) / service).open(encoding="utf-8", errors="replace") as credential:
                return credential.read(_MOST_OCTETS).strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyringError(str(error)) from error

    def set_password(self, service: str, username: str, password: str) -> None:  # noqa: ARG002
        """Always raises `PasswordSetError`: systemd-creds(1) seals credentials, their reader cannot."""
        raise PasswordSetError("systemd credentials are sealed with systemd-creds, not from here")


class KeyFile(KeyringBackend):
    """A file of one secret with mode 0600 that this user owns. Nothing else protects it: demo only."""

    def __init__(self, path: Path) -> None:
        self._path = path  # not the base's __init__: see SystemdCredentials

    def get_password(self, service: str, username: str) -> str | None:  # noqa: ARG002
        """The file's text. Raises `KeyringError` for another owner or mode, or anything but a plain file."""
        try:
            # A fifo would block without O_NONBLOCK.
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyringError(str(error)) from error
        with open(descriptor, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - a descriptor
            self._require_private(os.fstat(descriptor))
            return file.read(_MOST_OCTETS).strip()

    def set_password(self, service: str, username: str, password: str) -> None:  # noqa: ARG002
        """Write a new file. Raises `PasswordSetError` where there is one, or where none can be made."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(password + "\n")
                file.flush()
                os.fsync(descriptor)
        except OSError as error:
            raise PasswordSetError(str(error)) from error

    def _require_private(self, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise KeyringError(f"{self._path} is no plain file")
        if found.st_uid != os.geteuid():
            raise KeyringError(f"{self._path} belongs to user {found.st_uid}, not {os.geteuid()}")
        if stat.S_IMODE(found.st_mode) != 0o600:
            raise KeyringError(f"{self._path} has mode {stat.S_IMODE(found.st_mode):04o}, needed is 0600")
