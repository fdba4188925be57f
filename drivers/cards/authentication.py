"""Card and terminal prove to each other that they have the keys (`docs/facts/cards.md` §9).

The terminal's keys lie in a PSAM or at an HSM and never here: an `Authenticator` is the plug-in that speaks
to one of them.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Final, Protocol, runtime_checkable

from drivers.cards.apdu import Command, Response, StatusWord, meaning, transmit_whole
from drivers.cards.channel import CardChannel
from drivers.cards.records import Garbled, Refused

PLUG_INS: Final = "bianmin.card_authenticators"
"""The entry point group; a plug-in is a callable without arguments that returns an `Authenticator`."""

TRIPLE_DES: Final = 0x01
SM4: Final = 0x03

_HOLDERS_FILE: Final = 0x0A
"""Reference of the key that opens the holder's file, RKSSSE."""
_BUSY_LIMIT_S: Final = 5.0
"""So long one card waits for another's turn at the module."""
_LEAST_INTERFACE_BYTES: Final = 2
_MOST_INTERFACE_GROUPS: Final = 8


class AuthenticatorUnavailable(Exception):
    """The module with the keys does not answer, or has none for this card. `reason` is for a technician."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoSuchAuthenticator(AuthenticatorUnavailable):
    """No plug-in of this name is installed."""

    def __init__(self, name: str, installed: tuple[str, ...]) -> None:
        there = ", ".join(installed) or "none"
        super().__init__(f"no card authenticator {name!r} is installed ({PLUG_INS}); there are: {there}")
        self.name = name
        self.installed = installed


@dataclass(frozen=True, slots=True)
class CardKeyContext:
    """What a card's keys are derived by."""

    card_id: bytes = field(repr=False)
    """卡识别码, 16 bytes."""
    algorithm: int
    """`TRIPLE_DES` or `SM4`."""
    historical_bytes: bytes
    """Those of the answer to reset; they name the card's maker."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is enciphered, and the process factor 过程因子 that the key of this one answer is derived by."""

    factor: bytes
    original: bytes


@runtime_checkable
class Authenticator(Protocol):
    """The side that has the keys: what a plug-in is.

    It is asked one question at a time. Blocks as long as its module or line takes, which it limits itself.
    """

    def card_answer(self, card: CardKeyContext, question: Question) -> bytes:
        """The cryptogram a genuine card answers to INTERNAL AUTHENTICATE.

        Raises `AuthenticatorUnavailable`.
        """

    def terminal_answer(self, card: CardKeyContext, question: Question) -> bytes:
        """The terminal's cryptogram for EXTERNAL AUTHENTICATE, by the key that opens the holder's file.

        Raises `AuthenticatorUnavailable`.
        """


class GuardedAuthenticator:
    """A plug-in behind a guard: asked by all readers' threads, and its failures never more than "no key"."""

    def __init__(
        self,
        plug_in: Authenticator,
        busy_limit_s: float = _BUSY_LIMIT_S,
        on_stop: Callable[[str], None] | None = None,
    ) -> None:
        """`on_stop` is told the reason once, on the thread of the reader that met it."""
        self._plug_in = plug_in
        self._on_stop = on_stop
        self._busy_limit_s = busy_limit_s
        self._one_question, self._word = threading.Lock(), threading.Lock()
        self._stopped: str | None = None

    def card_answer(self, card: CardKeyContext, question: Question) -> bytes:
        """As the plug-in's. Whatever goes wrong with it raises `AuthenticatorUnavailable`."""
        return self._answer(self._plug_in.card_answer, card, question)

    def terminal_answer(self, card: CardKeyContext, question: Question) -> bytes:
        """As the plug-in's. Whatever goes wrong with it raises `AuthenticatorUnavailable`."""
        return self._answer(self._plug_in.terminal_answer, card, question)

    def stop(self, reason: str) -> None:
        """Ask the plug-in nothing more: from now on every call raises `AuthenticatorUnavailable(reason)`."""
        # Not under the lock of a question: a module that hangs in one must not keep the word back.
        with self._word:
            first, self._stopped = self._stopped is None, self._stopped or reason
        if first and self._on_stop is not None:
            self._on_stop(reason)

    def _answer(
        self,
        ask: Callable[[CardKeyContext, Question], object],
        card: CardKeyContext,
        question: Question,
    ) -> bytes:
        # A PSAM takes several commands for one answer: another card's between them would spoil both.
        if not self._one_question.acquire(timeout=self._busy_limit_s):
            raise AuthenticatorUnavailable(f"the module is busy for more than {self._busy_limit_s:g} s")
        try:
            if self._stopped is not None:
                raise AuthenticatorUnavailable(self._stopped)
            answer = ask(card, question)
        except AuthenticatorUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  a plug-in may raise anything; its text may hold the card id
            raise AuthenticatorUnavailable(f"the authenticator failed: {type(error).__name__}") from None
        finally:
            self._one_question.release()
        if not isinstance(answer, bytes):
            raise AuthenticatorUnavailable(f"the authenticator answered {type(answer).__name__}, not bytes")
        return answer


