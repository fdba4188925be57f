"""Checking a paper's seal without a network: every outcome is a value of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.contract.seals.claims import BadClaims, SealClaims, decode_claims
from kiosk.contract.seals.keys import Revocations, SealKey, SealKeys
from kiosk.contract.seals.sealed import Seal, UnreadableSeal, read_seal


@dataclass(frozen=True, slots=True)
class Valid:
    """有效: the issuer says so."""

    claims: SealClaims


@dataclass(frozen=True, slots=True)
class Expired:
    """已过期: it was genuine until `when`."""

    claims: SealClaims
    when: datetime


@dataclass(frozen=True, slots=True)
class Revoked:
    """已作废: the issuer took it back."""

    claims: SealClaims
    since: datetime


@dataclass(frozen=True, slots=True)
class WrongIssuer:
    """Signed by a key that may not seal this: another issuer's, for another kind of paper, or not then."""

    claims: SealClaims
    key: SealKey


Judged = Valid | Expired | Revoked | WrongIssuer


@dataclass(frozen=True, slots=True)
class DemoKey:
    """演示: signed rightly and worth nothing; `otherwise` is what it would be with a real key."""

    otherwise: Judged


@dataclass(frozen=True, slots=True)
class Altered:
    """The signature does not fit: the seal was changed, or it is a forgery under this key's id."""

    key: SealKey


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """Nobody's that is known here: a forger's, or an issuer's whose key has not come here yet."""

    key_id: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No seal, or a part of one."""

    why: str
    """For a technician."""


Verdict = Judged | DemoKey | Altered | UnknownKey | Unreadable


_FRESH: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, which seal it is of, and how far it can be trusted."""

    verdict: Verdict
    identity: bytes | None
    """`Seal.identity`; None where there is none."""
    revocations_known_to: datetime | None
    """作废名单截至; None where no list has come here yet."""

    def list_is_fresh(self, now: datetime) -> bool:
        """Whether the list tells that a paper is not void: one older than a day, or none, leaves it open."""
        known_to = self.revocations_known_to
        return known_to is not None and now - known_to <= _FRESH


def check_seal(text: str, keys: SealKeys, revocations: Revocations | None, now: datetime) -> Checked:
    """What a seal's text is worth at `now`. Nothing in it can raise."""
    known_to = None if revocations is None else revocations.known_to
    try:
        seal = read_seal(text)
    except UnreadableSeal as error:
        return Checked(Unreadable(str(error)), None, known_to)
    return Checked(_verdict(seal, keys, revocations, now), seal.identity, known_to)


def _verdict(seal: Seal, keys: SealKeys, revocations: Revocations | None, now: datetime) -> Verdict:
    key = keys.find(seal.key_id)
    if key is None:
        return UnknownKey(seal.key_id)
    # The key's own algorithm judges: what the seal says of it is the forger's to choose.
    if seal.algorithm != key.algorithm or not seal.verified_by(key.verifier):
        return Altered(key)
    try:
        claims = decode_claims(seal.payload)
    except BadClaims as error:
        return Unreadable(str(error))
    judged = _judged(claims, key, revocations, now)
    return DemoKey(judged) if key.demo or claims.demo else judged


def _judged(claims: SealClaims, key: SealKey, revocations: Revocations | None, now: datetime) -> Judged:
    if not key.may_seal(claims.issuer, claims.kind, claims.issued_at):
        return WrongIssuer(claims, key)
    since = None if revocations is None else revocations.revoked_since(claims.code)
    if since is not None:
        return Revoked(claims, since)
    if now >= claims.expires:
        return Expired(claims, claims.expires)
    return Valid(claims)
