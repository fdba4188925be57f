"""A SAM-V module that shows the ID card it reads as a card over PC/SC (`docs/facts/cards.md` §7).

One real convention, no standard: a pseudo-APDU gives the module's answer to a read in blocks of 256 bytes. In
a reader without the module the card itself answers it, and says what it likes: this is for no such reader.
"""

from __future__ import annotations

from typing import Final

from drivers.cards.apdu import Command, MalformedResponse, meaning, transmit
from drivers.cards.channel import CardChannel, ExchangeFailed
from drivers.cards.id_outcomes import IdCardRead, IdOutcome, IdStep, IdUnreadable
from drivers.cards.records import Garbled
from drivers.cards.resident_id import resident_id_card
from drivers.cards.sam_v import PHOTO_BYTES, TEXT_BYTES, parse_content, parse_text

CARD_NAME: Final = slice(13, 15)
"""Where the answer to reset has the card's name, counted from 0 (PC/SC part 3, contactless storage cards)."""
ID_CARD_NAME: Final = b"\x90\x00"
BLOCK: Final = 256
STREAM_BYTES: Final = 4 + TEXT_BYTES + PHOTO_BYTES
"""Two lengths, text, photo: five blocks and four bytes."""
_TEXT_END: Final = 4 + TEXT_BYTES


def is_id_card(atr: bytes) -> bool:
    """Whether this answer to reset is that of an ID card, in a reader that has the module."""
    return atr[CARD_NAME] == ID_CARD_NAME


def read_id_card(channel: CardChannel, *, keep_photo: bool = False) -> IdOutcome:
    """Read the text, and the photo where it is asked for: no block is fetched that nobody wants.

    Whatever comes ends in an outcome. Raises only `CardPulled`, `CardMute` and `CardInUse`.
    """
    step = IdStep.READ
    try:
        wanted = STREAM_BYTES if keep_photo else _TEXT_END
        data = b"".join(_block(channel, number) for number in range(-(-wanted // BLOCK)))
        content = parse_content(data) if keep_photo else parse_text(data)
        step = IdStep.TEXT
        return IdCardRead(resident_id_card(content, keep_photo=keep_photo), module_id=None)
    except (Garbled, MalformedResponse, ExchangeFailed) as broken:
        return IdUnreadable(step, str(broken))


def _block(channel: CardChannel, number: int) -> bytes:
    response = transmit(channel, Command(0xFF, 0xB0, number, 0x00, le=BLOCK))
    if not response.ok:
        raise Garbled(f"block {number}: {response.status:04X}, {meaning(response.status)}")
    expected = min(BLOCK, STREAM_BYTES - number * BLOCK)
    if len(response.data) != expected:
        raise Garbled(f"block {number}: {len(response.data)} bytes where {expected} belong")
    return response.data
