"""The seam between what speaks to a card and what carries the bytes."""

from typing import Protocol


class CardChannel(Protocol):
    """An open way to one card. Everything above it is bytes in, bytes out."""

    @property
    def atr(self) -> bytes:
        """The card's answer to reset (ISO/IEC 7816-3)."""

    def send_and_receive(self, apdu: bytes | bytearray, /) -> bytes:
        """Send one command APDU, return the whole answer: data, SW1, SW2.

        A `bytearray` is a secret: it is zeroed by whoever gave it, so nobody on the way keeps a copy.
        Raises a `CardError` where no answer came back.
        """


class CardError(Exception):
    """The card gave no answer."""


class CardPulled(CardError):
    """The card has left: it, its reader or the PC/SC service is gone. A normal end of a visit."""


class ReaderLost(CardPulled):
    """The reader has gone while its card was worked on: the card may still be there."""


class CardMute(CardError):
    """Something is in the reader that does not start: wrong way round, damaged, or no smart card."""


class CardInUse(CardError):
    """Another program holds the card for itself."""


class ReaderBusy(CardError):
    """The reader's inbox is full: a card or its reader has stopped answering."""


class ExchangeFailed(CardError):
    """The card is still there, but the reader could not exchange with it.

    `code` is the PC/SC return code, `text` its words.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{text} (0x{code:08X})")
        self.code = code
        self.text = text
