"""The merchant's half of the keys, and where the gateway is: a directory with `wechatpay.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import Field

from central.toml_file import BadToml, Table, read_toml
from central.wechatpay.signing import Signer, Verifier

CONFIG_NAME: Final = "wechatpay.toml"
_API_V3_KEY_BYTES: Final = 32


class WechatpayFile(Table):
    """The keys of the file; docs/facts/payments.md §5 describes them. Paths are relative to it."""

    base_url: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+$")]
    merchant_id: Annotated[str, Field(pattern=r"^[0-9]{8,10}$")]
    """商户号 mchid"""
    app_id: Annotated[str, Field(pattern=r"^wx[0-9a-z]{16}$")]
    merchant_key_id: Annotated[str, Field(min_length=1, max_length=64)]
    """商户API证书序列号"""
    merchant_key: str
    """PEM file with our private key."""
    platform_key_id: Annotated[str, Field(min_length=1, max_length=64)]
    """微信支付公钥ID: `PUB_KEY_ID_…`"""
    platform_key: str
    """PEM file with the gateway's public key."""
    api_v3_key: str
    """File with the 32 characters of APIv3密钥."""
    connect_s: Annotated[float, Field(gt=0, le=30, strict=False)] = 2.0
    read_s: Annotated[float, Field(gt=0, le=30, strict=False)] = 5.0


@dataclass(frozen=True, slots=True)
class Wechatpay:
    """One merchant at the gateway."""

    base_url: str
    merchant_id: str
    app_id: str
    signer: Signer
    platform: Verifier
    api_v3_key: bytes = field(repr=False)
    connect_s: float = 2.0
    read_s: float = 5.0
    """Until an answer is there, and whole."""


def load_wechatpay(directory: Path) -> Wechatpay:
    """Raises `BadToml`, for keys too: the message names the file and what it should hold."""
    told = read_toml(directory / CONFIG_NAME, WechatpayFile)
    secret = _bytes(directory / told.api_v3_key).strip()
    if len(secret) != _API_V3_KEY_BYTES:
        raise BadToml(directory / told.api_v3_key, [f"an API v3 key has {_API_V3_KEY_BYTES} characters"])
    return Wechatpay(
        base_url=told.base_url,
        merchant_id=told.merchant_id,
        app_id=told.app_id,
        signer=Signer(_private_key(directory / told.merchant_key), told.merchant_key_id),
        platform=Verifier(_public_key(directory / told.platform_key), told.platform_key_id),
        api_v3_key=secret,
        connect_s=told.connect_s,
        read_s=told.read_s,
    )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadToml(file, [f"cannot be read: {error.strerror}"]) from error


def _private_key(file: Path) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(_bytes(file), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadToml(file, ["is no unencrypted private key in PEM"]) from error
    if not isinstance(key, RSAPrivateKey):
        raise BadToml(file, ["is no RSA key"])
    return key


def _public_key(file: Path) -> RSAPublicKey:
    try:
        key = load_pem_public_key(_bytes(file))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadToml(file, ["is no public key in PEM"]) from error
    if not isinstance(key, RSAPublicKey):
        raise BadToml(file, ["is no RSA key"])
    return key
