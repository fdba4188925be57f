"""One interface over the algorithms that seals are signed with; here their public halves."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from gmalg import SM2  # type: ignore[import-untyped]
from gmalg.errors import GMError  # type: ignore[import-untyped]

SM2_USER_ID: Final = b"1234567812345678"
"""The default user id of GM/T 0009: it goes into the digest, so both sides must use one."""
SM2_POINT_BYTES: Final = 65
_SM2_NUMBER_BYTES: Final = 32
_UNCOMPRESSED: Final = b"\x04"


class Algorithm(IntEnum):
    """A seal's algorithm by its COSE number."""

    EDDSA = -8
    """Ed25519 (RFC 9053, 2.2)"""
    SM2_SM3 = -65_537
    """国密 SM2 with SM3 (GB/T 32918.2). COSE has no number for it: one of those for private use."""

    @property
    def word(self) -> str:
        """As files and messages name it."""
        return _WORDS[self]

    @classmethod
    def of(cls, word: str) -> Algorithm:
        """Raises `ValueError` for an unknown one."""
        for algorithm, known in _WORDS.items():
            if known == word:
                return algorithm
        raise ValueError(f"{word!r} is none of {', '.join(_WORDS.values())}")


_WORDS: Final = {Algorithm.EDDSA: "ed25519", Algorithm.SM2_SM3: "sm2"}


class BadKey(ValueError):
    """Bytes that are no key of this algorithm."""

    def __init__(self, algorithm: Algorithm, why: str) -> None:
        super().__init__(f"no {algorithm.word} key: {why}")
        self.algorithm = algorithm


class Signer(Protocol):
    """The port to a private key, in a file or in a security module that never gives it away."""

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def public_key(self) -> bytes:
        """As `verifier_of` takes it."""
        ...

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes."""
        ...


class Verifier(Protocol):
    """A public key at work."""

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the key's owner signed the message. Any other bytes are no signature: False, no error."""
        ...


def verifier_of(algorithm: Algorithm, public_key: bytes) -> Verifier:
    """From 32 bytes (Ed25519, RFC 8032) or a point of 65 bytes, `04 ‖ x ‖ y` (SM2). Raises `BadKey`."""
    match algorithm:
        case Algorithm.EDDSA:
            return _Ed25519Verifier(public_key)
        case Algorithm.SM2_SM3:
            return _Sm2Verifier(public_key)


class _Ed25519Verifier:
    def __init__(self, public_key: bytes) -> None:
        try:
            self._key = Ed25519PublicKey.from_public_bytes(public_key)
        except ValueError as error:
            raise BadKey(Algorithm.EDDSA, "a public one has 32 bytes") from error

    def verifies(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class _Sm2Verifier:
    def __init__(self, public_key: bytes) -> None:
        if len(public_key) != SM2_POINT_BYTES or not public_key.startswith(_UNCOMPRESSED):
            raise BadKey(Algorithm.SM2_SM3, "a public one is a point of 65 bytes, 04 ‖ x ‖ y")
        try:
            on_curve = SM2().verify_pk(public_key)
        except GMError as error:
            raise BadKey(Algorithm.SM2_SM3, str(error)) from error
        if not on_curve:
            raise BadKey(Algorithm.SM2_SM3, "the point is not on the curve")
        self._point = public_key

    def verifies(self, message: bytes, signature: bytes) -> bool:
        if len(signature) != 2 * _SM2_NUMBER_BYTES:
            return False
        r, s = signature[:_SM2_NUMBER_BYTES], signature[_SM2_NUMBER_BYTES:]
        # Made anew each time: the library's object keeps the state of its hash, and threads share a verifier.
        return bool(SM2(pk=self._point, uid=SM2_USER_ID).verify(message, r, s))
