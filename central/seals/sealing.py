"""Sealing a paper: the right issuer's key, and what the seal says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from central.seals.issuer_keys import IssuerKey, IssuerKeys
from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import (
    MAX_NAME,
    PaperKind,
    SealClaims,
    SealIssuer,
    content_digest,
    last_four_check,
)
from kiosk.contract.seals.keys import SealKey
from kiosk.contract.seals.sealed import sign
from kiosk.contract.wire import WireModel


class NoSealKey(Exception):
    """No key of this issuer may seal this kind of paper now."""

    def __init__(self, issuer: SealIssuer, kind: PaperKind, algorithm: Algorithm) -> None:
        super().__init__(f"{issuer.text} has no {algorithm.word} key in force for {kind.word}")
        self.issuer = issuer
        self.kind = kind
        self.algorithm = algorithm


class Sealer:
    """Seals papers; a paper of two issuers gets a seal of each."""

    def __init__(self, keys: IssuerKeys) -> None:
        self._keys = keys

    @property
    def public_keys(self) -> Sequence[SealKey]:
        """What is published."""
        return tuple(key.public for key in self._keys.keys)

    def may_seal(self, issuer: SealIssuer, kind: PaperKind, at: datetime) -> bool:
        """Whether a key of it is in force."""
        return bool(self._usable(issuer, kind, at))

    def seal(
        self,
        *,
        issuer: SealIssuer,
        kind: PaperKind,
        code: str,
        issued_at: datetime,
        expires: datetime,
        masked_name: str,
        last_four: str,
        content: WireModel,
    ) -> str:
        """The text of the paper's signed QR code. Raises `NoSealKey`, or `ValueError` for a code, name or
        last four that cannot be."""
        # Instants of a seal are whole seconds; it must not expire later than the paper says.
        since, until = issued_at.replace(microsecond=0), expires.replace(microsecond=0)
        key = self._key(issuer, kind, since)
        claims = SealClaims(
            issuer=issuer,
            kind=kind,
            code=code,
            issued_at=since,
            expires=until,
            # Its beginning is enough to know it by; a longer code would not fit the paper.
            masked_name=masked_name.encode()[:MAX_NAME].decode(errors="ignore"),
            last_four=last_four_check(code, last_four),
            content=content_digest(content),
            demo=key.public.demo,
        )
        return sign(claims, key.signer, key.public.kid)

    def _key(self, issuer: SealIssuer, kind: PaperKind, at: datetime) -> IssuerKey:
        """The youngest one in force: a new key takes over on its first day."""
        usable = self._usable(issuer, kind, at)
        if not usable:
            raise NoSealKey(issuer, kind, self._keys.algorithm)
        return max(usable, key=lambda key: key.public.valid_from)

    def _usable(self, issuer: SealIssuer, kind: PaperKind, at: datetime) -> list[IssuerKey]:
        return [
            key
            for key in self._keys.keys
            if key.public.algorithm is self._keys.algorithm and key.public.may_seal(issuer, kind, at)
        ]
