"""Which picture shows what to do with a card."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize

from kiosk.conversation.signs import Picture
from ui import wording
from ui.pages.counter_picture import CounterPicture
from ui.pages.id_picture import IdMove, IdPicture, LiftIdPicture
from ui.pages.moving_picture import MovingPicture
from ui.pages.slot_picture import SlotPicture, Travel
from ui.pages.slot_steps import OtherCardPicture, WrongWayPicture
from ui.style import Style

LARGEST_MM: Final = 160.0
"""From side to side."""
SMALLEST_MM: Final = 40.0
"""From top to bottom: what is smaller is not understood at arm's length."""


def card_picture(style: Style, picture: Picture, room: QSize, *, motion: bool) -> MovingPicture | None:
    """As large as `room` allows; None where that is too small."""
    most = style.metrics.px(LARGEST_MM)
    made = _paint(style, picture, room.boundedTo(QSize(most, room.height())), motion=motion)
    if made.height() < style.metrics.px(SMALLEST_MM):
        made.deleteLater()
        return None
    made.setAccessibleName(style.say(wording.CARD_PICTURE[picture]))
    return made


def _paint(style: Style, picture: Picture, room: QSize, *, motion: bool) -> MovingPicture:
    match picture:
        case Picture.CARD_IN:
            return SlotPicture(style, Travel.CARD_IN, room, motion=motion)
        case Picture.OWN_SECOND_CARD:
            return SlotPicture(style, Travel.OTHER_CARD_IN, room, motion=motion)
        case Picture.CARD_WRONG_WAY:
            return WrongWayPicture(style, room, motion=motion)
        case Picture.OTHER_CARD:
            return OtherCardPicture(style, room, motion=motion)
        case Picture.LAY_ID_CARD:
            return IdPicture(style, IdMove.LAY, room, motion=motion)
        case Picture.LIFT_ID_CARD:
            return LiftIdPicture(style, room, motion=motion)
        case _:
            return CounterPicture(style, picture, room, motion=motion)