@dataclass(frozen=True, slots=True)
class _Lengths:
    """In bytes. A challenge of the card is a process factor."""

    factor: int
    original: int
    cryptogram: int


_LENGTHS: Final = {TRIPLE_DES: _Lengths(8, 8, 8), SM4: _Lengths(8, 8, 8)}


def load_authenticator(name: str, on_stop: Callable[[str], None] | None = None) -> GuardedAuthenticator:
    """The plug-in installed under `name`, ready. Raises `AuthenticatorUnavailable`, `NoSuchAuthenticator`."""
    installed = entry_points(group=PLUG_INS)
    if name not in installed.names:
        raise NoSuchAuthenticator(name, tuple(sorted(installed.names)))
    try:
        plug_in = installed[name].load()()
        is_one = isinstance(plug_in, Authenticator)
    except AuthenticatorUnavailable:
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise AuthenticatorUnavailable(f"the card authenticator {name!r} does not load: {why}") from error
    if not is_one:
        raise AuthenticatorUnavailable(f"the plug-in {name!r} is no card authenticator")
    return GuardedAuthenticator(plug_in, on_stop=on_stop)


def card_is_genuine(channel: CardChannel, authenticator: Authenticator, card: CardKeyContext) -> bool:
    """INTERNAL AUTHENTICATE: whether the card has the keys its identification code belongs to.

    The question is the terminal's own and used once: an answer overheard elsewhere does not fit it. Raises
    `AuthenticatorUnavailable`, `Refused` by a card that does not know how, `Garbled`, `MalformedResponse` or
    the channel's `CardError`.
    """
    lengths = _lengths(card)
    question = Question(secrets.token_bytes(lengths.factor), secrets.token_bytes(lengths.original))
    expected = _checked(authenticator.card_answer(card, question), lengths)
    asked = Command(0x00, 0x88, 0x00, 0x00, question.factor + question.original)
    answer = _accepted(transmit_whole(channel, asked))
    if len(answer) != lengths.cryptogram:
        raise Garbled(f"a cryptogram of {len(answer)} bytes")
    return hmac.compare_digest(expected, answer)


def open_holders_file(
    channel: CardChannel, authenticator: GuardedAuthenticator, card: CardKeyContext
) -> None:
    """EXTERNAL AUTHENTICATE: the terminal proves its right to the holder's file.

    A card counts wrong proofs and locks its key for good: call it for a genuine card only, once. Such a card
    that refuses tells that the terminal's key is wrong: the authenticator is stopped, lest every card that
    comes loses a try. One whose key was locked before says nothing of the terminal's. Raises like
    `card_is_genuine`.
    """
    lengths = _lengths(card)
    challenge = _accepted(transmit_whole(channel, Command(0x00, 0x84, 0x00, 0x00, le=lengths.factor)))
    if len(challenge) != lengths.factor:
        raise Garbled(f"a challenge of {len(challenge)} bytes")
    question = Question(challenge, secrets.token_bytes(lengths.original))
    answer = _checked(authenticator.terminal_answer(card, question), lengths)
    proof = Command(0x00, 0x82, 0x00, _HOLDERS_FILE, answer + question.original)
    response = transmit_whole(channel, proof)
    if not response.ok:
        refusal = f"{response.status:04X}, {meaning(response.status)}"
        if response.status == StatusWord.METHOD_BLOCKED:
            raise AuthenticatorUnavailable(f"the card's key for its holder's file is locked ({refusal})")
        reason = f"a genuine card refused the terminal's proof ({refusal}): no more cards are tried"
        authenticator.stop(reason)
        raise AuthenticatorUnavailable(reason)


def historical_bytes(atr: bytes) -> bytes:
    """The historical bytes of an answer to reset (ISO/IEC 7816-3, 8.2); empty where it is cut short."""
    if len(atr) < _LEAST_INTERFACE_BYTES:
        return b""
    count, announced, at = atr[1] & 0x0F, atr[1] >> 4, _LEAST_INTERFACE_BYTES
    for _ in range(_MOST_INTERFACE_GROUPS):
        group = announced.bit_count()
        if not announced & 0x8:
            return atr[at + group :][:count]
        at += group
        if at > len(atr):
            return b""
        announced = atr[at - 1] >> 4
    return b""


def _lengths(card: CardKeyContext) -> _Lengths:
    lengths = _LENGTHS.get(card.algorithm)
    if lengths is None:
        raise AuthenticatorUnavailable(f"the card's algorithm {card.algorithm} is none of {sorted(_LENGTHS)}")
    return lengths


def _checked(cryptogram: bytes, lengths: _Lengths) -> bytes:
    """Lest an empty answer of the module fits an empty one of the card."""
    if len(cryptogram) != lengths.cryptogram:
        raise AuthenticatorUnavailable(
            f"the module gave a cryptogram of {len(cryptogram)} bytes where {lengths.cryptogram} belong"
        )
    return cryptogram


def _accepted(response: Response) -> bytes:
    if not response.ok:
        raise Refused(response.status)
    return response.data
