"""The phases of a session, as the screen knows them."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    STARTING = "starting"
    """The screen is there, devices and vault are not yet."""
    WAITING = "waiting"
    """待机: nobody is here."""
    LEFT_BEHIND = "left_behind"
    """The last resident's card is still in; nothing begins before it is out."""
    TALKING = "talking"
    IDLE_WARNING = "idle_warning"
    TAKE_CARD = "take_card"
    """The session is over, the card is still in."""
    OUT_OF_SERVICE = "out_of_service"
    OVER = "over"
    """The page is blank; the process ends when running work is settled."""
