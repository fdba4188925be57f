"""Private keys of both algorithms, in PKCS #8 PEM. A security module would be a `Signer` too."""

from __future__ import annotations

import base64
import re
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from gmalg import SM2  # type: ignore[import-untyped]

from kiosk.contract.seals.algorithms import SM2_POINT_BYTES, SM2_USER_ID, Algorithm, BadKey, Signer

_SCALAR_BYTES: Final = 32
_SM2_ORDER: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
_SM2_HEAD: Final = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
"""PKCS #8 of an SM2 key up to its scalar, as OpenSSL and GmSSL write it; `cryptography` knows no SM2."""
_SM2_MIDDLE: Final = bytes.fromhex("a144034200")
"""Between scalar and point."""
_PEM: Final = re.compile(rb"\s*-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*")


class Ed25519Signer:
    """A key of RFC 8032."""

    algorithm: Final = Algorithm.EDDSA

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def pem(self) -> bytes:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Sm2Signer:
    """A key of GB/T 32918, with the default user id. Raises `BadKey` for a scalar out of range.

    The arithmetic is Python's and takes longer for some keys than for others: whoever can time single seals
    belongs outside; a bureau's own key belongs into a security module.
    """

    algorithm: Final = Algorithm.SM2_SM3

    def __init__(self, scalar: bytes) -> None:
        if len(scalar) != _SCALAR_BYTES or not 0 < int.from_bytes(scalar, "big") < _SM2_ORDER - 1:
            raise BadKey(Algorithm.SM2_SM3, "the private number is out of range")
        self._scalar = scalar
        self._point: bytes = SM2().generate_pk(scalar)

    @classmethod
    def generate(cls) -> Sm2Signer:
        scalar, _ = SM2().generate_keypair()
        # The library leaves leading zeros out.
        return cls(scalar.rjust(_SCALAR_BYTES, b"\0"))

    @property
    def public_key(self) -> bytes:
        return self._point

    def sign(self, message: bytes) -> bytes:
        # Made anew each time: the library's object keeps the state of its hash, and threads share a signer.
        r, s = SM2(sk=self._scalar, pk=self._point, uid=SM2_USER_ID).sign(message)
        return bytes(r.rjust(_SCALAR_BYTES, b"\0") + s.rjust(_SCALAR_BYTES, b"\0"))

    def pem(self) -> bytes:
        body = base64.encodebytes(_SM2_HEAD + self._scalar + _SM2_MIDDLE + self._point)
        return b"-----BEGIN PRIVATE KEY-----\n" + body + b"-----END PRIVATE KEY-----\n"


def signer_of(algorithm: Algorithm, pem: bytes) -> Signer:
    """From a PKCS #8 PEM, unencrypted. Raises `BadKey`."""
    match algorithm:
        case Algorithm.EDDSA:
            return _ed25519_of(pem)
        case Algorithm.SM2_SM3:
            return _sm2_of(pem)


def new_key(algorithm: Algorithm) -> Ed25519Signer | Sm2Signer:
    match algorithm:
        case Algorithm.EDDSA:
            return Ed25519Signer(Ed25519PrivateKey.generate())
        case Algorithm.SM2_SM3:
            return Sm2Signer.generate()


def _ed25519_of(pem: bytes) -> Ed25519Signer:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(Algorithm.EDDSA, "it is no unencrypted private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(Algorithm.EDDSA, "it is another algorithm's")
    return Ed25519Signer(key)


def _sm2_of(pem: bytes) -> Sm2Signer:
    found = _PEM.fullmatch(pem)
    if found is None:
        raise BadKey(Algorithm.SM2_SM3, "it is no unencrypted private key in PEM")
    try:
        der = base64.b64decode(b"".join(found[1].split()), validate=True)
    except ValueError as error:
        raise BadKey(Algorithm.SM2_SM3, "it is no base64") from error
    middle = len(_SM2_HEAD) + _SCALAR_BYTES
    point = middle + len(_SM2_MIDDLE)
    if (
        len(der) != point + SM2_POINT_BYTES
        or not der.startswith(_SM2_HEAD)
        or der[middle:point] != _SM2_MIDDLE
    ):
        raise BadKey(Algorithm.SM2_SM3, "it is another algorithm's, or has no public half beside it")
    signer = Sm2Signer(der[len(_SM2_HEAD) : middle])
    if signer.public_key != der[point:]:
        raise BadKey(Algorithm.SM2_SM3, "its two halves do not belong together")
    return signer
