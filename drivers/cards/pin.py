"""The PIN of a social-security card: asked, verified, changed, and forgotten (`docs/facts/cards.md` §8).

The digits lie in one bytearray that is zeroed after use. They are never text, never in a log, a `repr`, an
exception or a pickle.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NoReturn, Self, TypeAlias

from drivers.cards import apdu
from drivers.cards.apdu import Command, MalformedResponse, Response, StatusWord, tries_left
from drivers.cards.application import APPLICATION_ID, selected
from drivers.cards.channel import CardChannel, ExchangeFailed
from drivers.cards.records import Refused

PIN_DIGITS: Final = 6

_VERIFY: Final = Command(0x00, 0x20, 0x00, 0x00)
_CHANGE: Final = Command(0x80, 0x5E, 0x01, 0x00)
_BETWEEN_PINS: Final = 0xFF
_LAST: Final = 1


class BadPin(ValueError):
    """What was given is no PIN. The text never repeats it."""


class Pin:
    """Six digits, BCD in memory of its own. As a context manager it is wiped at the end of the block."""

    __slots__ = ("_bcd", "_wiped")

    def __init__(self, digits: Iterable[int]) -> None:
        """`digits` are numbers from 0 to 9; whoever gives them wipes his own. Raises `BadPin`."""
        self._bcd = bytearray(PIN_DIGITS // 2)
        self._wiped = False
        count = 0
        for digit in digits:
            if count == PIN_DIGITS or not 0 <= digit <= 9:
                self.wipe()
                raise BadPin(f"a PIN is {PIN_DIGITS} digits")
            self._bcd[count // 2] |= digit << (0 if count % 2 else 4)
            count += 1
        if count != PIN_DIGITS:
            self.wipe()
            raise BadPin(f"a PIN is {PIN_DIGITS} digits")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "Pin(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a PIN is neither copied nor pickled")

    @property
    def bcd(self) -> bytearray:
        """The memory itself, three bytes; whoever copies it wipes his copy. Raises `BadPin` once wiped."""
        if self._wiped:
            # Zeros would be tried as 000000 and cost the resident a try.
            raise BadPin("this PIN has been wiped")
        return self._bcd

    def same_as(self, other: Pin) -> bool:
        """Whether both are the same digits: a new PIN is typed twice. Raises `BadPin` once wiped."""
        return hmac.compare_digest(self.bcd, other.bcd)

    def wipe(self) -> None:
        """Forget the digits. May be called again."""
        apdu.wipe(self._bcd)
        self._wiped = True


@dataclass(frozen=True, slots=True)
class PinRight:
    """The card accepted the PIN, or the change of it."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    """Another PIN. `tries_left` is at least 1; None where the card does not say."""

    tries_left: int | None


@dataclass(frozen=True, slots=True)
class PinLocked:
    """No tries are left: only the issuer can unlock it, against the ID card."""


@dataclass(frozen=True, slots=True)
class LastTry:
    """One try is left and nothing was sent: the resident decides whether to spend it."""


@dataclass(frozen=True, slots=True)
class TriesUnknown:
    """The card does not tell its tries, so this may be the last; nothing was sent, as with `LastTry`."""


@dataclass(frozen=True, slots=True)
class PinRefused:
    """The card refused the command itself, or has no such application. `status` is its status word."""

    status: int

    @property
    def meaning(self) -> str:
        return apdu.meaning(self.status)


@dataclass(frozen=True, slots=True)
class PinUnanswered:
    """No answer that can be read: whether a try was spent is not known."""

    detail: str


PinOutcome: TypeAlias = PinRight | PinWrong | PinLocked | LastTry | TriesUnknown | PinRefused | PinUnanswered


def pin_tries(channel: CardChannel) -> int | PinLocked | None:
    """How many tries are left, asked without spending one; None for a card that does not tell.

    Asks the selected application: VERIFY without data (ISO/IEC 7816-4). Raises `MalformedResponse` or the
    channel's `CardError`.
    """
    status = apdu.transmit(channel, _VERIFY).status
    left = tries_left(status)
    return PinLocked() if left == 0 or status == StatusWord.METHOD_BLOCKED else left


def verify_pin(channel: CardChannel, pin: Pin, *, spend_last_try: bool = False) -> PinOutcome:
    """Select the application and have the card verify the PIN; `pin` stays the caller's to wipe.

    The last try, and one that may be, is spent only with `spend_last_try`. Raises `CardPulled`, `CardMute`,
    `CardInUse`, and `BadPin` for one that has been wiped.
    """
    return _with_tries(
        channel, lambda: apdu.transmit_secret(channel, _VERIFY, pin.bcd), spend_last_try=spend_last_try
    )


def change_pin(channel: CardChannel, old: Pin, new: Pin, *, spend_last_try: bool = False) -> PinOutcome:
    """Select the application and have the card take `new` for `old`; a wrong `old` costs a try.

    Otherwise like `verify_pin`.
    """

    def change() -> Response:
        both = bytearray(PIN_DIGITS + 1)
        try:
            both[: PIN_DIGITS // 2] = old.bcd
            both[PIN_DIGITS // 2] = _BETWEEN_PINS
            both[PIN_DIGITS // 2 + 1 :] = new.bcd
            return apdu.transmit_secret(channel, _CHANGE, both)
        finally:
            apdu.wipe(both)

    return _with_tries(channel, change, spend_last_try=spend_last_try)


def _with_tries(channel: CardChannel, send: Callable[[], Response], *, spend_last_try: bool) -> PinOutcome:
    try:
        selected(channel, APPLICATION_ID, whole=False)
        match pin_tries(channel):
            case PinLocked() as locked:
                return locked
            case None if not spend_last_try:
                return TriesUnknown()
            case left if left == _LAST and not spend_last_try:
                return LastTry()
        return _outcome(send().status)
    except Refused as refused:
        return PinRefused(refused.status)
    except (MalformedResponse, ExchangeFailed) as broken:
        return PinUnanswered(str(broken))


def _outcome(status: int) -> PinOutcome:
    if status == StatusWord.OK:
        return PinRight()
    left = tries_left(status)
    if left == 0 or status == StatusWord.METHOD_BLOCKED:
        return PinLocked()
    if left is not None or status == StatusWord.AUTHENTICATION_FAILED:
        return PinWrong(left)
    return PinRefused(status)
