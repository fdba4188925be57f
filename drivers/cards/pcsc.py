"""PC/SC: readers, their states, and the bytes to a card. The only module that imports pyscard.

A small layer over the PC/SC functions themselves: pyscard's own monitor thread dies silently when the service
restarts (`docs/facts/cards.md` §6).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Self, TypeVar

from smartcard import scard

from drivers.cards.channel import CardChannel, CardInUse, CardMute, CardPulled, ExchangeFailed

T = TypeVar("T")

MOST_READERS: Final = 15
"""pcsc-lite watches 16 names in one call, and one of them is the notification of new readers."""

_NEW_READERS: Final = r"\\?PnP?\Notification"
_REMOVAL_NOTICE: Final = 0.6
"""Seconds after a failed exchange in which the service notices a removal: it polls every 0.4 s."""
_DISAGREEMENT: Final = 0.02
_STALE_TABLES: Final = 5

_CARD_HAS_LEFT: Final = frozenset(
    {
        scard.SCARD_W_REMOVED_CARD,
        scard.SCARD_E_NO_SMARTCARD,
        scard.SCARD_E_READER_UNAVAILABLE,
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_E_INVALID_HANDLE,
    }
)
_CARD_DOES_NOT_START: Final = frozenset(
    {
        scard.SCARD_W_UNPOWERED_CARD,
        scard.SCARD_W_UNRESPONSIVE_CARD,
        scard.SCARD_W_UNSUPPORTED_CARD,
        scard.SCARD_E_PROTO_MISMATCH,
    }
)


class PcscError(Exception):
    """The PC/SC service failed in a call. `call` is the function, `code` its return code."""

    def __init__(self, call: str, code: int, remedy: str = "") -> None:
        super().__init__(f"{call}: {_text(code)} (0x{code:08X}){remedy}")
        self.call = call
        self.code = code


class PcscUnavailable(PcscError):
    """No PC/SC service answers, or not to this user; the message says what to do."""

    def __init__(self, code: int) -> None:
        remedy = (
            ". Install it (Debian: apt install pcscd libccid) and start it (systemctl start pcscd.socket); "
            "if PCSCLITE_CSOCK_NAME is set, check that its socket exists"
        )
        if code == scard.SCARD_W_SECURITY_VIOLATION:
            remedy = ". Allow this user the polkit action org.debian.pcsc-lite.access_pcsc"
        super().__init__("SCardEstablishContext", code, remedy)


class NoReader(Exception):
    """The service runs and has no card reader."""

    def __init__(self) -> None:
        super().__init__(
            "the PC/SC service has no card reader: plug one in, and check that its driver is installed "
            "(Debian: apt install libccid; pcsc_scan shows the readers)"
        )


class Slot(StrEnum):
    """What is in a reader."""

    EMPTY = "empty"
    CARD = "card"
    MUTE = "mute"
    """A card that does not start."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class ReaderState:
    """One look at one reader. `atr` is empty without a started card.

    `word` is the state as PC/SC gives it; its upper half counts the insertions and removals.
    """

    reader: str
    slot: Slot
    atr: bytes
    word: int

    @property
    def holds_card(self) -> bool:
        return self.slot in {Slot.CARD, Slot.MUTE}

    @property
    def card_events(self) -> int:
        return self.word >> 16 & 0xFFFF


