"""Logs that carry no digit of anybody's number.

Whatever looks like part of a number is replaced by a keyed hash before it is written: the same number has
the same hash within one process, so that a technician can follow it, and nobody can turn it back.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import structlog

_DIGITS = re.compile(r"\d(?:[\W_]{0,8}\d){3,}[Xx]?")
"""Four digits or more, of any script, also with up to eight signs between each two."""
_HEX = re.compile(r"(?=[0-9A-Fa-f]*[0-9])[0-9A-Fa-f]{8,}")
"""A card's identification code, or a number in a dump of bytes."""
_CODE = re.compile(
    r"(?<![0-9A-Za-z])[2-9A-HJ-NP-Za-hj-np-z]{4}(?:-[2-9A-HJ-NP-Za-hj-np-z]{4}){4}(?![0-9A-Za-z])"
)
"""验证码 of a paper: with it anyone learns whose it is."""
PUBLIC = frozenset({"pid", "port", "ms", "bytes", "status"})
"""Fields whose whole numbers never come from a card, a person or the centre."""
MAX_DEPTH = 6


class Redactor:
    """A structlog processor; the key lives as long as the process."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key if key is not None else secrets.token_bytes(32)

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {self._text(name): self._field(name, value) for name, value in event.items()}

    def _field(self, name: str, value: object) -> object:
        return value if name in PUBLIC and type(value) is int else self._clean(value, 0)

    def _clean(self, value: object, depth: int) -> object:
        if depth > MAX_DEPTH:
            return "…"
        match value:
            case None | bool():
                return value
            case int() | float():
                text = str(value)
                return value if self._text(text) == text else self._text(text)
            case Mapping():
                pairs = {self._text(str(k)): self._clean(v, depth + 1) for k, v in value.items()}
                return self._whole(pairs, " ".join(map(str, _leaves(value))))
            case list() | tuple() | set() | frozenset():
                items = [self._clean(item, depth + 1) for item in value]
                return self._whole(items, " ".join(map(str, _leaves(value))))
            case bytes() | bytearray():
                return f"<{len(value)} bytes>"
            case _:
                return self._text(str(value))

    def _whole(self, cleaned: object, leaves: str) -> object:
        """Digits one by one in a list are a number all the same: then all of it is hashed."""
        return cleaned if _DIGITS.search(leaves) is None else self._text(leaves)

    def _text(self, text: str) -> str:
        for pattern in (_CODE, _HEX, _DIGITS):
            text = pattern.sub(self._hash, text)
        return text

    def _hash(self, found: re.Match[str]) -> str:
        digest = hmac.new(self._key, found[0].encode(), hashlib.sha256).digest()
        # Letters only: a hash in hex would show digits and be hashed again.
        return "#" + "".join(chr(ord("g") + byte % 16) for byte in digest[:8])


def _leaves(value: object, depth: int = 0) -> Iterator[object]:
    """What stands in lists and mappings, one after the other, however deep."""
    match value:
        case bytes() | bytearray():
            return
        case Mapping() if depth <= MAX_DEPTH:
            for inner in value.values():
                yield from _leaves(inner, depth + 1)
        case list() | tuple() | set() | frozenset() if depth <= MAX_DEPTH:
            for inner in value:
                yield from _leaves(inner, depth + 1)
        case _:
            yield value


def configure_logs(process: str) -> None:
    """One line of JSON an event on stderr, where the service manager's journal takes it."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,
            Redactor(),
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    structlog.contextvars.clear_contextvars()
    structlog.get_logger().debug("logs configured", process=process)
