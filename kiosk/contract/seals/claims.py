"""What a seal says of a paper, and its form: a CWT (RFC 8392) of which there is one byte form only."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Final

import cbor2

from kiosk.clock import CHINA
from kiosk.contract.seals.plain_cbor import load_plain
from kiosk.contract.wire import WireModel
from kiosk.domain.region import Issuer

CODE_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The 32 signs of a paper's code, five bits each: without 0 O 1 I, which people mistake for each other."""
CODE_LENGTH: Final = 20
"""Signs, without the strokes between its groups."""
CODE_GROUP: Final = 4
CODE_BYTES: Final = 13
LAST_FOUR_BYTES: Final = 8
CONTENT_BYTES: Final = 32
MAX_NAME: Final = 90
"""Octets of UTF-8: with the longest, a seal's code still fits paper of 58 mm."""
_STEERING: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode categories that no name has: controls, ends of lines, turns of the direction of writing."""
_CODE: Final = re.compile(rf"[{CODE_SIGNS}]{{4}}(-[{CODE_SIGNS}]{{4}}){{4}}")
_LAST_FOUR: Final = re.compile(r"[0-9]{3}[0-9X]")
_ISSUER: Final = re.compile(r"([0-9]{6})\.([a-z]+)")
_ISS, _EXP, _IAT, _CTI = 1, 4, 6, 7
"""Claim keys of RFC 8392."""
_PAPER: Final = -65_537
"""Ours, from those for private use (below −65536)."""


class BadClaims(ValueError):
    """Bytes that are not the claims of a paper, or not in their one form."""


class LaterKind(BadClaims):
    """A kind of paper that this program does not know: whoever sealed it is younger."""


class PaperKind(IntEnum):
    """What paper is sealed; the number stands in the seal, for ever."""

    RIGHTS_RECORD = 1
    """个人权益记录"""
    PARTICIPATION_CERTIFICATE = 2
    """参保证明"""
    PAYMENT_RECEIPT = 3
    """缴费回单"""
    TRANSFER_CERTIFICATE = 4
    """基本养老保险参保缴费凭证"""
    CASE_SLIP = 5
    """办件单"""

    @property
    def word(self) -> str:
        """As JSON and files name it: `rights_record`."""
        return self.name.lower()

    @property
    def title(self) -> str:
        """What residents call it: 个人权益记录."""
        return _TITLES[self]


_TITLES: Final = {
    PaperKind.RIGHTS_RECORD: "个人权益记录",
    PaperKind.PARTICIPATION_CERTIFICATE: "参保证明",
    PaperKind.PAYMENT_RECEIPT: "缴费回单",
    PaperKind.TRANSFER_CERTIFICATE: "基本养老保险参保缴费凭证",
    PaperKind.CASE_SLIP: "办件单",
}


@dataclass(frozen=True, slots=True)
class SealIssuer:
    """签发机关: a bureau of a region, `800100.hrss`."""

    region: str
    """行政区划代码, six digits"""
    bureau: Issuer

    def __post_init__(self) -> None:
        if _ISSUER.fullmatch(self.text) is None:
            raise ValueError("a region's code has six digits")

    @property
    def text(self) -> str:
        return f"{self.region}.{self.bureau}"

    @classmethod
    def parse(cls, text: str) -> SealIssuer:
        """Raises `ValueError`."""
        found = _ISSUER.fullmatch(text)
        if found is None:
            raise ValueError("an issuer is a region's code and a bureau, as 800100.hrss")
        return cls(found[1], Issuer(found[2]))


@dataclass(frozen=True, slots=True)
class SealClaims:
    """What an issuer says of one paper. Instants are whole seconds. `ValueError` if it cannot be sealed."""

    issuer: SealIssuer
    kind: PaperKind
    code: str = field(repr=False)
    """The paper's code, `XXXX-XXXX-XXXX-XXXX-XXXX`: 100 bits."""
    issued_at: datetime
    expires: datetime
    masked_name: str = field(repr=False)
    """王*兰"""
    last_four: bytes = field(repr=False)
    """`last_four_check` of the owner's number."""
    content: bytes
    """`content_digest` of what stands on the paper."""
    demo: bool
    """演示: worth nothing, whatever key signed it."""

    def __post_init__(self) -> None:
        _packed(self.code)
        for instant in (self.issued_at, self.expires):
            if instant.tzinfo is None or instant.microsecond or instant.timestamp() < 0:
                raise ValueError("instants of a seal have a zone and whole seconds")
        if self.issued_at >= self.expires:
            raise ValueError("a seal expires after it was issued")
        if not 0 < len(self.masked_name.encode()) <= MAX_NAME:
            raise ValueError(f"a name has 1 to {MAX_NAME} octets")
        if any(unicodedata.category(character) in _STEERING for character in self.masked_name):
            raise ValueError("a character in a name that steers screens and printers")
        if len(self.last_four) != LAST_FOUR_BYTES or len(self.content) != CONTENT_BYTES:
            raise ValueError("a digest of another length")

    def is_owner(self, last_four: str) -> bool:
        """Whether the owner's number ends so; `ValueError` for what no number ends with."""
        return hmac.compare_digest(last_four_check(self.code, last_four), self.last_four)


