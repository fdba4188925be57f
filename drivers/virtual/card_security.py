"""What a virtual card does about its PIN and its keys."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from drivers.cards.apdu import StatusWord
from drivers.virtual.card_keys import FACTOR_BYTES, cryptogram

MOST_TRIES: Final = 15
"""What fits into the x of 63Cx."""
_USUAL_TRIES: Final = 3
_PIN_BYTES: Final = 3
_BETWEEN_PINS: Final = b"\xff"
_HOLDERS_FILE: Final = 0x0A
_PROOFS: Final = 3


@dataclass(frozen=True, slots=True)
class StoredPin:
    """`bcd` are the six digits, `tries` those that are left; 0 is a locked PIN.

    A right PIN gives all tries back: three, or `tries` where that is more.
    """

    bcd: bytes = field(repr=False)
    tries: int = _USUAL_TRIES
    tells_tries: bool = True
    """Answers 63Cx to VERIFY without data; otherwise 6700."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """The card's own key, and its algorithm's id."""

    key: bytes = field(repr=False)
    algorithm: int


class ChipPin:
    """A PIN with its count of tries, which outlives reset and removal."""

    def __init__(self, stored: StoredPin) -> None:
        self._bcd = stored.bcd
        self._tries = max(stored.tries, _USUAL_TRIES)
        self._left = stored.tries
        self._tells_tries = stored.tells_tries

    def verify(self, data: bytes) -> int:
        """The status word for VERIFY."""
        if not data and self._tells_tries:
            return StatusWord.METHOD_BLOCKED if self._left == 0 else 0x63C0 | self._left
        if len(data) != _PIN_BYTES:
            return StatusWord.WRONG_LENGTH
        if self._left == 0:
            return StatusWord.METHOD_BLOCKED
        if hmac.compare_digest(data, self._bcd):
            self._left = self._tries
            return StatusWord.OK
        self._left -= 1
        return 0x63C0 | self._left

    def change(self, data: bytes) -> int:
        """The status word for CHANGE PIN."""
        if len(data) != 2 * _PIN_BYTES + 1 or data[_PIN_BYTES : _PIN_BYTES + 1] != _BETWEEN_PINS:
            return StatusWord.WRONG_DATA
        status = self.verify(data[:_PIN_BYTES])
        if status == StatusWord.OK:
            self._bcd = bytes(data[_PIN_BYTES + 1 :])
        return status


class ChipKey:
    """A key, the challenge that waits for an answer, and whether the holder's file is open until reset."""

    def __init__(self, stored: StoredKey) -> None:
        self._stored = stored
        self._proofs_left = _PROOFS
        self.reset()

    def reset(self) -> None:
        self.is_open = False
        self._challenge = b""

    def challenge(self, length: int) -> bytes:
        """The answer to GET CHALLENGE."""
        if length != FACTOR_BYTES:
            return StatusWord.WRONG_LENGTH.to_bytes(2, "big")
        self._challenge = secrets.token_bytes(length)
        return self._challenge + StatusWord.OK.to_bytes(2, "big")

    def internal(self, data: bytes) -> bytes:
        """The answer to INTERNAL AUTHENTICATE; empty for data of another length."""
        if len(data) != 2 * FACTOR_BYTES:
            return b""
        return self._cryptogram(data[:FACTOR_BYTES], data[FACTOR_BYTES:])

    def external(self, key_reference: int, data: bytes) -> int:
        """The status word for EXTERNAL AUTHENTICATE: a cryptogram and what was enciphered."""
        challenge, self._challenge = self._challenge, b""
        if key_reference != _HOLDERS_FILE:
            return StatusWord.DATA_NOT_FOUND
        if len(data) != 2 * FACTOR_BYTES:
            return StatusWord.WRONG_LENGTH
        if self._proofs_left == 0:
            return StatusWord.METHOD_BLOCKED
        if not challenge:
            return StatusWord.REFERENCE_UNUSABLE
        if not hmac.compare_digest(data[:FACTOR_BYTES], self._cryptogram(challenge, data[FACTOR_BYTES:])):
            self._proofs_left -= 1
            return 0x63C0 | self._proofs_left
        self._proofs_left = _PROOFS
        self.is_open = True
        return StatusWord.OK

    def _cryptogram(self, factor: bytes, original: bytes) -> bytes:
        return cryptogram(self._stored.key, factor, original, self._stored.algorithm)
