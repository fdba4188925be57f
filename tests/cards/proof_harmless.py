"""Detours that change nothing of what a card says: an answer in pieces, or only to another Le."""

from __future__ import annotations

from random import Random
from typing import Final

from drivers.cards.channel import CardChannel

_READ_RECORD: Final = 0xB2
_GET_RESPONSE: Final = 0xC0
_DONE: Final = b"\x90\x00"


class HarmlessDetours:
    """A channel over another: records come whole only after 61xx and GET RESPONSE, as T=0 cards do it."""

    def __init__(self, channel: CardChannel, rng: Random) -> None:
        self.atr = channel.atr
        self._channel = channel
        self._rng = rng
        self._rest = b""

    def send_and_receive(self, apdu: bytes | bytearray, /) -> bytes:
        if self._rest and apdu[1] == _GET_RESPONSE:
            return self._piece()
        self._rest = b""
        answer = self._channel.send_and_receive(apdu)
        if apdu[1] != _READ_RECORD or not answer.endswith(_DONE) or len(answer) < 4:
            return answer
        match self._rng.randrange(3):
            case 0:
                self._rest = answer[:-2]
                return self._piece(least=0)
            case 1 if apdu[-1] != len(answer) - 2:
                return bytes([0x6C, len(answer) - 2])
            case _:
                return answer

    def _piece(self, least: int = 1) -> bytes:
        # A third at least: a driver does not come back for ever.
        size = self._rng.randint(least and max(least, len(self._rest) // 3), len(self._rest))
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece + (bytes([0x61, len(self._rest)]) if self._rest else _DONE)
