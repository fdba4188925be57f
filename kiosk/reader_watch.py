"""The residents' card readers: what happens in them becomes events; whether there are any, a condition."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import structlog

from drivers.cards.any_card import CardOutcome, is_contactless, read_card
from drivers.cards.authentication import GuardedAuthenticator
from drivers.cards.channel import CardChannel
from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import (
    CardInserted,
    CardRemoved,
    Presence,
    ReaderAppeared,
    ReaderEvent,
    ReaderGone,
    ServiceDown,
    ServiceUp,
)
from drivers.cards.readers import ReaderLoop
from drivers.cards.sam_serial import SerialLine
from drivers.cards.social_security import ESSENTIAL
from kiosk.card_reading import Places
from kiosk.conditions import Conditions
from kiosk.conversation.desk import Desk
from kiosk.conversation.events import CardIn, CardOut, Event
from kiosk.conversation.view import Condition
from kiosk.settings import ReaderSettings

READER_LIMIT_S = 3.0
"""Within which a reader that is plugged in is found at the start."""
ID_READER = "SAM-V"


class ReaderWatch:
    """Listens to every PC/SC reader whose name holds the settings' word, and to the ID card's module."""

    def __init__(
        self,
        settings: ReaderSettings,
        id_device: Path | None,
        authenticator: GuardedAuthenticator | None,
        conditions: Conditions,
        *,
        new_desk: Callable[[bool], Desk],
        on_event: Callable[[Event], None],
    ) -> None:
        """`id_device` is the module's serial line, where there is one; `new_desk(laid)` gives what is
        fixed for a session that begins now."""
        self._settings = settings
        self._authenticator = authenticator
        self._conditions = conditions
        self._new_desk = new_desk
        self._on_event = on_event
        numbers = itertools.count(1)
        self._loop = ReaderLoop(self._take, numbers)
        self._id_loop = (
            None
            if id_device is None
            else IdReaderLoop(lambda: SerialLine(id_device), self._take_id, ID_READER, numbers)
        )
        self._here: set[str] = set()
        self._id_cards: set[Presence] = set()
        """On the module of its own."""
        self._on_modules: set[Presence] = set()
        """In a PC/SC reader that has a module."""

    def start(self, stopping: threading.Event) -> None:
        """Begins to listen; says so where no reader is found."""
        self._loop.start()
        if self._id_loop is not None:
            self._id_loop.start()
        threading.Thread(target=self._miss_reader, args=(stopping,), name="reader-watch", daemon=True).start()

    def stop(self) -> None:
        """Ends the loops. Raises `TimeoutError` where one does not end in its time."""
        self._loop.stop()
        if self._id_loop is not None:
            self._id_loop.stop()

    def places(self) -> Places:
        """Where cards can be put now."""
        slots = [reader for reader in tuple(self._here) if not self._settings.has_id_module(reader)]
        return Places(len(slots), self.reads_id_cards)

    @property
    def reads_id_cards(self) -> bool:
        """Whether there is a module for ID cards; one that has only begun to wake counts."""
        own = self._id_loop is not None and self._conditions.status.id_reader is not Condition.BAD
        return own or any(map(self._settings.has_id_module, tuple(self._here)))

    def read(self, presence: int) -> Future[CardOutcome]:
        """Reads the card of this presence, of whatever kind, on its reader's own thread.

        The future ends with an outcome or with a `CardError`: `CardPulled` where that card has gone.
        """
        if self._id_loop is not None and presence in self._id_cards:
            # A future is invariant in what it holds, and an ID card's outcome is a card's.
            laid: Future[Any] = self._id_loop.read(Presence(presence))
            return laid
        id_module = presence in self._on_modules

        def read_chip(channel: CardChannel) -> CardOutcome:
            return read_card(channel, ESSENTIAL, self._authenticator, id_module=id_module)

        return self._loop.submit(Presence(presence), read_chip)

    def _take(self, event: ReaderEvent) -> None:
        match event:
            case ServiceUp():
                # At the start the readers follow at once; the page need not change twice for it.
                if self._conditions.status.reader is not Condition.UNKNOWN:
                    self._tell()
            case ServiceDown(reason):
                structlog.get_logger().error("no PC/SC service", why=reason)
                self._conditions.change(reader=Condition.BAD, why={"reader": reason})
            case ReaderAppeared(reader) if self._is_ours(reader):
                self._here.add(reader)
                self._tell()
            case ReaderGone(reader) if self._is_ours(reader):
                self._here.discard(reader)
                self._tell()
            case CardInserted(presence, reader, atr, already_in) if self._is_ours(reader):
                laid = is_contactless(atr)
                if self._settings.has_id_module(reader):
                    self._on_modules.add(presence)
                self._on_event(CardIn(presence, self._new_desk(laid), already_in, laid))
            case CardRemoved(presence, reader, with_reader) if self._is_ours(reader):
                self._on_modules.discard(presence)
                self._on_event(CardOut(presence, seen=not with_reader))
            case _:
                pass

    def _take_id(self, event: ReaderEvent) -> None:
        match event:
            case ReaderAppeared():
                self._conditions.change(id_reader=Condition.GOOD, why={"id reader": ""})
            case ReaderGone() if self._id_loop is not None:
                why = f"{self._id_loop.trouble}; is it plugged in, and is [id_reader] device right?"
                self._conditions.change(id_reader=Condition.BAD, why={"id reader": why})
            case CardInserted(presence, already_in=already_in):
                self._id_cards.add(presence)
                self._on_event(CardIn(presence, self._new_desk(True), already_in, laid=True))  # noqa: FBT003
            case CardRemoved(presence, with_reader=with_reader):
                self._id_cards.discard(presence)
                self._on_event(CardOut(presence, seen=not with_reader))
            case _:
                pass

    def _is_ours(self, reader: str) -> bool:
        return self._settings.name_contains in reader

    def _tell(self) -> None:
        if self._id_loop is None and self._settings.id_module_in:
            there = any(map(self._settings.has_id_module, self._here))
            why = f"no reader whose name holds {self._settings.id_module_in!r} ([reader] id_module_in)"
            condition = Condition.GOOD if there else Condition.BAD
            self._conditions.change(id_reader=condition, why={"id reader": "" if there else why})
        if self._here:
            self._conditions.change(reader=Condition.GOOD, why={"reader": ""})
            return
        wanted = self._settings.name_contains
        why = f"no reader whose name holds {wanted!r}" if wanted else "no card reader is plugged in"
        self._conditions.change(reader=Condition.BAD, why={"reader": why})

    def _miss_reader(self, stopping: threading.Event) -> None:
        if not stopping.wait(READER_LIMIT_S) and self._conditions.status.reader is Condition.UNKNOWN:
            self._tell()
