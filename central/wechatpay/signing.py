"""WECHATPAY2-SHA256-RSA2048, both ways, and AEAD_AES_256_GCM for what a notification carries.

docs/facts/payments.md §4. Clocks are the caller's: a signature holds the time at which it was made.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
MOST_SKEW_S: Final = 300
"""How old, or how far ahead, a signature may be."""
_PART = re.compile(r'(\w+)="([^"]*)"')


class BadSignature(Exception):
    """It is missing, too old, or not made by the key over these bytes."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and the id by which the other side finds its public half."""

    key: RSAPrivateKey = field(repr=False)
    key_id: str

    def signature(self, *lines: bytes) -> str:
        """Base64 over the lines, each ended by a line feed."""
        return base64.b64encode(self.key.sign(_joined(lines), PKCS1v15(), SHA256())).decode()


@dataclass(frozen=True, slots=True)
class Verifier:
    """The other side's public key and its id."""

    key: RSAPublicKey = field(repr=False)
    key_id: str

    def check(self, signature: str, *lines: bytes) -> None:
        """Raises `BadSignature`."""
        try:
            self.key.verify(base64.b64decode(signature, validate=True), _joined(lines), PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise BadSignature("the signature does not fit") from error


def _joined(lines: tuple[bytes, ...]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signature of a request is over, beside time and nonce."""

    method: str
    target: str
    """Path and query as sent."""
    body: bytes = field(repr=False)

    def lines(self, stamp: str, nonce: str) -> tuple[bytes, ...]:
        return (self.method.encode(), self.target.encode(), stamp.encode(), nonce.encode(), self.body)


def authorization(request: Signed, merchant: str, signer: Signer, now: datetime) -> str:
    """The header `Authorization` of a request."""
    stamp, nonce = str(int(now.timestamp())), secrets.token_hex(16).upper()
    signature = signer.signature(*request.lines(stamp, nonce))
    return (
        f'{SCHEME} mchid="{merchant}",nonce_str="{nonce}",signature="{signature}",'
        f'timestamp="{stamp}",serial_no="{signer.key_id}"'
    )


def check_authorization(
    request: Signed, header: str, merchant: str, verifier: Verifier, now: datetime
) -> None:
    """The gateway's side of `authorization`. Raises `BadSignature`."""
    scheme, _, rest = header.partition(" ")
    parts = dict(_PART.findall(rest))
    if (scheme, parts.get("mchid"), parts.get("serial_no")) != (SCHEME, merchant, verifier.key_id):
        raise BadSignature("another scheme, merchant or key")
    stamp, nonce = parts.get("timestamp", ""), parts.get("nonce_str", "")
    _check_age(stamp, now)
    verifier.check(parts.get("signature", ""), *request.lines(stamp, nonce))


def signature_headers(signer: Signer, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of an answer or a notification."""
    stamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": signer.key_id,
        "Wechatpay-Signature": signer.signature(stamp.encode(), nonce.encode(), body),
        "Wechatpay-Signature-Type": SCHEME,
    }


def check_headers(verifier: Verifier, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Checks an answer or a notification over its bytes as they came. `headers` ignores case. Raises
    `BadSignature`."""
    if headers.get("Wechatpay-Serial") != verifier.key_id:
        raise BadSignature("signed by another key, or not at all")
    stamp, nonce = headers.get("Wechatpay-Timestamp", ""), headers.get("Wechatpay-Nonce", "")
    _check_age(stamp, now)
    verifier.check(
        headers.get("Wechatpay-Signature", ""), stamp.encode("latin-1"), nonce.encode("latin-1"), body
    )


def _check_age(stamp: str, now: datetime) -> None:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        raise BadSignature("no time in it")
    if abs(int(stamp) - now.timestamp()) > MOST_SKEW_S:
        raise BadSignature("too old, or from the future")


def sealed(key: bytes, plain: bytes, nonce: str, about: str) -> str:
    """AEAD_AES_256_GCM in base64: the ciphertext with its tag. `about` is authenticated, not hidden."""
    return base64.b64encode(AESGCM(key).encrypt(nonce.encode(), plain, about.encode())).decode()


def opened(key: bytes, ciphertext: str, nonce: str, about: str) -> bytes:
    """Raises `BadSignature`."""
    try:
        return AESGCM(key).decrypt(
            nonce.encode(), base64.b64decode(ciphertext, validate=True), about.encode()
        )
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise BadSignature("the content does not open with our key") from error
