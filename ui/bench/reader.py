"""One reader of the bench: a virtual slot, and what its card is doing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Slot

from drivers.virtual.cards import Reply, VirtualCard
from drivers.virtual.slot import SlotState, VirtualSlot
from ui.bench.card_place import CardPlace, Doing
from ui.bench.tray import TrayCard

_LOOK_MS: Final = 100
_READING_S: Final = 0.6
"""So long after its last command a card still counts as being read: a read is over in less."""


class _HeardCard(VirtualCard):
    """A card that tells when it is spoken to, on the slot's thread."""

    def __init__(self, card: VirtualCard, heard: Callable[[], None]) -> None:
        self._card, self._heard = card, heard
        super().__init__(card.atr, card.applications)

    def insert(self) -> None:
        self._card.insert()
        self.atr = self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def answer(self, apdu: bytes) -> Reply:
        self._heard()
        reply = self._card.answer(apdu)
        # It may have died, or been swapped for another.
        self.atr = self._card.atr
        return reply


class Reader(CardPlace):
    """A contact reader; the slot has a thread of its own."""

    def __init__(self, slot: VirtualSlot) -> None:
        super().__init__()
        self._slot = slot
        self._inside: TrayCard | None = None
        self._doing = Doing.EMPTY
        self._spoken_at = -_READING_S
        timer = QTimer(self, interval=_LOOK_MS)
        timer.timeout.connect(self._look)
        timer.start()

    @property
    def inside(self) -> TrayCard | None:
        return self._inside

    @property
    def doing(self) -> Doing:
        return self._doing

    def insert(self, card: TrayCard) -> None:
        """Raises `ValueError` for a card without contacts."""
        if card.card is None:
            raise ValueError(f"{card.holder}: no contacts")
        self._inside = card
        self._slot.insert(_HeardCard(card.card, self._spoken))
        self._look()

    def pull(self) -> None:
        self._inside = None
        self._slot.remove()
        self._look()

    def _spoken(self) -> None:
        # A float is replaced whole: the GUI's thread sees the old or the new one.
        self._spoken_at = time.monotonic()

    @Slot()
    def _look(self) -> None:
        state = self._slot.state
        doing = self._now(state)
        changed, self._doing = doing is not self._doing, doing
        if state is SlotState.EMPTY and self._inside is not None:
            self._inside = None
            self.left.emit()
        if changed:
            self.changed.emit()

    def _now(self, state: SlotState) -> Doing:
        match state:
            case SlotState.EMPTY:
                return Doing.EMPTY
            case SlotState.WAITING:
                return Doing.UNHEARD
            case SlotState.CONNECTED:
                spoken = time.monotonic() - self._spoken_at < _READING_S
                return Doing.READING if spoken else Doing.HELD
