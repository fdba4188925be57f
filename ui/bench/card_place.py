"""Where a card can be put at the bench: a reader's slot, or the area of the ID module."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from ui.bench.tray import TrayCard


class Doing(Enum):
    """What a person beside the place would say of it."""

    EMPTY = "empty"
    HELD = "held"
    """有卡, and nobody asks it anything."""
    READING = "reading"
    UNHEARD = "unheard"
    """Nobody there who could read a card: no PC/SC service has this reader, or the module is away."""


class CardPlace(QObject):
    """Lives on the GUI's thread, and never makes it wait."""

    changed = Signal()
    """`doing` is another."""
    left = Signal()
    """The card went by itself, without `pull`."""

    @property
    def inside(self) -> TrayCard | None:
        """The card that was put there."""
        raise NotImplementedError

    @property
    def doing(self) -> Doing:
        raise NotImplementedError

    def insert(self, card: TrayCard) -> None:
        """Put a card there, instead of one that is there."""
        raise NotImplementedError

    def pull(self) -> None:
        """Take the card away, whatever it is doing."""
        raise NotImplementedError
