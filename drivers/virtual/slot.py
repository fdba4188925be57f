"""A virtual slot: the card side of a reader that vsmartcard's `vpcd` driver gives to the real PC/SC service.

vpcd listens; a connection is a card (`docs/facts/cards.md` §5). By hand:

    python -m drivers.virtual.slot --card card.toml
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys
import threading
from enum import Enum
from pathlib import Path
from typing import Final, Self

from drivers.virtual.card_file import CardFileError, load_card
from drivers.virtual.cards import Answer, Pull, Silence, VirtualCard
from drivers.virtual.guard import ProvisionedTerminal, refuse_on_provisioned_terminal

USUAL_PORT: Final = 35963
"""vpcd's own default: the first slot; the second is on the next port."""

_POWER_OFF, _POWER_ON, _RESET, _SEND_ATR = 0, 1, 2, 4
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5
_LOOK: Final = 1.0
"""Seconds between looks whether the card is still wanted; commands and `remove` wake the thread at once."""
_STOP_LIMIT: Final = 3.0
_HAND: Final = 0.5
"""Seconds between two cards: the service looks every 0.4 s, and one put in sooner would pass for the last."""


class SlotState(Enum):
    EMPTY = "empty"
    WAITING = "waiting"
    """A card is in, but no PC/SC service answers."""
    CONNECTED = "connected"


class VirtualSlot:
    """One slot and its thread. Cards go in and out; the slot finds the service again when it restarts.

    Refuses to start on a provisioned terminal (`ProvisionedTerminal`).
    """

    def __init__(self, port: int = USUAL_PORT, host: str = "127.0.0.1") -> None:
        refuse_on_provisioned_terminal()
        self._address = (host, port)
        self._changed = threading.Condition()
        self._card: VirtualCard | None = None
        self._connection: socket.socket | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"virtual-slot {port}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> SlotState:
        with self._changed:
            return self._state()

    def insert(self, card: VirtualCard) -> None:
        """Put a card in; one that is in already is pulled first."""
        self.remove()
        card.insert()
        with self._changed:
            self._card = card
            self._changed.notify_all()

    def remove(self) -> None:
        """Pull the card, whatever it is doing."""
        with self._changed:
            self._pull()

    def wait_for(self, state: SlotState, seconds: float) -> bool:
        """Whether the slot is in `state` within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state() is state, seconds)

    def close(self) -> None:
        """Pull the card and end the thread. Raises `TimeoutError` when it does not end in 3 s."""
        with self._changed:
            self._closing = True
            self._pull()
        self._thread.join(_STOP_LIMIT)
        if self._thread.is_alive():
            raise TimeoutError(f"the slot's thread did not end within {_STOP_LIMIT} s")

    def _state(self) -> SlotState:
        if self._card is None:
            return SlotState.EMPTY
        return SlotState.WAITING if self._connection is None else SlotState.CONNECTED

    def _pull(self) -> None:
        self._card = None
        if self._connection is not None:
            # Wakes the thread out of recv; the service may have closed its end already.
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
        self._changed.notify_all()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while (card := self._next_card()) is not None:
            try:
                connection = socket.create_connection(self._address, timeout=_LOOK)
            except OSError:
                # No service yet, or no longer: the card waits in the slot.
                self._pause(card, pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            with connection:
                self._stay(card, connection)
            with self._changed:
                pulled = self._card is not card
                # A service that accepts and hangs up at once must not make this thread spin.
                self._changed.wait_for(lambda: self._closing, _HAND if pulled else _FIRST_PAUSE)

    def _next_card(self) -> VirtualCard | None:
        """The card that is in, as soon as there is one; None to end."""
        with self._changed:
            while self._card is None and not self._closing:
                self._changed.wait(_LOOK)
            return None if self._closing else self._card

    def _stay(self, card: VirtualCard, connection: socket.socket) -> None:
        """Serve the card until it or the service goes."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._changed:
            if self._card is not card:
                return
            self._connection = connection
            self._changed.notify_all()
        try:
            while self._card is card and self._serve(card, connection):
                pass
        except OSError:
            # The service went, in the middle or by a reset: as good as the end of the stream.
            return
        finally:
            with self._changed:
                self._connection = None
                self._changed.notify_all()

    def _serve(self, card: VirtualCard, connection: socket.socket) -> bool:
        """One message from the service; False when there are no more."""
        header = self._receive(card, connection, 2)
        message = self._receive(card, connection, int.from_bytes(header, "big")) if header else b""
        match message:
            case b"":
                return False
            case bytes() if len(message) > 1:
                return self._answer(card, connection, message)
            case _ if message[0] == _SEND_ATR:
                _send(connection, card.atr)
            case _ if message[0] in {_POWER_ON, _POWER_OFF, _RESET}:
                card.reset()
        return True

    def _answer(self, card: VirtualCard, connection: socket.socket, apdu: bytes) -> bool:
        match card.answer(apdu):
            case Answer(data, after):
                if after and self._pause(card, after):
                    return False
                _send(connection, data)
            case Pull():
                with self._changed:
                    if self._card is card:
                        self._pull()
                return False
            case Silence():
                # The service waits for ever; the next that happens is the end of the connection.
                pass
        return True

    def _receive(self, card: VirtualCard, connection: socket.socket, size: int) -> bytes:
        """Exactly `size` bytes; none when the stream ends or the card is pulled."""
        received = b""
        while len(received) < size:
            # Without this the kernel holds back the acknowledgement, and the service the rest of its message,
            # for 40 ms.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            try:
                part = connection.recv(size - len(received))
            except TimeoutError:
                if self._card is not card:
                    return b""
                continue
            if not part:
                return b""
            received += part
        return received

    def _pause(self, card: VirtualCard, seconds: float) -> bool:
        """Wait; whether the card was pulled meanwhile."""
        with self._changed:
            return self._changed.wait_for(lambda: self._card is not card, seconds)


def _send(connection: socket.socket, payload: bytes) -> None:
    connection.sendall(len(payload).to_bytes(2, "big") + payload)


def main(arguments: list[str] | None = None) -> int:
    """Hold one card in a slot until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual.slot", description=main.__doc__)
    parser.add_argument("--card", type=Path, required=True, help="the card's TOML file")
    parser.add_argument("--port", type=int, default=USUAL_PORT, help=f"vpcd's port (default {USUAL_PORT})")
    chosen = parser.parse_args(arguments)
    try:
        card = load_card(chosen.card)
        slot = VirtualSlot(chosen.port)
    except (CardFileError, OSError, ProvisionedTerminal) as error:
        print(error, file=sys.stderr)
        return 2
    with slot:
        slot.insert(card)
        print(f"{chosen.card.name} is in the slot on port {chosen.port}; Ctrl-C pulls it", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while slot.state is not SlotState.EMPTY:
                slot.wait_for(SlotState.EMPTY, _LOOK)
    return 0


if __name__ == "__main__":
    sys.exit(main())
