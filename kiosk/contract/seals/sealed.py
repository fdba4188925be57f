"""A seal as it is printed: COSE_Sign1 (RFC 9052) in base45 (RFC 9285), for an alphanumeric QR code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import cbor2
from base45 import b45decode, b45encode  # type: ignore[import-untyped]

from kiosk.contract.seals.algorithms import Signer, Verifier
from kiosk.contract.seals.claims import SealClaims, encode_claims
from kiosk.contract.seals.plain_cbor import NotPlain, load_plain

PREFIX: Final = "BM1:"
"""Says what the code is before anything is decoded, and its version."""
KEY_ID_BYTES: Final = 8
MAX_TEXT: Final = 500
"""Characters; the longest name makes 414."""
_SIGN1: Final = 18
_SIGN1_HEAD: Final = b"\xd2"
"""Tag 18, encoded."""
_ALG, _KID = 1, 4
"""Header parameters of RFC 9052."""


class UnreadableSeal(ValueError):
    """A text that is no seal: another code, a part of one, or one of a later version."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that was read; nothing is known yet of who signed it."""

    algorithm: int
    """COSE number, perhaps one that is not known here."""
    key_id: bytes
    payload: bytes
    signature: bytes

    @property
    def identity(self) -> bytes:
        """Which seal it is: SHA-256 of what is signed. Text, signature and unprotected header are not in it,
        so no two forms of one seal pass for two."""
        return hashlib.sha256(self.signed).digest()

    @property
    def signed(self) -> bytes:
        """Sig_structure (RFC 9052, 4.4): protected header and payload."""
        header = _protected(self.algorithm, self.key_id)
        return cbor2.dumps(["Signature1", header, b"", self.payload])

    def verified_by(self, verifier: Verifier) -> bool:
        return verifier.verifies(self.signed, self.signature)


def sign(claims: SealClaims, signer: Signer, key_id: bytes) -> str:
    """The seal's text. Raises `ValueError` for a key id of another length than 8."""
    if len(key_id) != KEY_ID_BYTES:
        raise ValueError(f"a key id has {KEY_ID_BYTES} bytes")
    unsigned = Seal(int(signer.algorithm), key_id, encode_claims(claims), b"")
    signature = signer.sign(unsigned.signed)
    header = _protected(unsigned.algorithm, key_id)
    return seal_text(cbor2.dumps(cbor2.CBORTag(_SIGN1, [header, {}, unsigned.payload, signature])))


def seal_text(token: bytes) -> str:
    body: bytes = b45encode(token)
    return PREFIX + body.decode("ascii")


def seal_token(text: str) -> bytes:
    """The COSE message in a seal's text. Raises `UnreadableSeal`."""
    if not text.startswith(PREFIX):
        raise UnreadableSeal(f"it does not begin with {PREFIX}")
    if len(text) > MAX_TEXT:
        raise UnreadableSeal(f"it has more than {MAX_TEXT} characters")
    try:
        token = bytes(b45decode(text.removeprefix(PREFIX)))
    except ValueError as error:
        raise UnreadableSeal("it is no base45") from error
    # The library passes over line ends.
    if seal_text(token) != text:
        raise UnreadableSeal("it has something behind it")
    return token


def read_seal(text: str) -> Seal:
    """Raises `UnreadableSeal`, also for trailing bytes and any but the shortest encoding."""
    token = seal_token(text)
    if not token.startswith(_SIGN1_HEAD):
        raise UnreadableSeal("it is no COSE_Sign1")
    match _plain(token.removeprefix(_SIGN1_HEAD)):
        case [bytes(header), dict(), bytes(payload), bytes(signature)]:
            algorithm, key_id = _read_header(header)
            return Seal(algorithm, key_id, payload, signature)
        case _:
            raise UnreadableSeal("it is no COSE_Sign1")


def _plain(data: bytes) -> Any:
    try:
        return load_plain(data)
    except NotPlain as error:
        raise UnreadableSeal(f"it is no COSE_Sign1: {error}") from error


def _protected(algorithm: int, key_id: bytes) -> bytes:
    return cbor2.dumps({_ALG: algorithm, _KID: key_id})


def _read_header(header: bytes) -> tuple[int, bytes]:
    """Both are protected, and nothing else is: a parameter that had to be understood would be passed over."""
    match _plain(header):
        case {1: int(algorithm), 4: bytes(key_id)} if _protected(algorithm, key_id) == header:
            if len(key_id) == KEY_ID_BYTES:
                return algorithm, key_id
    raise UnreadableSeal("its header is not that of a seal")
