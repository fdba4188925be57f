"""One reader of the bench: a virtual slot, and what its card is doing."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from drivers.virtual.cards import Reply, VirtualCard
from drivers.virtual.slot import SlotState, VirtualSlot
from ui.bench.tray import TrayCard

_LOOK_MS: Final = 100
_READING_S: Final = 0.6
"""So long after its last command a card still counts as being read: a read is over in less."""


class Doing(Enum):
    """What a person beside the reader would say of it."""

    EMPTY = "empty"
    HELD = "held"
    """有卡, and nobody asks it anything."""
    READING = "reading"
    UNHEARD = "unheard"
    """A card is in, but no PC/SC service has this reader."""


class _HeardCard(VirtualCard):
    """A card that tells when it is spoken to, on the slot's thread."""

    def __init__(self, card: VirtualCard, heard: Callable[[], None]) -> None:
        self._card, self._heard = card, heard
        super().__init__(card.atr, card.applications)

    def insert(self) -> None:
        self._card.insert()

    def reset(self) -> None:
        self._card.reset()

    def answer(self, apdu: bytes) -> Reply:
        self._heard()
        return self._card.answer(apdu)


class Reader(QObject):
    """Lives on the GUI's thread; the slot has a thread of its own and never makes this one wait."""

    changed = Signal()
    """`doing` is another."""
    left = Signal()
    """The card went by itself, without `pull`."""

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
        """Put a card in, instead of one that is in."""
        self._inside = card
        self._slot.insert(_HeardCard(card.card, self._spoken))
        self._look()

    def pull(self) -> None:
        """Take the card out, whatever it is doing."""
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
