"""Selecting an application of a chip, and what its file control information says (ISO/IEC 7816-4)."""

from __future__ import annotations

from typing import Final

from drivers.cards import tlv
from drivers.cards.apdu import Command, StatusWord, transmit, transmit_whole, waiting_bytes
from drivers.cards.channel import CardChannel
from drivers.cards.records import Garbled, Refused

APPLICATION_ID: Final = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
"""The social-security application's name, `sx1.sh.社会保障` in GB 2312."""

NO_SUCH_APPLICATION: Final = frozenset(
    {
        StatusWord.APPLET_SELECT_FAILED,
        StatusWord.FILE_NOT_FOUND,
        StatusWord.UNKNOWN_INSTRUCTION,
        StatusWord.UNKNOWN_CLASS,
    }
)
"""Answers to SELECT of a card that does not have what is selected."""

_ALGORITHM_TAG: Final = 0x9F0C
_ALGORITHM_ID: Final = 0x86
_USUAL_ALGORITHM: Final = 0x01


def selected(channel: CardChannel, name: bytes, *, whole: bool) -> bytes:
    """Select an application by its name; its file control information.

    A card of T=0 keeps the information behind a 61xx: it is fetched only where `whole` is wanted, and empty
    otherwise. Raises `Refused`, also by a card that has none such, `MalformedResponse` or the channel's
    `CardError`.
    """
    send = transmit_whole if whole else transmit
    response = send(channel, Command(0x00, 0xA4, 0x04, 0x00, name))
    if not response.ok and waiting_bytes(response.status) is None:
        raise Refused(response.status)
    return response.data


def select(channel: CardChannel, name: bytes, *, whole: bool) -> bytes | None:
    """Like `selected`; None where the card has no such application."""
    try:
        return selected(channel, name, whole=whole)
    except Refused as refused:
        if refused.status in NO_SUCH_APPLICATION:
            return None
        raise


def algorithm(fci: bytes) -> int:
    """The social-security application's algorithm id, `9F0C 03 86 01 xx`; 1 where it is absent.

    Raises `Garbled` or `TlvError`.
    """
    for item in (inner for outer in tlv.parse(fci) for inner in outer.walk()):
        if item.tag != _ALGORITHM_TAG or not isinstance(item.value, bytes):
            continue
        for entry in tlv.parse(item.value):
            if entry.tag == _ALGORITHM_ID and isinstance(entry.value, bytes) and len(entry.value) == 1:
                return entry.value[0]
        raise Garbled("9F0C without an algorithm id")
    return _USUAL_ALGORITHM
