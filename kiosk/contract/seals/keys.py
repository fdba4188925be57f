"""The issuers' public keys and the list of revoked papers, as the centre publishes them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, OnErrorOmit, TypeAdapter, model_validator

from kiosk.contract.seals.algorithms import Algorithm, Verifier, verifier_of
from kiosk.contract.seals.claims import PaperKind, SealIssuer, code_digest
from kiosk.contract.seals.sealed import KEY_ID_BYTES
from kiosk.contract.wire import Instant, ShortText, WireModel

MAX_KEYS: Final = 200
MAX_REVOKED: Final = 20_000
"""A list of so many is an answer of 2 MB."""


def key_id_of(public_key: bytes) -> bytes:
    """The id that a key gets here: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public_key).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class SealKey:
    """签章公钥: which papers of which issuer it may seal, and when. Raises `BadKey`, or `ValueError`."""

    kid: bytes
    algorithm: Algorithm
    issuer: SealIssuer
    kinds: frozenset[PaperKind]
    public_key: bytes
    valid_from: datetime
    valid_to: datetime
    """Exclusive. Papers that were sealed before stay good."""
    demo: bool
    """演示: anybody may have it."""
    verifier: Verifier = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.kid) != KEY_ID_BYTES:
            raise ValueError(f"a key id has {KEY_ID_BYTES} bytes")
        if self.valid_from >= self.valid_to:
            raise ValueError("a key's time ends after it began")
        object.__setattr__(self, "verifier", verifier_of(self.algorithm, self.public_key))

    def may_seal(self, issuer: SealIssuer, kind: PaperKind, at: datetime) -> bool:
        return issuer == self.issuer and kind in self.kinds and self.valid_from <= at < self.valid_to


class SealKeys:
    """All keys that are known, by id. `ValueError` where an id stands twice."""

    def __init__(self, keys: Iterable[SealKey]) -> None:
        self._keys: dict[bytes, SealKey] = {}
        for key in keys:
            if key.kid in self._keys:
                raise ValueError(f"two keys have the id {key.kid.hex()}")
            self._keys[key.kid] = key

    def find(self, key_id: bytes) -> SealKey | None:
        return self._keys.get(key_id)


@dataclass(frozen=True, slots=True)
class Revocations:
    """作废名单: which papers are void, as far as was known at an instant."""

    known_to: datetime
    since: Mapping[bytes, datetime] = field(default_factory=dict, repr=False)
    """By `code_digest`: the list tells nobody's code."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", MappingProxyType(dict(self.since)))

    def revoked_since(self, code: str) -> datetime | None:
        return self.since.get(code_digest(code))


_WORDS: Final = frozenset(algorithm.word for algorithm in Algorithm)
_KINDS: Final = {kind.word: kind for kind in PaperKind}


def _of_known_algorithms(value: object) -> object:
    """Without keys of a newer centre, as the region passes over channels: their seals have unknown keys."""
    if isinstance(value, list | tuple):
        return tuple(one for one in value if not _is_newer(one))
    return value


def _is_newer(key: object) -> bool:
    if not isinstance(key, dict):
        return False
    word = key.get("algorithm")
    return isinstance(word, str) and word not in _WORDS


class SealKeyWire(WireModel):
    """One public key. Kinds of paper that a terminal does not know are passed over."""

    kid: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    algorithm: ShortText
    issuer: ShortText
    kinds: Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=50)]
    public_key: Annotated[str, Field(pattern=r"^([0-9a-f]{64}|[0-9a-f]{130})$")]
    valid_from: Instant
    valid_to: Instant
    demo: bool

    @model_validator(mode="after")
    def _is_a_key(self) -> SealKeyWire:
        self.to_domain()
        return self

    @classmethod
    def of(cls, key: SealKey) -> SealKeyWire:
        return cls(
            kid=key.kid.hex(),
            algorithm=key.algorithm.word,
            issuer=key.issuer.text,
            kinds=tuple(kind.word for kind in sorted(key.kinds)),
            public_key=key.public_key.hex(),
            valid_from=key.valid_from,
            valid_to=key.valid_to,
            demo=key.demo,
        )

    def to_domain(self) -> SealKey:
        return SealKey(
            kid=bytes.fromhex(self.kid),
            algorithm=Algorithm.of(self.algorithm),
            issuer=SealIssuer.parse(self.issuer),
            kinds=frozenset(_KINDS[word] for word in self.kinds if word in _KINDS),
            public_key=bytes.fromhex(self.public_key),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            demo=self.demo,
        )


def _each_once(keys: tuple[SealKeyWire, ...]) -> tuple[SealKeyWire, ...]:
    """Without those whose id stands twice: nobody can say which of them it names."""
    times = Counter(key.kid for key in keys)
    return tuple(key for key in keys if times[key.kid] == 1)


ReadableSealKeys = Annotated[
    tuple[OnErrorOmit[SealKeyWire], ...], Field(max_length=MAX_KEYS), AfterValidator(_each_once)
]
"""Of a document that holds more than keys: what cannot be a key here is passed over, for a terminal that knew
nothing of its region could do nothing at all. Its seals have unknown keys then."""
SealKeysWire = Annotated[
    tuple[SealKeyWire, ...], BeforeValidator(_of_known_algorithms), Field(max_length=MAX_KEYS)
]
_KEYS: Final[TypeAdapter[tuple[SealKeyWire, ...]]] = TypeAdapter(SealKeysWire)


def parse_seal_keys(text: str | bytes) -> SealKeys:
    """From a JSON list of `SealKeyWire`. Raises `ValueError` for a key that is none, and for an id that
    stands twice."""
    return SealKeys(key.to_domain() for key in _KEYS.validate_json(text))


class RevokedWire(WireModel):
    code_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    since: Instant


class RevocationsWire(WireModel):
    """The list, whole: what is not on it was not revoked by `known_to`."""

    known_to: Instant
    revoked: Annotated[tuple[RevokedWire, ...], Field(max_length=MAX_REVOKED)]

    @model_validator(mode="after")
    def _can_be(self) -> RevocationsWire:
        if len({one.code_digest for one in self.revoked}) != len(self.revoked):
            raise ValueError("a code stands in the list twice")
        if any(one.since > self.known_to for one in self.revoked):
            raise ValueError("a code was revoked after the list was made")
        return self

    @classmethod
    def of(cls, revocations: Revocations) -> RevocationsWire:
        revoked = (
            RevokedWire(code_digest=digest.hex(), since=since)
            for digest, since in sorted(revocations.since.items())
        )
        return cls(known_to=revocations.known_to, revoked=tuple(revoked))

    def to_domain(self) -> Revocations:
        since = {bytes.fromhex(one.code_digest): one.since for one in self.revoked}
        return Revocations(self.known_to, since)


class RevocationsAnswer(WireModel):
    """What `GET /v1/revocations?have=VERSION` answers."""

    known_to: Instant
    version: Annotated[str, Field(min_length=1, max_length=64)]
    """Of what stands in the list, whenever it was made."""
    complete: bool = True
    """False: more papers are void than the list may hold, and the oldest revocations are not in it."""
    revoked: Annotated[tuple[RevokedWire, ...], Field(max_length=MAX_REVOKED)] | None
    """None: as in the version that the caller has."""

    def to_domain(self) -> Revocations | None:
        """None where it is not the whole list: a paper that is not on it may be void."""
        if self.revoked is None or not self.complete:
            return None
        return RevocationsWire(known_to=self.known_to, revoked=self.revoked).to_domain()
