"""Where the vault's key comes from: `keyring`, from a backend that is named, never searched for.

`keyring.get_keyring` is not used: it would take what the environment, a user's file or an installed plugin
says, a plaintext or null backend too. Importing this module costs about 0.1 s: `docs/facts/offline.md` §2.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from offline_cache.key_backends import KeyFile, SystemdCredentials
from offline_cache.key_source import KeyBackend, KeySource
from offline_cache.secret import KEY_OCTETS, VaultKey

KEYRING_LIMIT = 60.0  # seconds: a desktop may ask a person for the keyring's password
_USER = "vault"
_SPELLING = re.compile(rf"[0-9a-f]{{{2 * KEY_OCTETS}}}", re.ASCII)

T = TypeVar("T")


class NoVaultKey(Exception):
    """The backend hands over no usable key; the message says why and what to do."""

    def __init__(self, source: KeySource, reason: str) -> None:
        super().__init__(f"no vault key from {source.backend}: {reason}. {_remedy(source)}")
        self.source = source
        self.reason = reason


class VaultKeyExists(Exception):
    """A key is there already; another in its place would lose every vault made with it."""

    def __init__(self, source: KeySource) -> None:
        super().__init__(f"{source.backend} holds a key {source.name!r} already; it is not replaced")
        self.source = source


def load_key(source: KeySource, *, demo: bool = False, limit: float = KEYRING_LIMIT) -> VaultKey:
    """The key, to be wiped by whoever opens the vault with it.

    A demo key file is refused unless `demo`. Raises `NoVaultKey`, also after `limit` seconds of silence.
    """
    text = _asked(source, lambda: _ring(source, demo=demo).get_password(source.name, _USER), limit)
    if text is None:
        raise NoVaultKey(source, f"it holds no key {source.name!r}")
    if not _SPELLING.fullmatch(text.lower()):
        raise NoVaultKey(source, f"what it holds is not {2 * KEY_OCTETS} hexadecimal digits")
    return VaultKey(bytearray.fromhex(text))


def create_key(source: KeySource, *, demo: bool = False, limit: float = KEYRING_LIMIT) -> None:
    """Store a new random key in the backend. Raises `VaultKeyExists`, `NoVaultKey`."""

    def store() -> None:
        ring = _ring(source, demo=demo)
        if ring.get_password(source.name, _USER) is not None:
            raise VaultKeyExists(source)
        with VaultKey.random() as key:
            ring.set_password(source.name, _USER, key.octets.hex())

    _asked(source, store, limit)


def _ring(source: KeySource, *, demo: bool) -> KeyringBackend:
    match source.backend:
        case KeyBackend.SYSTEMD_CREDENTIALS:
            return SystemdCredentials()
        case KeyBackend.SECRET_SERVICE:
            # Only a desktop needs D-Bus, which takes as long to import again.
            from keyring.backends import SecretService  # noqa: PLC0415

            return SecretService.Keyring()  # type: ignore[no-untyped-call]
        case KeyBackend.DEMO_KEY_FILE:
            if not demo or source.file is None:
                raise KeyringError("a key in a plain file is for the demo only")
            return KeyFile(source.file)


def _asked(source: KeySource, question: Callable[[], T], limit: float) -> T:
    # The Secret Service waits for a person at its prompt without a limit, and cannot be interrupted: hence a
    # thread that may be left behind.
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked
            answer.set_exception(error)

    threading.Thread(target=ask, name="keyring", daemon=True).start()
    try:
        return answer.result(limit)
    except TimeoutError:
        raise NoVaultKey(source, f"no answer within {limit:g} s (is a prompt waiting?)") from None
    except VaultKeyExists:
        raise
    except Exception as error:
        # Backends raise what their transports raise: keyring's errors, D-Bus errors, OSError.
        raise NoVaultKey(source, str(error).rstrip(".")) from error


def _remedy(source: KeySource) -> str:
    match source.backend:
        case KeyBackend.SYSTEMD_CREDENTIALS:
            sealed = f"/etc/credstore.encrypted/{source.name}"
            return (
                f"Once, as root: openssl rand -hex {KEY_OCTETS} | systemd-creds encrypt --with-key=tpm2 "
                f"--name={source.name} - {sealed}; and in the unit: "
                f"LoadCredentialEncrypted={source.name}:{sealed}"
            )
        case KeyBackend.SECRET_SERVICE:
            return "Log in to the desktop so that its keyring is unlocked, then create the key once"
        case KeyBackend.DEMO_KEY_FILE:
            return f"In the demo: create {source.file} once, or chmod 600 it. Elsewhere: name another backend"