def last_four_check(code: str, last_four: str) -> bytes:
    """SHA-256 of the code, which is the salt, and the last four; its first 8 bytes.

    It proves a belonging and keeps no secret: there are 11,000 last fours. Raises `ValueError`.
    """
    ending = last_four.upper()
    if _LAST_FOUR.fullmatch(ending) is None:
        raise ValueError("a number ends with three digits and a digit or X")
    return hashlib.sha256(_packed(code) + ending.encode()).digest()[:LAST_FOUR_BYTES]


def content_digest(content: WireModel) -> bytes:
    """SHA-256 of what stands on a paper, as canonical JSON (RFC 8785) without members that are null.

    A member that the contract gains later must be None in older papers. There are no fractions in it.
    """
    return members_digest(content.model_dump(mode="json"))


def members_digest(members: object) -> bytes:
    """`content_digest` of a content as it came in JSON: members that this program does not know are in it."""
    text = json.dumps(_without_nulls(members), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _without_nulls(value: object) -> object:
    match value:
        case dict():
            return {name: _without_nulls(member) for name, member in value.items() if member is not None}
        case list():
            return [_without_nulls(member) for member in value]
        case _:
            return value


def code_digest(code: str) -> bytes:
    """What a revocation list names a code by: the first 16 bytes of its SHA-256. Raises `ValueError`."""
    return hashlib.sha256(_packed(code)).digest()[:16]


def grouped(signs: str) -> str:
    """`XXXX-XXXX-…`: a code, or the beginning of one, as it is printed."""
    return "-".join(signs[first : first + CODE_GROUP] for first in range(0, len(signs), CODE_GROUP))


def encode_claims(claims: SealClaims) -> bytes:
    """The payload of a seal, in deterministic CBOR."""
    return cbor2.dumps(
        {
            _ISS: claims.issuer.text,
            _EXP: int(claims.expires.timestamp()),
            _IAT: int(claims.issued_at.timestamp()),
            _CTI: _packed(claims.code),
            _PAPER: [
                int(claims.kind),
                claims.masked_name,
                claims.last_four,
                claims.content,
                claims.demo,
            ],
        },
        canonical=True,
    )


def decode_claims(payload: bytes) -> SealClaims:
    """Raises `BadClaims` also where the same claims stand in another form than `encode_claims` gives them."""
    try:
        claims = _claims(load_plain(payload))
    except LaterKind:
        raise
    except (ValueError, OverflowError, OSError) as error:
        # Not its words: they may quote what stands there.
        raise BadClaims(f"no claims of a paper ({type(error).__name__})") from None
    # One form: whatever was of another type, order or length, or had something behind it, differs here.
    if encode_claims(claims) != payload:
        raise BadClaims("claims in another form than theirs")
    return claims


def _claims(members: object) -> SealClaims:
    """Raises `ValueError`, and what the system says of instants that it does not know."""
    match members:
        case {
            1: str(issuer),
            4: int(expires),
            6: int(issued_at),
            7: bytes(code),
            -65_537: [int(kind), str(masked_name), bytes(last_four), bytes(content), bool(demo)],
        }:
            return SealClaims(
                issuer=SealIssuer.parse(issuer),
                kind=_kind(kind),
                code=_unpacked(code),
                issued_at=datetime.fromtimestamp(issued_at, CHINA),
                expires=datetime.fromtimestamp(expires, CHINA),
                masked_name=masked_name,
                last_four=last_four,
                content=content,
                demo=demo,
            )
        case _:
            raise ValueError("other claims, or of other types")


def _kind(number: int) -> PaperKind:
    try:
        return PaperKind(number)
    except ValueError:
        raise LaterKind("a kind of paper that is not known here: is this program too old?") from None


def _packed(code: str) -> bytes:
    if _CODE.fullmatch(code) is None:
        raise ValueError("a code has five groups of four of 32 signs")
    number = 0
    for sign in code.replace("-", ""):
        number = number * len(CODE_SIGNS) + CODE_SIGNS.index(sign)
    return number.to_bytes(CODE_BYTES, "big")


def _unpacked(packed: bytes) -> str:
    number = int.from_bytes(packed, "big")
    return grouped("".join(CODE_SIGNS[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH))))
