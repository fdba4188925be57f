"""Keys, claims and seals that several tests share."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from central.seals.signers import Ed25519Signer, Sm2Signer, new_key
from kiosk.clock import CHINA
from kiosk.contract.seals.algorithms import Algorithm, Signer
from kiosk.contract.seals.claims import (
    CODE_SIGNS,
    PaperKind,
    SealClaims,
    SealIssuer,
    last_four_check,
)
from kiosk.contract.seals.keys import SealKey, key_id_of
from kiosk.contract.seals.sealed import sign
from kiosk.domain.region import Issuer

HRSS = SealIssuer("800100", Issuer.HRSS)
NHSA = SealIssuer("800100", Issuer.NHSA)
CODE = "7KQM-2XRA-9PWE-HV4C-TB8N"
ISSUED = datetime(2026, 11, 20, 9, 31, 5, tzinfo=CHINA)
EXPIRES = ISSUED + timedelta(days=30)
LATER = ISSUED + timedelta(days=3)


def signer(algorithm: Algorithm, name: str = "") -> Ed25519Signer | Sm2Signer:
    """One key a name; made once, SM2's are slow."""
    return _signer(algorithm, name)


@functools.cache
def _signer(algorithm: Algorithm, name: str) -> Ed25519Signer | Sm2Signer:
    return new_key(algorithm)


def claims(**changed: object) -> SealClaims:
    members: dict[str, object] = {
        "issuer": HRSS,
        "kind": PaperKind.RIGHTS_RECORD,
        "code": CODE,
        "issued_at": ISSUED,
        "expires": EXPIRES,
        "masked_name": "刘*兰",
        "last_four": last_four_check(CODE, "002X"),
        "content": bytes(range(32)),
        "demo": False,
    }
    return SealClaims(**members | changed)  # type: ignore[arg-type]


def seal_key(of: Signer, **changed: object) -> SealKey:
    members: dict[str, object] = {
        "kid": key_id_of(of.public_key),
        "algorithm": of.algorithm,
        "issuer": HRSS,
        "kinds": frozenset(PaperKind),
        "public_key": of.public_key,
        "valid_from": ISSUED - timedelta(days=100),
        "valid_to": ISSUED + timedelta(days=100),
        "demo": False,
    }
    return SealKey(**members | changed)  # type: ignore[arg-type]


def sealed(of: Signer, **changed: object) -> str:
    return sign(claims(**changed), of, key_id_of(of.public_key))


def write_key(file: Path, pem: bytes, mode: int = 0o600) -> Path:
    file.write_bytes(pem)
    file.chmod(mode)
    return file


codes = st.lists(st.text(CODE_SIGNS, min_size=4, max_size=4), min_size=5, max_size=5).map("-".join)
# From 2000 on: China had summer times before.
instants = st.integers(946_684_800, 7_000_000_000).map(lambda second: datetime.fromtimestamp(second, CHINA))
_characters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp"))
names = st.text(_characters, min_size=1, max_size=90).map(
    lambda name: name.encode()[:90].decode(errors="ignore")
)


@st.composite
def any_claims(draw: st.DrawFn) -> SealClaims:
    first, second = sorted(draw(st.lists(instants, min_size=2, max_size=2, unique=True)))
    return SealClaims(
        issuer=SealIssuer(draw(st.from_regex(r"[0-9]{6}", fullmatch=True)), draw(st.sampled_from(Issuer))),
        kind=draw(st.sampled_from(PaperKind)),
        code=draw(codes),
        issued_at=first,
        expires=second,
        masked_name=draw(names),
        last_four=draw(st.binary(min_size=8, max_size=8)),
        content=draw(st.binary(min_size=32, max_size=32)),
        demo=draw(st.booleans()),
    )