class PcscContext:
    """A connection to the PC/SC service, for one thread; only `cancel` may be called from another.

    Raises `PcscUnavailable` when none answers; its methods raise `PcscError` when the service goes.
    """

    def __init__(self) -> None:
        code, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if code != scard.SCARD_S_SUCCESS:
            raise PcscUnavailable(code)
        self._new_readers_word = scard.SCARD_STATE_UNAWARE

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The service may be gone, and the handle with it: there is nothing more to release.
        scard.SCardReleaseContext(self._context)

    def readers(self) -> tuple[str, ...]:
        """The readers' names, at most `MOST_READERS`; empty when there is none."""
        code, names = scard.SCardListReaders(self._context, [])
        if code in {scard.SCARD_E_NO_READERS_AVAILABLE, scard.SCARD_E_UNKNOWN_READER}:
            return ()
        _check("SCardListReaders", code)
        return tuple(names[:MOST_READERS])

    def wait(
        self, known: Sequence[ReaderState], unseen: Sequence[str], seconds: float
    ) -> tuple[ReaderState, ...]:
        """The readers' states once one differs from `known`, a reader comes, or time is up.

        Returns at once when there are `unseen` readers, and with nothing new where a reader has just gone:
        ask `readers` again.
        """
        watched = [(state.reader, state.word) for state in known]
        watched += [(reader, scard.SCARD_STATE_UNAWARE) for reader in unseen]
        asked = [*watched, (_NEW_READERS, self._new_readers_word)]
        code, states = scard.SCardGetStatusChange(self._context, round(seconds * 1000), asked)
        if code == scard.SCARD_E_UNKNOWN_READER:
            # Keeps a caller that asks again at once from spinning should list and states disagree for long.
            time.sleep(_DISAGREEMENT)
            return tuple(known)
        if code == scard.SCARD_E_CANCELLED:
            return tuple(known)
        if code != scard.SCARD_E_TIMEOUT:
            _check("SCardGetStatusChange", code)
        self._new_readers_word = states[-1][1]
        return tuple(_state(name, word, bytes(atr)) for name, word, atr in states[:-1])

    def cancel(self) -> None:
        """Wake a `wait` that is under way; one that begins later is not woken."""
        # Refused only when nothing waits or the service is gone, and then the wait ends by itself.
        scard.SCardCancel(self._context)

    @contextmanager
    def card(self, reader: str) -> Iterator[CardChannel]:
        """The card in `reader`, nobody else's until the block ends; it keeps its power and state afterwards.

        Waits while another program is in the middle of a transaction with the card.

        Raises `CardPulled`, `CardMute`, `CardInUse` or `ExchangeFailed`; so does the channel.
        """
        code, handle, protocol = scard.SCardConnect(
            self._context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        if code != scard.SCARD_S_SUCCESS:
            raise self.card_error(reader, code)
        try:
            code = scard.SCardBeginTransaction(handle)
            if code != scard.SCARD_S_SUCCESS:
                raise self.card_error(reader, code)
            yield _PcscChannel(self, reader, handle, protocol, self._atr(reader, handle))
        finally:
            # Ends the transaction too. On a card that has left the handle is gone already.
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)

    def _atr(self, reader: str, handle: int) -> bytes:
        """Only this of what SCardStatus says: libpcsclite keeps one table of the readers' states for all
        threads, and another thread may just have put one from before the card there."""
        for _ in range(_STALE_TABLES):
            code, _reader, _state, _protocol, atr = scard.SCardStatus(handle)
            if code != scard.SCARD_S_SUCCESS:
                raise self.card_error(reader, code)
            if atr:
                return bytes(atr)
        return b""

    def card_error(self, reader: str, code: int) -> CardPulled | CardMute | CardInUse | ExchangeFailed:
        """What a return code says of the card; looks at the reader for up to 0.6 s where it is ambiguous."""
        if code in _CARD_HAS_LEFT:
            return CardPulled(_text(code))
        if code in _CARD_DOES_NOT_START:
            return CardMute(_text(code))
        if code == scard.SCARD_E_SHARING_VIOLATION:
            return CardInUse(_text(code))
        # Drivers report a pulled card as any transmission error, before the service has noticed the removal.
        return CardPulled(_text(code)) if self._leaves(reader) else ExchangeFailed(code, _text(code))

    def _leaves(self, reader: str) -> bool:
        deadline = time.monotonic() + _REMOVAL_NOTICE
        known: tuple[ReaderState, ...] = ()
        while True:
            left = deadline - time.monotonic()
            try:
                if reader not in self.readers():
                    return True
                known = self.wait(known, () if known else (reader,), max(left, 0.0))
            except PcscError:
                return True
            if known and not known[0].holds_card:
                return True
            if left <= 0:
                return False


class _PcscChannel:
    def __init__(self, context: PcscContext, reader: str, handle: int, protocol: int, atr: bytes) -> None:
        self.atr = atr
        self._context = context
        self._reader = reader
        self._handle = handle
        self._pci = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1

    def send_and_receive(self, apdu: bytes | bytearray) -> bytes:
        handed = list(apdu)
        try:
            code, answer = scard.SCardTransmit(self._handle, self._pci, handed)
        finally:
            # It may hold a PIN, and a traceback keeps it alive. pyscard's own copy is out of reach.
            handed[:] = bytes(len(handed))
        if code == scard.SCARD_S_SUCCESS and not answer:
            # What some drivers make of a card that leaves in the middle; no card answers nothing.
            code = scard.SCARD_E_NOT_TRANSACTED
        if code != scard.SCARD_S_SUCCESS:
            raise self._context.card_error(self._reader, code)
        return bytes(answer)


def look_at_readers() -> tuple[ReaderState, ...]:
    """All readers and what is in them, once. Raises `PcscUnavailable` or `NoReader`."""
    with PcscContext() as context:
        readers = context.readers()
        if not readers:
            raise NoReader
        return context.wait((), readers, 0.0)


def with_card(reader: str, job: Callable[[CardChannel], T]) -> T:
    """Do `job` on the card in `reader` and leave. Blocks the calling thread.

    Raises a `CardError`, or what `job` raises. A service that has gone is a `CardPulled`.
    """
    try:
        context = PcscContext()
    except PcscError as gone:
        raise CardPulled(str(gone)) from gone
    with context, context.card(reader) as channel:
        return job(channel)


def _state(reader: str, word: int, atr: bytes) -> ReaderState:
    if not word & scard.SCARD_STATE_PRESENT:
        gone = word & (scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_UNKNOWN)
        return ReaderState(reader, Slot.UNAVAILABLE if gone else Slot.EMPTY, b"", word)
    if word & scard.SCARD_STATE_MUTE:
        return ReaderState(reader, Slot.MUTE, b"", word)
    return ReaderState(reader, Slot.CARD, atr, word)


def _check(call: str, code: int) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise PcscError(call, code)


def _text(code: int) -> str:
    text: str = scard.SCardGetErrorMessage(code)
    return text.rstrip(".")
