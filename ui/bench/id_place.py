"""The ID module of the bench: what lies on it, and what is being done with that."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import Qt, Slot

from ui.bench.card_place import CardPlace, Doing
from ui.bench.id_hand import IdHand, IdSeen
from ui.bench.tray import TrayCard

_READING_S: Final = 0.9
"""So long after it was found a card counts as being read: two looks of the hand; a read is over in less."""


class IdPlace(CardPlace):
    """Knows only what the hand saw last."""

    def __init__(self, hand: IdHand) -> None:
        super().__init__()
        self._hand = hand
        self._inside: TrayCard | None = None
        self._act = 0
        self._doing = Doing.UNHEARD
        self._unmet = True
        self._met_at = -_READING_S
        hand.saw.connect(self._take_seen, Qt.ConnectionType.QueuedConnection)
        hand.away.connect(self._take_away, Qt.ConnectionType.QueuedConnection)

    @property
    def inside(self) -> TrayCard | None:
        return self._inside

    @property
    def doing(self) -> Doing:
        return self._doing

    def insert(self, card: TrayCard) -> None:
        self._inside = card
        self._act = self._hand.want(card.file)

    def pull(self) -> None:
        self._inside = None
        self._act = self._hand.want(None)

    @Slot(object)
    def _take_seen(self, seen: IdSeen) -> None:
        if seen.act == self._act and seen.state.card is None and self._inside is not None:
            # It was lifted by another hand, jumped off by itself, or the module would not have it.
            self.pull()
            self.left.emit()
        self._say(self._now(seen))

    @Slot(str)
    def _take_away(self, _why: str) -> None:
        self._say(Doing.UNHEARD)

    def _say(self, doing: Doing) -> None:
        changed, self._doing = doing is not self._doing, doing
        if changed:
            self.changed.emit()

    def _now(self, seen: IdSeen) -> Doing:
        state, now = seen.state, time.monotonic()
        unmet, self._unmet = self._unmet, state.commands == 0
        if unmet and not self._unmet:
            self._met_at = now
        if not state.on:
            return Doing.UNHEARD
        if state.card is None:
            return Doing.EMPTY
        return Doing.READING if state.reading or now - self._met_at < _READING_S else Doing.HELD
