"""The keys of both sides, made once: the gateway's own, and the merchant's in a directory for the centre."""

from __future__ import annotations

import os
import secrets
import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from central.wechatpay.config import CONFIG_NAME, load_wechatpay
from central.wechatpay.signing import Signer, Verifier

CENTRE_HALF: Final = "centre"
"""The sub-directory that `central serve --gateway-config` takes."""
_PLATFORM_KEY: Final = "platform_private_key.pem"
_MERCHANT_KEY_ID: Final = "80010000000000000000000000000000000000A1"
_PLATFORM_KEY_ID: Final = "PUB_KEY_ID_0180010000000001"
_CONFIG: Final = """\
# Made by the virtual gateway: no money is behind it.
base_url = "{base_url}"
merchant_id = "1900080010"
app_id = "wx8001000000000001"
merchant_key_id = "{merchant_key_id}"
merchant_key = "merchant_private_key.pem"
platform_key_id = "{platform_key_id}"
platform_key = "platform_public_key.pem"
api_v3_key = "api_v3_key.txt"
"""


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """What the gateway knows of its one merchant, and its own key."""

    merchant_id: str
    app_id: str
    merchant: Verifier
    platform: Signer
    api_v3_key: bytes = field(repr=False)


def make_or_load(directory: Path, base_url: str) -> GatewayKeys:
    """Keys that are there stay; the centre's file is written again, for the address may be new."""
    half = directory / CENTRE_HALF
    half.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (directory / _PLATFORM_KEY).exists():
        platform, merchant = (generate_private_key(65537, 2048) for _ in range(2))
        _write(half / "merchant_private_key.pem", _pem(merchant))
        _write(
            half / "platform_public_key.pem",
            platform.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        )
        signs = string.ascii_letters + string.digits
        _write(half / "api_v3_key.txt", "".join(secrets.choice(signs) for _ in range(32)).encode())
        # Last: with it the set is whole.
        _write(directory / _PLATFORM_KEY, _pem(platform))
    told = _CONFIG.format(
        base_url=base_url, merchant_key_id=_MERCHANT_KEY_ID, platform_key_id=_PLATFORM_KEY_ID
    )
    _write(half / CONFIG_NAME, told.encode())
    centre = load_wechatpay(half)
    own = load_pem_private_key((directory / _PLATFORM_KEY).read_bytes(), None)
    if not isinstance(own, RSAPrivateKey):
        raise TypeError(f"{directory / _PLATFORM_KEY} is no RSA key")
    return GatewayKeys(
        merchant_id=centre.merchant_id,
        app_id=centre.app_id,
        merchant=Verifier(centre.signer.key.public_key(), _MERCHANT_KEY_ID),
        platform=Signer(own, _PLATFORM_KEY_ID),
        api_v3_key=centre.api_v3_key,
    )


def _pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, for its owner alone."""
    unfinished = file.with_name(f".{file.name}")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as out:
        out.write(content)
    unfinished.rename(file)
