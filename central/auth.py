"""Who calls: the terminal by its device token, the resident's session by its session token.

docs/facts/central-api.md §2 and §3.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from central.problems import Refused
from central.store import sessions as stored
from central.store import terminals
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.contract.device import (
    DEVICE_TOKEN_ALGORITHM,
    DEVICE_TOKEN_AUDIENCE,
    DEVICE_TOKEN_LEEWAY_S,
    DEVICE_TOKEN_LIFE_S,
)
from kiosk.contract.problems import ProblemType
from kiosk.domain.assurance import Evidence

SESSION_IDLE: Final = timedelta(minutes=10)
SESSION_LIFE: Final = timedelta(minutes=30)
_TOUCH_EVERY: Final = timedelta(seconds=15)
"""A session's last use is written down no more often than this: a synced write a call would be wasted."""
_SEEN_TOKENS: Final = 200_000
_LEEWAY: Final = timedelta(seconds=DEVICE_TOKEN_LEEWAY_S)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal that proved who it is."""

    id: str
    key: bytes = field(repr=False)
    """Its raw public key; sessions are bound to it."""


@dataclass(frozen=True, slots=True)
class _Claims:
    issued: datetime
    expires: datetime
    token_id: str


class SeenTokens:
    """Tokens used once are used up. In this process's memory, for as long as they could be replayed."""

    def __init__(self) -> None:
        self._until: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._lock = threading.Lock()

    def first_time(self, terminal: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        with self._lock:
            while self._until and next(iter(self._until.values())) <= now:
                self._until.popitem(last=False)
            if (terminal, token_id) in self._until:
                return False
            self._until[terminal, token_id] = until
            if len(self._until) > _SEEN_TOKENS:
                self._until.popitem(last=False)
            return True


class Devices:
    """Checks device tokens (JWT, RFC 7519, signed with Ed25519)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seen = SeenTokens()

    def terminal(self, token: str | None) -> Terminal:
        """Raises `Refused` (`device-unknown`). Whoever cannot sign learns nothing of why; a terminal that
        signs rightly is told when its clock is the trouble."""
        if token is None:
            raise Refused(ProblemType.DEVICE_UNKNOWN, "no device token")
        claimed = _claimed_terminal(token)
        with self._database.reading() as connection:
            key = None if claimed is None else terminals.public_key(connection, claimed)
        claims = None if key is None else _verified(token, key)
        if claimed is None or key is None or claims is None:
            _log.warning("a device token was refused")
            raise Refused(ProblemType.DEVICE_UNKNOWN)
        now = self._clock.now()
        if claims.expires - claims.issued > timedelta(seconds=DEVICE_TOKEN_LIFE_S):
            raise Refused(ProblemType.DEVICE_UNKNOWN, f"a device token lives {DEVICE_TOKEN_LIFE_S} s at most")
        if not claims.issued - _LEEWAY <= now < claims.expires + _LEEWAY:
            raise Refused(
                ProblemType.DEVICE_UNKNOWN,
                f"the token's times do not fit; here it is {now.isoformat(timespec='seconds')}",
            )
        usable_until = claims.expires + _LEEWAY
        if not self._seen.first_time(claimed, claims.token_id, until=usable_until, now=now):
            raise Refused(ProblemType.DEVICE_UNKNOWN, "this device token was used before")
        return Terminal(claimed, key)


def _claimed_terminal(token: str) -> str | None:
    """`iss`, not yet verified: good for nothing but finding the key."""
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError:
        return None
    return issuer if isinstance(issuer, str) else None


def _verified(token: str, key: bytes) -> _Claims | None:
    try:
        claims = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(key),
            algorithms=[DEVICE_TOKEN_ALGORITHM],
            audience=DEVICE_TOKEN_AUDIENCE,
            # The library reads the machine's clock; the times are judged by ours.
            options={
                "require": ["iss", "aud", "iat", "exp", "jti"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError:
        return None
    issued, expires, token_id = claims["iat"], claims["exp"], claims["jti"]
    if type(issued) is not int or type(expires) is not int or not 0 < len(token_id) <= 64:
        return None
    try:
        return _Claims(datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC), token_id)
    except (OverflowError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Session:
    """A resident's session that is in force."""

    reference: str
    evidence: Evidence
    token_hash: bytes = field(repr=False)


class Sessions:
    """Opens, checks and ends sessions. The token leaves once; kept is its hash."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, terminal: Terminal, reference: str, evidence: Evidence) -> tuple[str, datetime]:
        """The token, and when the session ends at the latest."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        with self._database.writing() as connection:
            stored.remove_stale(connection, unused_since=now - SESSION_IDLE, begun_before=now - SESSION_LIFE)
            stored.add(
                connection,
                stored.StoredSession(_hash(token), terminal.key, reference, evidence, now, now),
            )
        return token, now + SESSION_LIFE

    def session(self, terminal: Terminal, token: str | None) -> Session:
        """Raises `Refused` (`session-over`), the same for unknown, too old and another terminal's."""
        if token is None:
            raise Refused(ProblemType.SESSION_OVER)
        token_hash = _hash(token)
        now = self._clock.now()
        with self._database.reading() as connection:
            found = stored.find(connection, token_hash)
        if (
            found is None
            or found.device_key != terminal.key
            or now >= found.began + SESSION_LIFE
            or now >= found.last_used + SESSION_IDLE
        ):
            raise Refused(ProblemType.SESSION_OVER)
        if now >= found.last_used + _TOUCH_EVERY:
            with self._database.writing() as connection:
                stored.touch(connection, token_hash, now)
        return Session(found.reference, found.evidence, token_hash)

    def end(self, session: Session) -> None:
        with self._database.writing() as connection:
            stored.remove(connection, session.token_hash)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
