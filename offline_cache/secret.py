"""The vault's key while it is in memory."""

from __future__ import annotations

import secrets
from types import TracebackType

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_OCTETS = 32
_LABEL_PREFIX = "offline_cache 1 "


class KeyWiped(Exception):
    """The key was asked for after it was wiped."""

    def __init__(self) -> None:
        super().__init__("the vault key was wiped; load it again")


class VaultKey:
    """A random 256-bit key in a buffer that is zeroed when its `with` ends.

    It takes over the `bytearray` it is given: nobody else may keep it. What Python and `keyring` copied
    before (a `str`) cannot be wiped: `docs/facts/offline.md` §2.
    """

    __slots__ = ("_octets", "_wiped")

    def __init__(self, octets: bytearray) -> None:
        if len(octets) != KEY_OCTETS:
            raise ValueError(f"a vault key has {KEY_OCTETS} octets, not {len(octets)}")
        self._octets = octets
        self._wiped = False

    @classmethod
    def random(cls) -> VaultKey:
        """A new key from the system's random source."""
        return cls(bytearray(secrets.token_bytes(KEY_OCTETS)))

    @property
    def octets(self) -> memoryview:
        """The 32 octets, without a copy. Raises `KeyWiped`."""
        if self._wiped:
            raise KeyWiped
        return memoryview(self._octets).toreadonly()

    def subkey(self, label: str) -> bytes:
        """A key of 32 octets for one use: HKDF-SHA256 (RFC 5869) of this key with `label` as its info.

        Raises `KeyWiped`.
        """
        return derive(self.octets, label)

    def wipe(self) -> None:
        """Zero the buffer. May be called again."""
        self._octets[:] = bytes(len(self._octets))
        self._wiped = True

    def __enter__(self) -> VaultKey:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "VaultKey(wiped)" if self._wiped else "VaultKey(…)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a vault key is neither copied nor pickled")


def derive(secret: bytes | memoryview, label: str, *, salt: bytes | None = None) -> bytes:
    """32 octets by HKDF-SHA256 (RFC 5869) from `secret`; its info is `label` under this library's prefix."""
    info = (_LABEL_PREFIX + label).encode()
    return HKDF(algorithm=SHA256(), length=KEY_OCTETS, salt=salt, info=info).derive(secret)
