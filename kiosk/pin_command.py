"""`kioskctl pin`: verifies or changes a card's PIN. The digits are typed, and never an argument or text."""

from __future__ import annotations

import argparse
import os
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from drivers.cards import apdu
from drivers.cards.application import APPLICATION_ID, select
from drivers.cards.channel import CardChannel, CardError
from drivers.cards.once import once_with_card
from drivers.cards.pcsc import look_at_readers
from drivers.cards.pin import (
    LastTry,
    Pin,
    PinLocked,
    PinOutcome,
    PinRefused,
    PinRight,
    PinUnanswered,
    PinWrong,
    TriesUnknown,
    change_pin,
    pin_tries,
    verify_pin,
)
from drivers.cards.records import Refused
from kiosk.card_report import unanswered
from kiosk.not_done import NotDone

_MOST_TYPED: Final = 64
_YES: Final = b"yes"


def add_command(commands: argparse._SubParsersAction[Any]) -> None:
    pin = commands.add_parser("pin", help="verify or change the PIN of the card that is in")
    pin.add_argument("what", choices=("tries", "verify", "change"))
    pin.add_argument("--reader", default="", help="a word of the reader's name, where two cards are in")


def run(given: argparse.Namespace) -> int:
    """0: the card said yes; 1: it did not. Raises `NotDone`, `BadPin`, `PcscError` or `NoReader`."""
    reader = _reader(given.reader)
    tries = _on_card(reader, _tries)
    print(f"{reader}: {_left(tries)}")
    if given.what == "tries":
        return 0
    if isinstance(tries, PinLocked):
        return 1
    may_be_last = tries in {None, 1}
    if may_be_last and not _sure(tries):
        print("nothing was sent to the card")
        return 1
    with ExitStack() as pins:
        # Whatever comes between, they are wiped: a job that begins too late finds none, and sends nothing.
        outcome = _on_card(reader, _job(given.what, pins, spend_last_try=may_be_last))
    print(f"{reader}: {_told(outcome)}")
    return 0 if isinstance(outcome, PinRight) else 1


def _reader(word: str) -> str:
    holding = [state.reader for state in look_at_readers() if state.holds_card and word in state.reader]
    match holding:
        case [reader]:
            return reader
        case []:
            raise NotDone("no card is in" + (f" a reader whose name holds {word!r}" if word else ""))
        case _:
            raise NotDone(f"cards are in {', '.join(holding)}: name one with --reader")


def _on_card(reader: str, job: Callable[[CardChannel], Any]) -> Any:
    try:
        return once_with_card(reader, job)
    except CardError as error:
        _, detail = unanswered(error)
        raise NotDone(f"{reader}: {detail}") from error


def _tries(channel: CardChannel) -> int | PinLocked | None:
    try:
        if select(channel, APPLICATION_ID, whole=False) is None:
            raise NotDone("the card has no social-security application")
        return pin_tries(channel)
    except Refused as refused:
        why = f"{refused.status:04X} {apdu.meaning(refused.status)}"
        raise NotDone(f"the card refuses its social-security application: {why}") from refused
    except apdu.MalformedResponse as error:
        raise NotDone(f"the card answers what cannot be: {error}") from error


def _job(what: str, pins: ExitStack, *, spend_last_try: bool) -> Callable[[CardChannel], PinOutcome]:
    """What is to be done with the card; asks for the digits first, so that no card waits for fingers.

    What was typed is wiped with `pins`. Raises `BadPin` or `NotDone`.
    """
    old = pins.enter_context(_typed("PIN: "))
    if what == "verify":
        return lambda channel: verify_pin(channel, old, spend_last_try=spend_last_try)
    new, again = (pins.enter_context(_typed(prompt)) for prompt in ("new PIN: ", "new PIN again: "))
    if not new.same_as(again):
        raise NotDone("the two new PINs differ; nothing was sent to the card")
    return lambda channel: change_pin(channel, old, new, spend_last_try=spend_last_try)


def _sure(tries: int | None) -> bool:
    """A wrong PIN at the last try locks the card for good: what may be the last is spent only on purpose."""
    left = "This may be the last try" if tries is None else "One try is left"
    print(f"{left}: a wrong PIN locks the card, and only its issuer can unlock it.")
    line = _typed_line("Type yes to go on: ")
    return bytes(line).strip().lower() == _YES


def _typed(prompt: str) -> Pin:
    """The digits go from the keyboard into memory that is wiped. Raises `BadPin`."""
    line = _typed_line(prompt)
    try:
        return Pin(sign - ord("0") for sign in line)
    finally:
        apdu.wipe(line)


def _typed_line(prompt: str) -> bytearray:
    print(prompt, end="", flush=True)
    line = bytearray()
    try:
        with _no_echo():
            # One byte at a time: Python keeps a single such object, and no copy of the line.
            while (sign := os.read(0, 1)) not in {b"", b"\n"} and len(line) < _MOST_TYPED:
                line += sign
    except KeyboardInterrupt:
        apdu.wipe(line)
        print("\nnothing was sent to the card")
        raise
    print()
    return line


@contextmanager
def _no_echo() -> Iterator[None]:
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(0)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    try:
        termios.tcsetattr(0, termios.TCSAFLUSH, silent)
        yield
    finally:
        termios.tcsetattr(0, termios.TCSAFLUSH, before)


def _left(tries: int | PinLocked | None) -> str:
    match tries:
        case PinLocked():
            return "the PIN is locked; the card's issuer unlocks it, against the ID card"
        case None:
            return "the card does not say how many tries are left"
        case _:
            return f"{tries} {'try' if tries == 1 else 'tries'} left"


def _told(outcome: PinOutcome) -> str:
    match outcome:
        case PinRight():
            return "the PIN is right"
        case PinWrong(left):
            return f"wrong PIN, {_left(left)}"
        case PinLocked() as locked:
            return f"wrong PIN; {_left(locked)}"
        case LastTry():
            return "one try is left and was not spent"
        case TriesUnknown():
            return "it no longer says how many tries are left, and none was spent"
        case PinRefused(status):
            return f"refused: {status:04X} {outcome.meaning}"
        case PinUnanswered(detail):
            return f"no answer that can be read ({detail}): whether a try was spent is not known"
